import type { PoolClient } from "pg";
import { inTransaction } from "../../platform/db/transaction.ts";
import { recordAudit, type AuthAuditEvent } from "../audit/store.ts";
import type { AuthDatabase } from "../database/store.ts";
import { clearAttempts } from "../limits/store.ts";
import { endUnused, findLink, lockAccount, takeLink } from "../links/store.ts";
import { endSessionsOfUser } from "../sessions/store.ts";
import { lockBeforeTakeOver, takeOver } from "../ways-in/take-over/store.ts";

type Origin = Pick<AuthAuditEvent, "ip" | "requestId">;

/** The stored hash of a person's password, if they have one. */
export const findPasswordHash = async ({ pool }: AuthDatabase, userId: string): Promise<string | undefined> => {
  const { rows } = await pool.query<{ hash: string }>("select hash from auth.password_credentials where user_id = $1", [
    userId,
  ]);
  return rows[0]?.hash;
};

/** Whether the hash still is the stored one; until the transaction ends it stays so. */
export const isPasswordUnchanged = async (client: PoolClient, userId: string, hash: string): Promise<boolean> => {
  const { rowCount } = await client.query(
    "select from auth.password_credentials where user_id = $1 and hash = $2 for share",
    [userId, hash],
  );
  return rowCount === 1;
};

const storePassword = (client: PoolClient, userId: string, hash: string, now: Date) =>
  client.query(
    `insert into auth.password_credentials (user_id, hash, changed_at) values ($1, $2, $3)
     on conflict (user_id) do update set hash = excluded.hash, changed_at = excluded.changed_at, must_change = false`,
    [userId, hash, now],
  );

interface Reset {
  readonly tokenHash: Buffer;
  readonly passwordHash: string;
  readonly attemptKeyOf: (email: string) => string;
  readonly now: Date;
}

export const deletePassword = async (client: PoolClient, userId: string): Promise<void> => {
  await client.query("delete from auth.password_credentials where user_id = $1", [userId]);
};

interface CompletedReset {
  readonly email: string;
  /** The reset was the first to show that the address is the person's: all that was set up before is gone. */
  readonly firstVerified: boolean;
}

/** Uses the link up, stores the password and ends every session; undefined where the link is of no use. */
export const replaceForgottenPassword = (
  { pool }: AuthDatabase,
  { tokenHash, passwordHash, attemptKeyOf, now }: Reset,
  origin: Origin,
  alongside: (client: PoolClient, reset: CompletedReset) => Promise<void>,
): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    const found = await findLink(client, "reset", tokenHash, now);
    if (!found) return false;
    await lockBeforeTakeOver(client, found.userId);
    const link = await takeLink(client, "reset", tokenHash, now);
    if (!link) return false;
    const { userId, email } = link;
    await storePassword(client, userId, passwordHash, now);
    const ended = await endSessionsOfUser(client, { userId }, "password_reset", now);
    await endUnused(client, userId, ["reset", "second_factor", "email_change"]);
    const by = { ...origin, actorType: "user", actorId: userId } as const;
    const dropped = await takeOver(client, userId, by, now);
    const firstVerified = dropped !== undefined;
    await clearAttempts(client, attemptKeyOf(email));
    await recordAudit(
      client,
      {
        ...by,
        action: "user.password-reset",
        target: userId,
        details: { endedSessions: ended, firstVerified, ...(dropped && { dropped }) },
      },
      now,
    );
    await alongside(client, { email, firstVerified });
    return true;
  });

interface Change {
  readonly userId: string;
  readonly sessionId: string;
  /** The hash the presented password was checked against. */
  readonly checkedHash: string;
  readonly passwordHash: string;
  readonly now: Date;
}

/** Stores the new password on the caller's transaction and ends the other sessions; false where another change came first. */
export const updatePassword = async (
  client: PoolClient,
  { userId, sessionId, checkedHash, passwordHash, now }: Change,
  origin: Origin,
): Promise<boolean> => {
  await lockAccount(client, userId);
  const { rowCount } = await client.query(
    "update auth.password_credentials set hash = $3, changed_at = $4, must_change = false where user_id = $1 and hash = $2",
    [userId, checkedHash, passwordHash, now],
  );
  if (rowCount !== 1) return false;
  const ended = await endSessionsOfUser(client, { userId, exceptSessionId: sessionId }, "password_change", now);
  await endUnused(client, userId, ["reset", "second_factor", "email_change"]);
  await recordAudit(
    client,
    {
      ...origin,
      actorType: "user",
      actorId: userId,
      action: "user.password-changed",
      target: userId,
      details: { endedSessions: ended },
    },
    now,
  );
  return true;
};
