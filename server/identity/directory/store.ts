import type { Pool, PoolClient } from "pg";
import { newPrefixedId } from "../../platform/ids.ts";
import type { AuthDatabase } from "../database/store.ts";

export interface ScimTokenRow {
  readonly id: string;
  readonly name: string;
  readonly last4: string;
  readonly created_by: string;
  /** The name of whoever made it, or their address. */
  readonly created_by_name: string | null;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
}

const tokenColumns = `id, name, last4, created_by, created_at, last_used_at,
  (select coalesce(nullif(u.name, ''), u.email) from auth.users u where u.id = scim_tokens.created_by) as created_by_name`;

export const listScimTokens = async (client: Pool | PoolClient, organizationId: string): Promise<ScimTokenRow[]> => {
  const { rows } = await client.query<ScimTokenRow>(
    `select ${tokenColumns} from auth.scim_tokens where organization_id = $1 and revoked_at is null order by id`,
    [organizationId],
  );
  return rows;
};

interface NewScimToken {
  readonly organizationId: string;
  readonly name: string;
  readonly tokenHash: Buffer;
  readonly last4: string;
  readonly createdBy: string;
}

export const insertScimToken = async (
  client: PoolClient,
  { organizationId, name, tokenHash, last4, createdBy }: NewScimToken,
  now: Date,
): Promise<ScimTokenRow | undefined> => {
  const { rows } = await client.query<ScimTokenRow>(
    `insert into auth.scim_tokens (id, organization_id, name, token_hash, last4, created_by, created_at)
     values ($1, $2, $3, $4, $5, $6, $7) returning ${tokenColumns}`,
    [newPrefixedId("sct"), organizationId, name, tokenHash, last4, createdBy, now],
  );
  return rows[0];
};

export const revokeScimToken = async (
  client: PoolClient,
  organizationId: string,
  id: string,
  now: Date,
): Promise<boolean> => {
  const { rowCount } = await client.query(
    "update auth.scim_tokens set revoked_at = $3 where organization_id = $1 and id = $2 and revoked_at is null",
    [organizationId, id, now],
  );
  return rowCount === 1;
};

export interface DirectoryOfTokenRow {
  readonly id: string;
  readonly organization_id: string;
  readonly created_by: string;
  readonly organization_status: string;
}

const notedMs = 60_000;

/** The live token of this digest. When it was last used is noted once a minute. */
export const findScimToken = async (
  { pool }: AuthDatabase,
  tokenHash: Buffer,
  now: Date,
): Promise<DirectoryOfTokenRow | undefined> => {
  const { rows } = await pool.query<DirectoryOfTokenRow & { readonly last_used_at: Date | null }>(
    `select t.id, t.organization_id, t.created_by, t.last_used_at, o.status as organization_status
     from auth.scim_tokens t join auth.organizations o on o.id = t.organization_id where t.token_hash = $1 and t.revoked_at is null`,
    [tokenHash],
  );
  const found = rows[0];
  if (found && (found.last_used_at === null || now.getTime() - found.last_used_at.getTime() > notedMs))
    await pool.query("update auth.scim_tokens set last_used_at = $2 where id = $1", [found.id, now]);
  return found;
};

export interface DirectorySettingsRow {
  readonly default_role: "member" | "guest";
  readonly max_role: "super_admin" | "admin" | "member" | "guest";
}

export const findDirectorySettings = async (
  client: Pool | PoolClient,
  organizationId: string,
): Promise<DirectorySettingsRow> => {
  const { rows } = await client.query<DirectorySettingsRow>(
    "select default_role, max_role from auth.directory_settings where organization_id = $1",
    [organizationId],
  );
  return rows[0] ?? { default_role: "member", max_role: "admin" };
};

export interface GroupRoleRow {
  readonly group_name: string;
  readonly role: string;
}

export const listGroupRoles = async (client: Pool | PoolClient, organizationId: string): Promise<GroupRoleRow[]> => {
  const { rows } = await client.query<GroupRoleRow>(
    "select group_name, role from auth.group_roles where organization_id = $1 order by group_key",
    [organizationId],
  );
  return rows;
};

/** Groups of the directory with how many people are in them. */
export const listGroupNames = async (
  { pool }: AuthDatabase,
  organizationId: string,
): Promise<{ readonly display_name: string; readonly members: number }[]> => {
  const { rows } = await pool.query<{ display_name: string; members: number }>(
    `select g.display_name, (select count(*)::int from auth.provisioned_group_members m where m.group_id = g.id) as members
     from auth.provisioned_groups g where g.organization_id = $1 order by g.display_name_key limit 500`,
    [organizationId],
  );
  return rows;
};

/** One spelling of a group's name, by which roles are given. */
export const groupKey = (name: string): string => name.trim().toLowerCase();

interface PutDirectory {
  readonly organizationId: string;
  readonly defaultRole: string;
  readonly maxRole: string;
  readonly groupRoles: readonly { readonly group: string; readonly role: string }[];
  readonly updatedBy: string;
}

export const putDirectory = async (
  client: PoolClient,
  { organizationId, defaultRole, maxRole, groupRoles, updatedBy }: PutDirectory,
  now: Date,
): Promise<void> => {
  await client.query(
    `insert into auth.directory_settings (organization_id, default_role, max_role, updated_by, updated_at) values ($1, $2, $3, $4, $5)
     on conflict (organization_id) do update set default_role = $2, max_role = $3, updated_by = $4, updated_at = $5`,
    [organizationId, defaultRole, maxRole, updatedBy, now],
  );
  await client.query("delete from auth.group_roles where organization_id = $1", [organizationId]);
  for (const { group, role } of groupRoles)
    await client.query(
      "insert into auth.group_roles (organization_id, group_key, group_name, role) values ($1, $2, $3, $4)",
      [organizationId, groupKey(group), group.trim(), role],
    );
};
