const lookMs = 250;
/** A look that is later than this was held up: the process was paused, or its event loop was busy. */
const stoodStillMs = 1_000;

/** Knows whether this process was paused lately: what arrived meanwhile was in time, but unread. */
export class StandstillWatch {
  readonly #timer: NodeJS.Timeout;
  #lookedAt = performance.now();
  #endedAt = -Infinity;

  constructor() {
    this.#timer = setInterval(() => this.#look(), lookMs);
    this.#timer.unref();
  }

  /** Whether it stood still at some time of the last so many milliseconds, also where it has only just gone on. */
  within(ms: number): boolean {
    this.#look();
    return performance.now() - this.#endedAt < ms;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    if (now - this.#lookedAt > stoodStillMs) this.#endedAt = now;
    this.#lookedAt = now;
  }
}
