import type { SessionRow } from "./store.ts";

/** Reads sessions as they are stored now; never from memory. */
export interface SessionLoader {
  readonly find: (sessionId: string) => Promise<SessionRow | undefined>;
}

interface Waiting {
  readonly sessionId: string;
  readonly resolve: (row: SessionRow | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

const maxUnderWay = 2;
const maxTogether = 200;

/**
 * Questions that arrive while others are under way are asked together. Each is put to the database after it arrived,
 * so an answer is never older than its question; alone, none waits.
 */
export const createSessionLoader = (
  load: (sessionIds: readonly string[]) => Promise<readonly SessionRow[]>,
): SessionLoader => {
  const waiting: Waiting[] = [];
  let underWay = 0;

  const ask = async (): Promise<void> => {
    const together = waiting.splice(0, maxTogether);
    underWay += 1;
    try {
      const rows = await load([...new Set(together.map(({ sessionId }) => sessionId))]);
      const bySession = new Map(rows.map((row) => [row.session_id, row]));
      for (const { sessionId, resolve } of together) resolve(bySession.get(sessionId));
    } catch (error) {
      for (const { reject } of together) reject(error);
    } finally {
      underWay -= 1;
      askNext();
    }
  };

  const askNext = (): void => {
    if (waiting.length > 0 && underWay < maxUnderWay) void ask();
  };

  return {
    find: (sessionId) =>
      new Promise((resolve, reject) => {
        waiting.push({ sessionId, resolve, reject });
        askNext();
      }),
  };
};
