import type pg from "pg";
import { withinSilence } from "./within-silence.ts";

/** One statement on a pool that must be answered sooner than others; a connection that stays silent is replaced. */
export const askWithin = async <Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  text: string,
  limitMs: number,
): Promise<readonly Row[]> => {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const { rows } = await withinSilence(client.query<Row>(text), limitMs);
    return rows;
  } catch (error) {
    broken = error instanceof Error ? error : new Error("no answer");
    throw error;
  } finally {
    client.release(broken);
  }
};
