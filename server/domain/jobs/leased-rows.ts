import type pg from "pg";

/** Tables of what vendors work on, a row an operation: who asks after it, and when. */
export type JobTable = "ai_batch" | "ai_video";

/** Gives those that are due to one process, until the lease has run out. */
export const claimRows = async (
  pool: pg.Pool,
  table: JobTable,
  leaseMs: number,
  limit: number,
): Promise<readonly string[]> => {
  const { rows } = await pool.query<{ operation_id: string }>(
    `update nexus.${table} set leased_until = clock_timestamp() + $1::bigint * interval '1 ms'
      where operation_id in (select operation_id from nexus.${table}
        where look_at <= clock_timestamp() and (leased_until is null or leased_until < clock_timestamp())
        order by look_at limit $2 for update skip locked)
      returning operation_id`,
    [leaseMs, limit],
  );
  return rows.map(({ operation_id: id }) => id);
};

/** One process goes on asking; and what it was told meanwhile. */
export const renewRow = async (
  pool: pg.Pool,
  table: JobTable,
  operationId: string,
  leaseMs: number,
  told?: unknown,
): Promise<void> => {
  await pool.query(
    `update nexus.${table} set leased_until = clock_timestamp() + $2::bigint * interval '1 ms', told = coalesce($3, told)
      where operation_id = $1 and ended_at is null`,
    [operationId, leaseMs, told === undefined ? null : JSON.stringify(told)],
  );
};

/** Notes what the vendor said, and when it is asked next. */
export const tellRow = async (
  pool: pg.Pool | pg.PoolClient,
  table: JobTable,
  operationId: string,
  told: unknown,
  afterMs: number,
): Promise<void> => {
  await pool.query(
    `update nexus.${table} set told = coalesce($2, told), looked_at = clock_timestamp(), leased_until = null,
       look_at = clock_timestamp() + $3::bigint * interval '1 ms' where operation_id = $1 and ended_at is null`,
    [operationId, told === undefined ? null : JSON.stringify(told), Math.ceil(afterMs)],
  );
};

/** Has one looked at that somebody waits for, unless it was just now. */
export const hastenRow = async (
  pool: pg.Pool,
  table: JobTable,
  operationId: string,
  notWithinMs: number,
): Promise<void> => {
  await pool.query(
    `update nexus.${table} set look_at = clock_timestamp()
      where operation_id = $1 and ended_at is null and look_at > clock_timestamp()
        and looked_at < clock_timestamp() - $2::bigint * interval '1 ms'`,
    [operationId, notWithinMs],
  );
};

const vendorIds = { ai_batch: "vendor_batch_id", ai_video: "vendor_video_id" } as const;

/** Forgets those that no vendor took, once that is certain. */
export const deleteUntaken = async (pool: pg.Pool, table: JobTable, atOnce: number): Promise<number> => {
  const { rowCount } = await pool.query(
    `delete from nexus.${table} where operation_id in (
       select b.operation_id from nexus.${table} b left join nexus.operation o on o.operation_id = b.operation_id
        where b.${vendorIds[table]} is null and b.created_at < clock_timestamp() - interval '1 hour'
          and (o.state is null or o.state not in ('open', 'uncertain')) limit $1)`,
    [atOnce],
  );
  return rowCount ?? 0;
};
