interface Entry<T> {
  readonly value: T;
  /** The token's `jti` or the key's id: one credential may have been presented in more than one form. */
  readonly credentialId: string;
  readonly until: number;
}

/** Bounded; the oldest validation goes first; keyed by digest, so that no credential lies in memory as a key. */
export class ValidationCache<T> {
  readonly #entries = new Map<string, Entry<T>>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(digest: string, now: number): T | undefined {
    const entry = this.#entries.get(digest);
    if (entry === undefined) return undefined;
    if (entry.until > now) return entry.value;
    this.#entries.delete(digest);
    return undefined;
  }

  set(digest: string, entry: Entry<T>): void {
    this.#entries.delete(digest);
    this.#entries.set(digest, entry);
    if (this.#entries.size <= this.#limit) return;
    const oldest = this.#entries.keys().next();
    if (!oldest.done) this.#entries.delete(oldest.value);
  }

  /** Drops a credential by its digest, and every other form of it. */
  delete(digest: string): void {
    const credentialId = this.#entries.get(digest)?.credentialId;
    this.#entries.delete(digest);
    if (credentialId !== undefined) this.deleteCredential(credentialId);
  }

  deleteCredential(credentialId: string): void {
    for (const [digest, entry] of this.#entries) {
      if (entry.credentialId === credentialId) this.#entries.delete(digest);
    }
  }

  clear(): void {
    this.#entries.clear();
  }

  get size(): number {
    return this.#entries.size;
  }
}
