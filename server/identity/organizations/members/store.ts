import type { Role } from "@topolo/auth-client";
import type { PoolClient } from "pg";
import { inTransaction } from "../../../platform/db/transaction.ts";
import { recordAudit, type AuthAuditEvent } from "../../audit/store.ts";
import { AuthError } from "../../auth-error.ts";
import type { AuthDatabase } from "../../database/store.ts";
import { topRole } from "../authority.ts";
import { lockOrganization, likeText, type LockedOrganization } from "../store.ts";

export type By = Pick<AuthAuditEvent, "actorType" | "actorId" | "ip" | "requestId">;

export interface MembershipRow {
  readonly organization_id: string;
  readonly user_id: string;
  readonly role: string;
  readonly status: "active" | "suspended";
  readonly created_at: Date;
  readonly email: string;
  readonly name: string;
  readonly picture_url: string | null;
  readonly user_status: string;
}

const memberColumns =
  "m.organization_id, m.user_id, m.role, m.status, m.created_at, u.email, u.name, u.picture_url, u.status as user_status";

interface ListMembers {
  readonly organizationId: string;
  readonly after: string | undefined;
  readonly search: string | undefined;
  readonly role: string | undefined;
  readonly status: string | undefined;
  readonly limit: number;
}

/** By user id, hence by age of the account. */
export const listMembershipRows = async (
  { pool }: AuthDatabase,
  { organizationId, after, search, role, status, limit }: ListMembers,
): Promise<MembershipRow[]> => {
  const { rows } = await pool.query<MembershipRow>(
    `select ${memberColumns} from auth.organization_memberships m join auth.users u on u.id = m.user_id
     where m.organization_id = $1 and ($2::text is null or m.user_id > $2) and ($3::text is null or u.email like $3 or lower(u.name) like $3)
       and ($4::text is null or m.role = $4) and ($5::text is null or m.status = $5)
     order by m.user_id limit $6`,
    [
      organizationId,
      after ?? null,
      search === undefined ? null : likeText(search),
      role ?? null,
      status ?? null,
      limit,
    ],
  );
  return rows;
};

/** The membership, held for the change. */
export const lockMember = async (
  client: PoolClient,
  organizationId: string,
  userId: string,
): Promise<MembershipRow | undefined> => {
  const { rows } = await client.query<MembershipRow>(
    `select ${memberColumns} from auth.organization_memberships m join auth.users u on u.id = m.user_id
     where m.organization_id = $1 and m.user_id = $2 for update of m`,
    [organizationId, userId],
  );
  return rows[0];
};

/** Refuses where nobody else would keep the organization. Its row is held, so that two who leave together are counted one by one. */
export const requireAnotherTopMember = async (
  { client, organization }: LockedOrganization,
  userId: string,
): Promise<void> => {
  const { rowCount } = await client.query(
    `select from auth.organization_memberships m join auth.users u on u.id = m.user_id
     where m.organization_id = $1 and m.user_id <> $2 and m.role = $3 and m.status = 'active' and u.status = 'active' limit 1`,
    [organization.id, userId, topRole(organization.kind)],
  );
  if (rowCount === 0) throw new AuthError("last_owner");
};

interface NewMember {
  readonly userId: string;
  readonly role: Role;
  readonly grantedBy: string;
}

/** Adds a person with an active account; `already` where they are a member, `unknown` where there is no such account. */
export const insertMember = async (
  { client, organization }: LockedOrganization,
  { userId, role, grantedBy }: NewMember,
  now: Date,
): Promise<"added" | "already" | "unknown"> => {
  const users = await client.query("select from auth.users where id = $1 and status = 'active' for share", [userId]);
  if (users.rowCount === 0) return "unknown";
  const { rowCount } = await client.query(
    `insert into auth.organization_memberships (organization_id, user_id, role, granted_by, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $5) on conflict do nothing`,
    [organization.id, userId, role, grantedBy, now],
  );
  return rowCount === 1 ? "added" : "already";
};

interface MemberChange {
  readonly role: string;
  readonly status: "active" | "suspended";
}

export const updateMember = async (
  client: PoolClient,
  { organization_id, user_id, role, status }: MembershipRow,
  change: MemberChange,
  by: By,
  now: Date,
): Promise<void> => {
  await client.query(
    "update auth.organization_memberships set role = $3, status = $4, granted_by = $5, updated_at = $6 where organization_id = $1 and user_id = $2",
    [organization_id, user_id, change.role, change.status, by.actorId ?? null, now],
  );
  await recordAudit(
    client,
    {
      ...by,
      organizationId: organization_id,
      action: "member.update",
      target: user_id,
      details: { from: { role, status }, to: change },
    },
    now,
  );
};

/** Removes the membership with everything given on top of it, and ends the keys the person owns there: a return starts afresh. */
export const deleteMember = async (
  client: PoolClient,
  { organization_id, user_id, role }: Pick<MembershipRow, "organization_id" | "user_id" | "role">,
  by: By,
  now: Date,
): Promise<void> => {
  const pair = [organization_id, user_id];
  await client.query("delete from auth.organization_memberships where organization_id = $1 and user_id = $2", pair);
  // A directory that names them again asks them again, or has their domain.
  await client.query(
    "update auth.provisioned_users set user_id = null where organization_id = $1 and user_id = $2",
    pair,
  );
  await client.query("delete from auth.user_role_bundles where organization_id = $1 and user_id = $2", pair);
  await client.query("delete from auth.user_permission_overrides where organization_id = $1 and user_id = $2", pair);
  const keys = await client.query<{ id: string }>(
    "update auth.api_keys set revoked_at = $3, revoked_by = $4 where organization_id = $1 and owner_user_id = $2 and revoked_at is null returning id",
    [...pair, now, by.actorId ?? "system"],
  );
  await recordAudit(
    client,
    {
      ...by,
      organizationId: organization_id,
      action: "member.remove",
      target: user_id,
      details: { role, keysRevoked: keys.rows.map(({ id }) => id) },
    },
    now,
  );
};

/** A member's own leave; undefined where there is no membership. */
export const leaveOrganization = (
  { pool }: AuthDatabase,
  organizationId: string,
  userId: string,
  by: By,
  now: Date,
): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    const organization = await lockOrganization(client, organizationId);
    const member = organization && (await lockMember(client, organizationId, userId));
    if (!organization || !member) return false;
    if (organization.status !== "active") throw new AuthError("workspace_suspended");
    if (member.role === topRole(organization.kind)) await requireAnotherTopMember({ client, organization }, userId);
    await deleteMember(client, member, by, now);
    return true;
  });
