import type { PoolClient } from "pg";
import { newPrefixedId } from "../../platform/ids.ts";
import { recordAudit, type AuthAuditEvent } from "../audit/store.ts";
import { linkDeveloper } from "../developers/store.ts";

export interface NewAccount {
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly workspace: { readonly name: string; readonly slug: string } | undefined;
  /** The invitation by whose mail the address is proven. */
  readonly invitationId: string | undefined;
  readonly now: Date;
}

const insertWorkspace = async (
  client: PoolClient,
  userId: string,
  { name, slug }: NonNullable<NewAccount["workspace"]>,
  now: Date,
): Promise<string> => {
  const id = newPrefixedId("org");
  await client.query(
    "insert into auth.organizations (id, slug, name, kind, changed_by, created_by, created_at, updated_at) values ($1, $2, $3, 'developer_workspace', $4, $4, $5, $5)",
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

const insertUser = async (
  client: PoolClient,
  userId: string,
  email: string,
  { name, invitationId, now }: NewAccount,
): Promise<boolean> => {
  const { rowCount } = await client.query(
    `insert into auth.users (id, email, name, email_verified_at, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)
     on conflict (email) do nothing`,
    [userId, email, name, invitationId === undefined ? null : now, now],
  );
  return rowCount === 1;
};

const insertBelongings = async (
  client: PoolClient,
  userId: string,
  email: string,
  { name, passwordHash, workspace, now }: NewAccount,
): Promise<string | undefined> => {
  await client.query("insert into auth.password_credentials (user_id, hash, changed_at) values ($1, $2, $3)", [
    userId,
    passwordHash,
    now,
  ]);
  if (workspace === undefined) return undefined;
  const organizationId = await insertWorkspace(client, userId, workspace, now);
  await linkDeveloper(client, { userId, email, name, organizationId }, now);
  return organizationId;
};

/** Whether somebody has invited the address. */
export const isInvited = async (client: PoolClient, email: string, now: Date): Promise<boolean> => {
  const { rowCount } = await client.query(
    "select from auth.organization_invitations where email = $1 and status = 'pending' and expires_at > $2",
    [email, now],
  );
  return rowCount !== 0;
};

/** The invitation that a link leads to, while it can be answered. */
export const findOpenInvitation = async (
  client: PoolClient,
  tokenHash: Buffer,
  now: Date,
): Promise<{ readonly id: string; readonly email: string } | undefined> => {
  const { rows } = await client.query<{ id: string; email: string }>(
    `select i.id, i.email from auth.organization_invitations i
       join auth.organizations o on o.id = i.organization_id and o.status = 'active'
      where i.token_hash = $1 and i.status = 'pending' and i.expires_at > $2`,
    [tokenHash, now],
  );
  return rows[0];
};

/**
 * Makes the account and, if asked, a workspace it owns, on the caller's transaction. Where the address is known, or nobody
 * may be made, the same rows are written for an address that cannot exist and taken back: both ways cost the same.
 */
export const insertAccount = async (
  client: PoolClient,
  registration: NewAccount,
  allowed: boolean,
  origin: Pick<AuthAuditEvent, "ip" | "requestId">,
): Promise<{ readonly userId: string } | undefined> => {
  const { email, now } = registration;
  const userId = newPrefixedId("usr");
  const decoy = `${userId}@invalid`;
  await client.query("savepoint decoy");
  const made = await insertUser(client, userId, allowed ? email : decoy, registration);
  if (!made) await insertUser(client, userId, decoy, registration);
  const organizationId = await insertBelongings(client, userId, made && allowed ? email : decoy, registration);
  const real = made && allowed;
  await client.query(real ? "release savepoint decoy" : "rollback to savepoint decoy");
  await recordAudit(
    client,
    real
      ? {
          ...origin,
          actorType: "user",
          actorId: userId,
          organizationId,
          action: "user.register",
          target: userId,
          details: registration.invitationId === undefined ? {} : { verifiedByInvitation: registration.invitationId },
        }
      : { ...origin, actorType: "anonymous", action: "user.register", outcome: "denied" },
    now,
  );
  return real ? { userId } : undefined;
};
