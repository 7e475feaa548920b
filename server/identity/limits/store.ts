import type pg from "pg";
import type { AuthDatabase } from "../database/store.ts";

interface Attempt {
  readonly key: string;
  readonly limit: number;
  readonly blockMs: number;
  readonly now: Date;
}

/**
 * Counts an attempt before it is made, so that parallel guesses share one budget. Returns 0 where it is allowed, else
 * the milliseconds until attempts are allowed again; a block is not prolonged by further attempts.
 */
export const reserveAttempt = async (
  { pool }: AuthDatabase,
  { key, limit, blockMs, now }: Attempt,
): Promise<number> => {
  const { rows } = await pool.query<{ count: number; expires_at: Date }>({
    name: "auth_reserve_attempt",
    text: `insert into auth.rate_limits as r (key, window_start, count, expires_at)
      values ($1, 'epoch', 1, $2::timestamptz + make_interval(secs => $3::double precision / 1000))
      on conflict (key, window_start) do update set
        count = case when r.expires_at <= $2 then 1 else least(r.count + 1, $4::int + 1) end,
        expires_at = case when r.expires_at > $2 and r.count >= $4::int then r.expires_at else excluded.expires_at end
      returning count, expires_at`,
    values: [key, now, blockMs, limit],
  });
  const row = rows[0];
  if (!row || row.count <= limit) return 0;
  return Math.max(1, row.expires_at.getTime() - now.getTime());
};

/** Ends the streak, as after a success. */
export const clearAttempts = async (client: pg.Pool | pg.PoolClient, key: string): Promise<void> => {
  await client.query("delete from auth.rate_limits where key = $1", [key]);
};
