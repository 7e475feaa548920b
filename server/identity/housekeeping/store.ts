import type pg from "pg";
import type { AuthDatabase } from "../database/store.ts";

/** Rows of one table that have outlived their use; `$1` is the present, `$2` how many may go at once. */
interface Leftover {
  readonly name: string;
  readonly statement: string;
}

const remove = (table: string, condition: string): Leftover => ({
  name: table,
  statement: `delete from auth.${table} where ctid in (select ctid from auth.${table} where ${condition} limit $2 for update skip locked)`,
});

const days = (count: number): string => `$1::timestamptz - interval '${count} days'`;

/**
 * Consumed codes and ended sessions stay for a while: that they were used is how a second use is noticed. Refresh
 * tokens, codes and consents of a session go with it.
 */
const leftovers: readonly Leftover[] = [
  remove("rate_limits", "expires_at < $1"),
  remove("handoff_codes", `expires_at < ${days(1)}`),
  remove("oidc_payloads", `expires_at < ${days(1)}`),
  remove("revoked_access_tokens", `expires_at < ${days(1)}`),
  remove(
    "verification_tokens",
    `purpose in ('bootstrap', 'reset', 'verify', 'challenge', 'second_factor', 'email_change', 'federated') and expires_at < ${days(30)}`,
  ),
  // Anybody may ask for these, and nobody asks after them.
  {
    ...remove("verification_tokens", `purpose in ('challenge', 'federated') and expires_at < ${days(1)}`),
    name: "challenges",
  },
  // Without a mailer nobody takes them.
  remove("security_notices", `created_at < ${days(7)}`),
  remove("sessions", `absolute_expires_at < ${days(30)}`),
  remove("organization_invitations", `expires_at < ${days(90)}`),
  {
    name: "sealed successors",
    statement: `update auth.refresh_tokens set successor_sealed = null where ctid in (select ctid from auth.refresh_tokens
      where successor_sealed is not null and rotated_at < $1::timestamptz - interval '10 seconds' limit $2 for update skip locked)`,
  },
];

interface Purge {
  readonly now: Date;
  /** Rows a statement; no lock is held for longer than it takes. */
  readonly batch?: number;
  /** Statements a table in one round; the rest waits for the next. */
  readonly maxBatches?: number;
}

/** Removes up to so many at once, until there are no more. */
const inBatches = async (
  { batch = 1_000, maxBatches = 20 }: Purge,
  removeSome: (batch: number) => Promise<number>,
): Promise<number> => {
  let removed = 0;
  for (let round = 0; round < maxBatches; round += 1) {
    const some = await removeSome(batch);
    removed += some;
    if (some < batch) break;
  }
  return removed;
};

const purgeOne = (pool: pg.Pool, statement: string, options: Purge): Promise<number> =>
  inBatches(options, async (batch) => (await pool.query(statement, [options.now, batch])).rowCount ?? 0);

/** By a function, since this role may not change the feed; a row's age goes by the database's clock. */
const trimFeed = (pool: pg.Pool, options: Purge): Promise<number> =>
  inBatches(options, async (batch) => {
    const { rows } = await pool.query<{ trimmed: number }>("select auth.trim_revocation_feed($1) as trimmed", [batch]);
    return rows[0]?.trimmed ?? 0;
  });

/** Removes what has expired, some rows at a time; returns how many, by table. */
export const purgeExpired = async (
  { pool }: AuthDatabase,
  options: Purge,
): Promise<Readonly<Record<string, number>>> => {
  const removed: Record<string, number> = { revocation_feed: await trimFeed(pool, options) };
  for (const { name, statement } of leftovers) removed[name] = await purgeOne(pool, statement, options);
  return removed;
};
