import type pg from "pg";

/** Runs the work in one process of the deployment at a time; false: another one is at it, and it was not run. */
export const inOneProcess = async (
  pool: pg.Pool,
  lock: number,
  work: (client: pg.PoolClient) => Promise<void>,
): Promise<boolean> => {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ taken: boolean }>("select pg_try_advisory_lock($1) as taken", [lock]);
    if (rows[0]?.taken !== true) return false;
    try {
      await work(client);
    } finally {
      await client.query("select pg_advisory_unlock($1)", [lock]);
    }
    return true;
  } finally {
    client.release();
  }
};
