import type { Logger } from "./logger.ts";

/** Facts that may reach the database a little later, gathered so that a call need not wait for them. */
export interface Batch<T> {
  /** Adds a fact; facts under one key are merged. */
  readonly add: (key: string, fact: T) => void;
  /** Writes what is gathered; a failed write is kept for the next time. */
  readonly flush: () => Promise<void>;
  /** Writes a last time. */
  readonly close: () => Promise<void>;
}

interface OpenBatch<T> {
  readonly name: string;
  readonly merge: (earlier: T, later: T) => T;
  readonly write: (facts: ReadonlyMap<string, T>) => Promise<void>;
  readonly log: Logger;
  readonly everyMs?: number;
  /** Beyond it facts under new keys are lost, rather than memory. */
  readonly maxKeys?: number;
}

export const openBatch = <T>({
  name,
  merge,
  write,
  log,
  everyMs = 20_000,
  maxKeys = 50_000,
}: OpenBatch<T>): Batch<T> => {
  let gathered = new Map<string, T>();
  let writing: Promise<void> | undefined;

  const add = (key: string, fact: T): void => {
    const earlier = gathered.get(key);
    if (earlier !== undefined) gathered.set(key, merge(earlier, fact));
    else if (gathered.size < maxKeys) gathered.set(key, fact);
  };
  const writeOnce = async (): Promise<void> => {
    if (gathered.size === 0) return;
    const facts = gathered;
    gathered = new Map();
    try {
      await write(facts);
    } catch (error) {
      log.warn({ err: error, batch: name, facts: facts.size }, "batch not written; trying again later");
      const later = gathered;
      gathered = facts;
      for (const [key, fact] of later) add(key, fact);
    }
  };
  const flush = (): Promise<void> => {
    const next = (writing ?? Promise.resolve()).then(writeOnce);
    writing = next;
    return next;
  };
  const timer = setInterval(() => void flush(), everyMs);
  timer.unref();

  return {
    add,
    flush,
    close: () => {
      clearInterval(timer);
      return flush();
    },
  };
};
