import type { ChangeFeed } from "./db/change-feed.ts";
import type { Logger } from "./logger.ts";

/** Tables held in memory, so that a call reads no database row to know its configuration. */
export interface Snapshot<T> {
  /** The newest value loaded; replaced whole, never changed in place. */
  readonly current: () => T;
  /** When it was last read, on the process's own time (`performance.now()`). */
  readonly loadedAt: () => number;
  /** Reads again; resolves when a load that began after the call has finished. */
  readonly refresh: () => Promise<void>;
  readonly close: () => void;
}

interface CreateSnapshot<T> {
  readonly name: string;
  readonly load: () => Promise<T>;
  readonly feed: ChangeFeed;
  /** Tables whose change makes the value stale. */
  readonly topics: readonly string[];
  readonly log: Logger;
}

/** Loads once, then again whenever one of the topics changes; a failed reload keeps the old value and tries again. */
export const createSnapshot = async <T>({ name, load, feed, topics, log }: CreateSnapshot<T>): Promise<Snapshot<T>> => {
  let value = await load();
  let loadedAt = performance.now();
  let running: Promise<void> | undefined;
  let queued: Promise<void> | undefined;
  let closed = false;

  const run = async (): Promise<void> => {
    try {
      value = await load();
      loadedAt = performance.now();
    } catch (error) {
      log.warn({ err: error, snapshot: name }, "snapshot not refreshed");
      if (!closed) setTimeout(() => void refresh(), 1_000).unref();
    }
  };
  const start = (): Promise<void> => {
    running = run().finally(() => {
      running = undefined;
    });
    return running;
  };
  /** At most one load runs and one waits: callers during a load share the next one. */
  const refresh = (): Promise<void> => {
    if (!running) return start();
    queued ??= running.then(() => {
      queued = undefined;
      return start();
    });
    return queued;
  };

  const unsubscribe = topics.map((topic) => feed.on(topic, () => void refresh()));
  return {
    current: () => value,
    loadedAt: () => loadedAt,
    refresh,
    close: () => {
      closed = true;
      for (const end of unsubscribe) end();
    },
  };
};
