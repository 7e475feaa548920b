/** What a vendor answers. */
export interface ActingAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is kept under a key: the first answer, or that the first request still runs. */
export interface KeyRecord {
  readonly digest: string;
  readonly untilMs: number;
  /** Undefined while the request runs. */
  answer: ActingAnswer | undefined;
}

/** What a vendor knows of the idempotency keys that it was given. */
export class KeyStore {
  readonly #now: () => number;
  readonly #records = new Map<string, KeyRecord>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A key whose request runs is known however old it is. */
  known(key: string): KeyRecord | undefined {
    const record = this.#records.get(key);
    if (record === undefined || record.answer === undefined || this.#now() < record.untilMs) return record;
    this.#records.delete(key);
    return undefined;
  }

  begin(key: string, digest: string, lifetimeMs: number): KeyRecord {
    const record: KeyRecord = { digest, untilMs: this.#now() + lifetimeMs, answer: undefined };
    this.#records.set(key, record);
    return record;
  }

  forget(key: string): void {
    this.#records.delete(key);
  }

  clear(): void {
    this.#records.clear();
  }
}
