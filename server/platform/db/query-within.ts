import type pg from "pg";
import { answerWithin } from "./answer-within.ts";

/** Runs a statement that must be answered sooner than the pool's others. A connection that does not answer is replaced. */
export const queryWithin = async <Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  text: string,
  limitMs: number,
): Promise<readonly Row[]> => {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const { rows } = await answerWithin(client.query<Row>(text), limitMs);
    return rows;
  } catch (error) {
    broken = error instanceof Error ? error : new Error("no answer");
    throw error;
  } finally {
    client.release(broken);
  }
};
