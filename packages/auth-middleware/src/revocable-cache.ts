import { ChangeLog } from "./change-log.ts";
import type { RevocationFeed } from "./follow-revocations.ts";

interface Entry<T> {
  readonly value: T;
  readonly subjects: readonly string[];
  readonly until: number;
}

interface NewEntry<T> extends Entry<T> {
  /** When its value began to be asked for; what has changed since then may not be in it. */
  readonly since: number;
}

export interface RevocableCacheOptions {
  readonly limit: number;
  /** Without one, entries end by time alone. */
  readonly revocations?: RevocationFeed | undefined;
}

const rememberedChanges = 5_000;

/**
 * Answers of Auth, each known under whom it is about: sessions, accounts, organizations, keys. With a feed, a change of one
 * of them drops it, and nothing is handed out while the feed is silent. Bounded; the oldest answer goes first.
 */
export class RevocableCache<T> {
  readonly #entries = new Map<string, Entry<T>>();
  /** A session and a key are behind one entry, most of the time: a set for each would be most of the memory. */
  readonly #keysOf = new Map<string, string | Set<string>>();
  readonly #changes = new ChangeLog(rememberedChanges);
  readonly #limit: number;
  readonly #revocations: RevocationFeed | undefined;
  /** Behind it nothing is left. It stays, because one from the start would pass over every place that was ever left. */
  readonly #oldest: Iterator<string> = this.#entries.keys();

  constructor({ limit, revocations }: RevocableCacheOptions) {
    this.#limit = limit;
    this.#revocations = revocations;
    revocations?.on((changed) => {
      const before = this.#entries.size;
      if (changed === "everything") this.clear();
      else for (const subject of changed) this.drop(subject);
      revocations.countDropped(before - this.#entries.size);
    });
  }

  /** To be taken before a value is asked for, and handed to `set` with it. */
  moment(): number {
    return this.#changes.now;
  }

  get(key: string, now: number): T | undefined {
    if (this.#revocations?.isFresh() === false) return undefined;
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.until > now) return entry.value;
    this.delete(key);
    return undefined;
  }

  /** Keeps a value, and says whether it was as good when it came as when it was asked for. */
  set(key: string, { since, ...entry }: NewEntry<T>): boolean {
    if (!this.#changes.areUnchangedSince(entry.subjects, since)) return false;
    this.delete(key);
    this.#entries.set(key, entry);
    for (const subject of entry.subjects) {
      const keys = this.#keysOf.get(subject);
      if (keys === undefined) this.#keysOf.set(subject, key);
      else if (typeof keys === "string") this.#keysOf.set(subject, new Set([keys, key]));
      else keys.add(key);
    }
    if (this.#entries.size > this.#limit) {
      const oldest = this.#oldest.next();
      if (!oldest.done) this.delete(oldest.value);
    }
    return true;
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    for (const subject of entry.subjects) {
      const keys = this.#keysOf.get(subject);
      if (typeof keys === "object") keys.delete(key);
      if (keys === key || (typeof keys === "object" && keys.size === 0)) this.#keysOf.delete(subject);
    }
  }

  /** Drops all that is about a subject, and what is being asked about it. */
  drop(subject: string): void {
    this.#changes.add(subject);
    const keys = this.#keysOf.get(subject) ?? [];
    for (const key of typeof keys === "string" ? [keys] : keys) this.delete(key);
  }

  clear(): void {
    this.#changes.addAll();
    this.#entries.clear();
    this.#keysOf.clear();
  }

  /** What an entry is about. */
  subjectsOf(key: string): readonly string[] {
    return this.#entries.get(key)?.subjects ?? [];
  }
}
