import { DatabaseError, type PoolClient } from "pg";
import { newPrefixedId } from "../../platform/ids.ts";
import { inTransaction } from "../../platform/db/transaction.ts";
import { recordAudit, type AuditEvent } from "../audit/store.ts";
import type { AuthDatabase } from "../database/store.ts";

export interface Registration {
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly workspace: { readonly name: string; readonly slug: string } | undefined;
  readonly now: Date;
}

const insertWorkspace = async (
  client: PoolClient,
  userId: string,
  { name, slug }: NonNullable<Registration["workspace"]>,
  now: Date,
): Promise<string> => {
  const id = newPrefixedId("org");
  await client.query(
    "insert into auth.organizations (id, slug, name, kind, changed_by, created_at, updated_at) values ($1, $2, $3, 'developer_workspace', $4, $5, $5)",
    [id, slug, name, userId, now],
  );
  await client.query(
    "insert into auth.organization_memberships (organization_id, user_id, role, granted_by) values ($1, $2, 'owner', 'registration')",
    [id, userId],
  );
  await client.query(
    "insert into auth.organization_service_access (organization_id, service_id, granted_by) select $1, id, 'system' from auth.services where default_access",
    [id],
  );
  return id;
};

/** Makes the account and, if asked, a workspace it owns; false where the address is known. */
export const insertRegistration = async (
  { pool }: AuthDatabase,
  { email, name, passwordHash, workspace, now }: Registration,
  origin: Pick<AuditEvent, "ip" | "requestId">,
): Promise<boolean> => {
  try {
    await inTransaction(pool, async (client) => {
      const userId = newPrefixedId("usr");
      await client.query(
        "insert into auth.users (id, email, name, created_at, updated_at) values ($1, $2, $3, $4, $4)",
        [userId, email, name, now],
      );
      await client.query("insert into auth.password_credentials (user_id, hash, changed_at) values ($1, $2, $3)", [
        userId,
        passwordHash,
        now,
      ]);
      const organizationId = workspace && (await insertWorkspace(client, userId, workspace, now));
      await recordAudit(
        client,
        { ...origin, actorType: "user", actorId: userId, organizationId, action: "user.register", target: userId },
        now,
      );
    });
    return true;
  } catch (error) {
    if (error instanceof DatabaseError && error.constraint === "users_email_key") return false;
    throw error;
  }
};
