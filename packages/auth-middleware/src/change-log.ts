/** Which subjects have changed lately, in the order in which it became known. */
export class ChangeLog {
  readonly #limit: number;
  readonly #changes = new Map<string, number>();
  #now = 0;
  /** Of what happened up to here, nothing is known any more. */
  #forgotten = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** A moment, to be asked about later. */
  get now(): number {
    return this.#now;
  }

  add(subject: string): void {
    this.#now += 1;
    this.#changes.delete(subject);
    this.#changes.set(subject, this.#now);
    if (this.#changes.size <= this.#limit) return;
    const [oldest] = this.#changes;
    if (!oldest) return;
    this.#changes.delete(oldest[0]);
    this.#forgotten = oldest[1];
  }

  /** Everything may have changed. */
  addAll(): void {
    this.#now += 1;
    this.#forgotten = this.#now;
    this.#changes.clear();
  }

  /** Whether certainly none of the subjects has changed since then. */
  areUnchangedSince(subjects: Iterable<string>, moment: number): boolean {
    if (moment < this.#forgotten) return false;
    for (const subject of subjects) if ((this.#changes.get(subject) ?? 0) > moment) return false;
    return true;
  }
}
