import { DatabaseError } from "../../platform/db/database-error.ts";
import { newPrefixedId } from "../../platform/ids.ts";
import { inTransaction } from "../../platform/db/transaction.ts";
import { recordAudit, type AuthAuditEvent } from "../audit/store.ts";
import type { AuthDatabase } from "../database/store.ts";

export const isBootstrapDone = async ({ pool }: AuthDatabase): Promise<boolean> => {
  const { rowCount } = await pool.query({ name: "auth_bootstrap_done", text: "select from auth.bootstrap_done" });
  return rowCount !== 0;
};

/** Stores the link's hash and ends earlier links; false where the first administrator exists. */
export const insertBootstrapToken = (
  { pool }: AuthDatabase,
  tokenHash: Buffer,
  now: Date,
  expiresAt: Date,
): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    if ((await client.query("select from auth.bootstrap_done")).rowCount !== 0) return false;
    await client.query(
      "update auth.verification_tokens set consumed_at = $1 where purpose = 'bootstrap' and consumed_at is null",
      [now],
    );
    const id = newPrefixedId("vft");
    await client.query(
      "insert into auth.verification_tokens (id, purpose, token_hash, created_at, expires_at) values ($1, 'bootstrap', $2, $3, $4)",
      [id, tokenHash, now, expiresAt],
    );
    await recordAudit(client, { actorType: "system", action: "bootstrap.link-issued", target: id }, now);
    return true;
  });

export const isBootstrapTokenLive = async ({ pool }: AuthDatabase, tokenHash: Buffer, now: Date): Promise<boolean> => {
  const { rowCount } = await pool.query(
    "select from auth.verification_tokens where purpose = 'bootstrap' and token_hash = $1 and consumed_at is null and expires_at > $2",
    [tokenHash, now],
  );
  return rowCount !== 0;
};

export interface FirstAdministrator {
  readonly tokenHash: Buffer;
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly now: Date;
}

const isUniqueViolation = (error: unknown): error is DatabaseError =>
  error instanceof DatabaseError && error.code === "23505";

/**
 * Uses the link up and makes the administrator, who also owns the platform's own organization: all of it once, however
 * many ask. `taken` names a known e-mail address.
 */
export const createFirstAdministrator = async (
  { pool }: AuthDatabase,
  { tokenHash, email, name, passwordHash, now }: FirstAdministrator,
  origin: Pick<AuthAuditEvent, "ip" | "requestId">,
): Promise<{ readonly userId: string } | "link_invalid" | "taken"> => {
  try {
    return await inTransaction(pool, async (client) => {
      const used = await client.query(
        "update auth.verification_tokens set consumed_at = $2 where purpose = 'bootstrap' and token_hash = $1 and consumed_at is null and expires_at > $2",
        [tokenHash, now],
      );
      if (used.rowCount !== 1) return "link_invalid";
      const userId = newPrefixedId("usr");
      await client.query("insert into auth.bootstrap_done (id, user_id, done_at) values (true, $1, $2)", [userId, now]);
      // Whoever holds the console's link vouches for the address.
      await client.query(
        "insert into auth.users (id, email, name, email_verified_at, created_at, updated_at) values ($1, $2, $3, $4, $4, $4)",
        [userId, email, name, now],
      );
      await client.query("insert into auth.password_credentials (user_id, hash, changed_at) values ($1, $2, $3)", [
        userId,
        passwordHash,
        now,
      ]);
      // People begin in the organization they joined first: that of the first key, where the first call will be seen.
      await client.query(
        `insert into auth.organization_memberships (organization_id, user_id, role, granted_by, created_at)
         values ('org_topolo', $1, 'owner', $1, $2), ('org_admin', $1, 'platform_super_admin', 'bootstrap', $2::timestamptz + interval '1 second')`,
        [userId, now],
      );
      await recordAudit(
        client,
        {
          ...origin,
          actorType: "system",
          organizationId: "org_admin",
          action: "bootstrap.administrator-created",
          target: userId,
        },
        now,
      );
      return { userId };
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    return error.constraint === "users_email_key" ? "taken" : "link_invalid";
  }
};
