import type pg from "pg";
import type { AuthDatabase } from "../database/store.ts";

/** A mail that is due, taken by this process for a while. */
export interface DueMail {
  readonly id: string;
  readonly kind: string;
  readonly sealed: string;
  readonly attempts: number;
  readonly expiresAt: Date;
}

interface NewMail {
  readonly id: string;
  readonly kind: string;
  readonly sealed: string;
  readonly now: Date;
  readonly expiresAt: Date;
}

export const insertMail = async (
  client: pg.PoolClient,
  { id, kind, sealed, now, expiresAt }: NewMail,
): Promise<void> => {
  await client.query(
    `insert into auth.mail_outbox (id, kind, content_sealed, created_at, next_attempt_at, expires_at) values ($1, $2, $3, $4, $4, $5)`,
    [id, kind, sealed, now, expiresAt],
  );
};

/** Takes what is due; another process may take it again after the lease. */
export const claimMail = async (
  { pool }: AuthDatabase,
  limit: number,
  now: Date,
  leaseUntil: Date,
): Promise<readonly DueMail[]> => {
  const { rows } = await pool.query<DueMail>(
    `update auth.mail_outbox set attempts = attempts + 1, next_attempt_at = $3
     where id in (select id from auth.mail_outbox where sent_at is null and failed_at is null and next_attempt_at <= $2
       order by next_attempt_at limit $1 for update skip locked)
     returning id, kind, content_sealed as sealed, attempts, expires_at as "expiresAt"`,
    [limit, now, leaseUntil],
  );
  return rows;
};

export const markSent = async ({ pool }: AuthDatabase, id: string, now: Date): Promise<void> => {
  await pool.query(
    "update auth.mail_outbox set sent_at = $2, content_sealed = null where id = $1 and sent_at is null and failed_at is null",
    [id, now],
  );
};

export const markFailed = async ({ pool }: AuthDatabase, id: string, error: string, now: Date): Promise<void> => {
  await pool.query(
    "update auth.mail_outbox set failed_at = $2, content_sealed = null, last_error = $3 where id = $1 and sent_at is null and failed_at is null",
    [id, now, error],
  );
};

export const postponeMail = async (
  { pool }: AuthDatabase,
  id: string,
  error: string,
  nextAttemptAt: Date,
): Promise<void> => {
  await pool.query("update auth.mail_outbox set next_attempt_at = $2, last_error = $3 where id = $1", [
    id,
    nextAttemptAt,
    error,
  ]);
};

const keepDays = 7;

/** Forgets what was sent or given up a while ago. */
export const purgeMail = async ({ pool }: AuthDatabase, now: Date): Promise<void> => {
  await pool.query(
    "delete from auth.mail_outbox where coalesce(sent_at, failed_at) < $1::timestamptz - make_interval(days => $2)",
    [now, keepDays],
  );
};
