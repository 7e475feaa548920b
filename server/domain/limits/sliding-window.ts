/** A minute in slots of two seconds, and one more, so that any 60 s are covered in full. */
export const slotMs = 2_000;
export const slotCount = 31;

/** Requests and tokens of the last minute: 60 to 62 s of them, so a limit is never exceeded in any minute. */
export class SlidingWindow {
  requests = 0;
  tokens = 0;
  /** The newest slot counted in. */
  slot: number;
  readonly #requests = new Float64Array(slotCount);
  readonly #tokens = new Float64Array(slotCount);

  constructor(slot: number) {
    this.slot = slot;
  }

  /** Forgets what has left the window. A slot in the past changes nothing. */
  advance(slot: number): void {
    const steps = Math.min(slot - this.slot, slotCount);
    for (let step = 1; step <= steps; step += 1) {
      const place = (this.slot + step) % slotCount;
      this.requests -= this.#requests[place] ?? 0;
      this.tokens -= this.#tokens[place] ?? 0;
      this.#requests[place] = 0;
      this.#tokens[place] = 0;
    }
    if (slot > this.slot) this.slot = slot;
  }

  add(requests: number, tokens: number): void {
    const place = this.slot % slotCount;
    this.requests += requests;
    this.tokens += tokens;
    this.#requests[place] = (this.#requests[place] ?? 0) + requests;
    this.#tokens[place] = (this.#tokens[place] ?? 0) + tokens;
  }

  /** Changes tokens where they were counted; what has left the window no longer matters. */
  correct(slot: number, tokens: number): void {
    if (slot > this.slot || slot <= this.slot - slotCount) return;
    const place = slot % slotCount;
    const present = this.#tokens[place] ?? 0;
    const change = Math.max(tokens, -present);
    this.#tokens[place] = present + change;
    this.tokens += change;
  }

  /** The first slot in which so many of the counted will have left. */
  freeSlot(metric: "requests" | "tokens", needed: number): number {
    const counts = metric === "requests" ? this.#requests : this.#tokens;
    let freed = 0;
    for (let slot = this.slot - slotCount + 1; slot <= this.slot; slot += 1) {
      freed += slot < 0 ? 0 : (counts[slot % slotCount] ?? 0);
      if (freed >= needed) return slot + slotCount;
    }
    return this.slot + slotCount;
  }
}
