import type pg from "pg";
import type { AuthDatabase } from "../database/store.ts";

/** By whom mail is carried: by Nexus, or by the server of the settings. */
export type CarrierName = "nexus" | "smtp";

/** A mail that is due, taken by this process for a while. */
export interface DueMail {
  readonly id: string;
  readonly kind: string;
  readonly sealed: string;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Who is given it now, which is written down before it is: until the opposite is proved that carrier has it. */
  readonly carrier: CarrierName;
  /** Who may have it since an earlier attempt. */
  readonly held: CarrierName | null;
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

interface ClaimMail {
  readonly limit: number;
  readonly now: Date;
  readonly leaseUntil: Date;
  /** Who is asked first, and whom after so many attempts. */
  readonly first: CarrierName;
  readonly later: CarrierName;
  readonly firstAttempts: number;
}

/** Takes what is due; another process may take it again after the lease. */
export const claimMail = async (
  { pool }: AuthDatabase,
  { limit, now, leaseUntil, first, later, firstAttempts }: ClaimMail,
): Promise<readonly DueMail[]> => {
  const { rows } = await pool.query<DueMail>(
    `update auth.mail_outbox m set attempts = m.attempts + 1, next_attempt_at = $3,
            carrier = coalesce(m.carrier, case when m.attempts < $6 then $4 else $5 end)
       from (select id, carrier as held from auth.mail_outbox where sent_at is null and failed_at is null and next_attempt_at <= $2
              order by next_attempt_at limit $1 for update skip locked) due
      where m.id = due.id
      returning m.id, m.kind, m.content_sealed as sealed, m.attempts, m.created_at as "createdAt", m.expires_at as "expiresAt", m.carrier, due.held`,
    [limit, now, leaseUntil, first, later, firstAttempts],
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

interface Postponed {
  readonly error: string;
  readonly nextAttemptAt: Date;
  /** Who may have it, or is the only one to be asked from now on; null: whoever is next. */
  readonly carrier: CarrierName | null;
}

export const postponeMail = async (
  { pool }: AuthDatabase,
  id: string,
  { error, nextAttemptAt, carrier }: Postponed,
): Promise<void> => {
  await pool.query("update auth.mail_outbox set next_attempt_at = $2, last_error = $3, carrier = $4 where id = $1", [
    id,
    nextAttemptAt,
    error,
    carrier,
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
