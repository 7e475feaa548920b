import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../../platform/logger.ts";
import { newId } from "../../platform/ids.ts";
import type { AuthDatabase } from "../database/store.ts";
import { ChangeRing, type FeedPosition, type FeedStep } from "./change-ring.ts";
import { maxChanges, openFeedConnection, type FeedConnection } from "./store.ts";

/** Reads the feed table for as long as anybody follows it. */
export interface RevocationPublisher {
  /**
   * Steps from a position on: one as soon as the table was read after the start, then one for every change and, without
   * any, one for every reading. Ends when it is closed, or when the database stays away.
   */
  readonly follow: (
    from: FeedPosition | undefined,
    since: number,
  ) => AsyncGenerator<FeedStep & { readonly at: number }>;
  readonly followers: () => number;
  /** Ends all that follow; resolves when the database is not read any more. */
  readonly close: () => Promise<void>;
}

interface CreateRevocationPublisher {
  readonly db: AuthDatabase;
  readonly log: Logger;
}

/** A reading is a proof that nothing else has happened: the table is read so often, changes or not. */
const readEveryMs = 200;
/** Changes that come together are read together. */
const burstMs = 5;
const reconnectMs = 200;
/** Readers come back within a moment; until then the sequence goes on. */
const lingerMs = 10_000;
/** The table keeps rows for half an hour; a process that was stopped for long does not know what it has missed. */
const maxPauseMs = 60_000;
const silentMs = 3_000;
const keptChanges = 20_000;
const stepChanges = 1_000;

/** The time `at` is measured in: of this process alone, whatever clock Auth goes by. */
export const feedTime = (): number => performance.now();

/** Holds no process up. */
const pause = (ms: number): Promise<void> => sleep(ms, undefined, { ref: false });

export const createRevocationPublisher = ({ db, log }: CreateRevocationPublisher): RevocationPublisher => {
  const ring = new ChangeRing(keptChanges);
  let followers = 0;
  let idleSince = feedTime();
  const closing = new AbortController();
  let running: Promise<void> | undefined;
  /** When the latest reading began: what was committed before is in the ring. */
  let readAt = -Infinity;
  let read = Promise.withResolvers<void>();
  let wake = Promise.withResolvers<void>();

  const isNeeded = (): boolean => !closing.signal.aborted && (followers > 0 || feedTime() - idleSince < lingerMs);
  const announce = (): void => {
    read.resolve();
    read = Promise.withResolvers();
  };
  const hurry = (): void => {
    wake.resolve();
  };

  const readOnce = async (connection: FeedConnection, since: string | undefined): Promise<string> => {
    wake = Promise.withResolvers();
    const began = feedTime();
    const { snapshot, changed } = await connection.read(since);
    if (since === undefined || changed.length > maxChanges || began - readAt > maxPauseMs) ring.begin(newId());
    else ring.add(changed);
    readAt = began;
    announce();
    return snapshot;
  };

  /** Until the connection is lost, or nobody has followed for a while. */
  const readOn = async (): Promise<void> => {
    const losing = new AbortController();
    const lost = losing.signal;
    const connection = await openFeedConnection(db, {
      onChange: hurry,
      onLost: () => {
        losing.abort();
        hurry();
      },
    });
    try {
      let snapshot: string | undefined;
      while (!lost.aborted && isNeeded()) {
        snapshot = await readOnce(connection, snapshot);
        await Promise.race([wake.promise, pause(readEveryMs)]);
        await pause(burstMs);
      }
      if (lost.aborted) throw new Error("the connection was lost");
    } finally {
      await connection.close();
    }
  };

  const run = async (): Promise<void> => {
    while (isNeeded()) {
      try {
        await readOn();
      } catch (error) {
        log.warn({ err: error }, "revocation feed interrupted; connecting again");
        await pause(reconnectMs);
      }
    }
    running = undefined;
  };

  const keepRunning = (): void => {
    if (!closing.signal.aborted) running ??= run();
  };

  /** Resolves with whether the table was read again in good time. */
  const nextReading = (): Promise<boolean> =>
    Promise.race([read.promise.then(() => true), pause(silentMs).then(() => false)]);

  return {
    followers: () => followers,
    follow: async function* (from, since) {
      followers += 1;
      keepRunning();
      hurry();
      try {
        let position = from;
        let told = -Infinity;
        while (!closing.signal.aborted) {
          if (readAt < since || readAt <= told) {
            if (!(await nextReading())) return;
            continue;
          }
          const at = readAt;
          let step = ring.after(position, stepChanges);
          // A step that leaves changes for the next one vouches for nothing yet.
          for (; step.changed.length === stepChanges; step = ring.after(position, stepChanges)) {
            position = step.position;
            yield { ...step, at: since };
          }
          position = step.position;
          told = at;
          yield { ...step, at };
        }
      } finally {
        followers -= 1;
        idleSince = feedTime();
      }
    },
    close: async () => {
      closing.abort();
      hurry();
      announce();
      await running;
    },
  };
};
