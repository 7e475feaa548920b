import type pg from "pg";
import { answerWithin } from "./answer-within.ts";

const rollbackMs = 2_000;

/** Runs the work in one transaction: all of it is committed, or none. */
export const inTransaction = async <T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("begin");
    const result = await work(client);
    await client.query("commit");
    return result;
  } catch (error) {
    // If the statement got no answer, the rollback gets none either: the connection is replaced.
    await answerWithin(client.query("rollback"), rollbackMs).catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error("rollback failed");
    });
    throw error;
  } finally {
    client.release(broken);
  }
};
