import type { Client } from "pg";
import { connect, type Connection } from "./connect.ts";
import { answerWithin } from "./answer-within.ts";

interface WatchSession {
  readonly connectionString: string;
  /** Its statements may take long, or its connection may have gone silent. */
  readonly client: Client;
  /** How long it may be impossible to find out which. */
  readonly silenceMs: number;
}

const askMs = 3_000;

/**
 * Runs work on a session without a statement limit, and asks on a second one whether the server is still working on it.
 * Rejects if the server has ended the session, if it waits for us while we wait for it, or if the server cannot be asked.
 */
export const watchSession = async <T>(
  { connectionString, client, silenceMs }: WatchSession,
  work: () => Promise<T>,
): Promise<T> => {
  const { rows } = await answerWithin(client.query<{ pid: number }>("select pg_backend_pid() as pid"), askMs);
  const pid = rows[0]?.pid;
  const everyMs = silenceMs / 6;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  let answeredAt = performance.now();

  const isWorking = async (): Promise<boolean> => {
    let second: Connection | undefined;
    try {
      second = await connect({
        connectionString,
        applicationName: "nexus-migrations watch",
        statementTimeoutMs: askMs,
        connectTimeoutMs: askMs,
      });
      const found = await second.client.query<{ working: boolean }>(
        `select coalesce(state not like 'idle%' or state_change > clock_timestamp() - $2 * interval '1 millisecond', true) as working
           from pg_stat_activity where pid = $1`,
        [pid, everyMs],
      );
      answeredAt = performance.now();
      return found.rows[0]?.working === true;
    } catch {
      return performance.now() - answeredAt < silenceMs;
    } finally {
      await second?.close();
    }
  };

  const lost = new Promise<never>((_, reject) => {
    const look = async (): Promise<void> => {
      if (ended) return;
      if (await isWorking()) schedule();
      else if (!ended) reject(new Error("Connection terminated: the session no longer answers"));
    };
    const schedule = (): void => {
      timer = setTimeout(() => void look(), everyMs);
    };
    schedule();
  });
  try {
    return await Promise.race([work(), lost]);
  } finally {
    ended = true;
    clearTimeout(timer);
  }
};
