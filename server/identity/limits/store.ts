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

/** Removes what has expired: counters, single-use secrets, sealed cookie successors. */
export const purgeExpired = async ({ pool }: AuthDatabase, now: Date): Promise<void> => {
  await pool.query("delete from auth.rate_limits where expires_at < $1", [now]);
  await pool.query("delete from auth.verification_tokens where expires_at < $1::timestamptz - interval '30 days'", [
    now,
  ]);
  await pool.query("delete from auth.handoff_codes where expires_at < $1::timestamptz - interval '1 day'", [now]);
  // Anybody may ask for these, and nobody asks after them.
  await pool.query(
    "delete from auth.verification_tokens where purpose in ('challenge', 'federated') and expires_at < $1::timestamptz - interval '1 hour'",
    [now],
  );
  await pool.query(
    "update auth.refresh_tokens set successor_sealed = null where successor_sealed is not null and rotated_at < $1::timestamptz - interval '10 seconds'",
    [now],
  );
};
