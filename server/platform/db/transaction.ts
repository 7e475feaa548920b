import type pg from "pg";
import { withinSilence } from "./within-silence.ts";

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
    // Behind a statement that got no answer there will be none either: the connection is replaced.
    await withinSilence(client.query("rollback"), rollbackMs).catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error("rollback failed");
    });
    throw error;
  } finally {
    client.release(broken);
  }
};
