/** Which subjects have changed lately: at least so many of them, and at most twice as many. */
export class ChangeLog {
  readonly #limit: number;
  /** In two halves, the older of which goes as a whole: a map that loses its first entry again and again is slow to find the next. */
  #recent = new Map<string, number>();
  #older: ReadonlyMap<string, number> = new Map();
  #now = 0;
  /** Of what happened up to here, nothing is known any more. */
  #forgotten = 0;
  /** The last moment of the older half. */
  #turned = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** A moment, to be asked about later. */
  get now(): number {
    return this.#now;
  }

  add(subject: string): void {
    if (this.#recent.size >= this.#limit) {
      this.#older = this.#recent;
      this.#recent = new Map();
      this.#forgotten = this.#turned;
      this.#turned = this.#now;
    }
    this.#now += 1;
    this.#recent.set(subject, this.#now);
  }

  /** Everything may have changed. */
  addAll(): void {
    this.#now += 1;
    this.#forgotten = this.#now;
    this.#turned = this.#now;
    this.#recent = new Map();
    this.#older = new Map();
  }

  /** Whether certainly none of the subjects has changed since then. */
  areUnchangedSince(subjects: Iterable<string>, moment: number): boolean {
    if (moment < this.#forgotten) return false;
    for (const subject of subjects) {
      const changed = this.#recent.get(subject) ?? this.#older.get(subject) ?? 0;
      if (changed > moment) return false;
    }
    return true;
  }
}
