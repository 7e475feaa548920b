/** Where a reader is: a sequence of changes without gaps, and how many of it the reader knows. */
export interface FeedPosition {
  readonly epoch: string;
  readonly count: number;
}

/** What a reader gets to know at once. */
export interface FeedStep {
  readonly position: FeedPosition;
  /** Everything the reader holds may be out of date: what happened since its position is not known any more. */
  readonly reset: boolean;
  readonly changed: readonly string[];
}

/** The latest changes, for any number of readers at their own pace; those who fall behind its size start anew. */
export class ChangeRing {
  readonly #size: number;
  #epoch = "";
  #first = 0;
  #changes: string[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /** Starts a new sequence: nobody's position counts in it. */
  begin(epoch: string): void {
    this.#epoch = epoch;
    this.#first = 0;
    this.#changes = [];
  }

  add(changed: readonly string[]): void {
    this.#changes.push(...changed);
    const surplus = this.#changes.length - this.#size;
    // In larger pieces, so that an array of thousands is not copied at each change.
    if (surplus < this.#size / 2) return;
    this.#changes = this.#changes.slice(surplus);
    this.#first += surplus;
  }

  /** What comes after a position, at most so many changes at once. */
  after(from: FeedPosition | undefined, atMost: number): FeedStep {
    const end = this.#first + this.#changes.length;
    const known = from?.epoch === this.#epoch && from.count >= this.#first && from.count <= end;
    if (!known) return { position: { epoch: this.#epoch, count: end }, reset: true, changed: [] };
    const offset = from.count - this.#first;
    const changed = this.#changes.slice(offset, offset + atMost);
    return { position: { epoch: this.#epoch, count: from.count + changed.length }, reset: false, changed };
  }
}
