import type { Pool, PoolClient } from "pg";
import { DatabaseError } from "../../../../platform/db/database-error.ts";
import { newPrefixedId } from "../../../../platform/ids.ts";
import { userSchema } from "../attributes.ts";
import { filterSql, type FilterColumns } from "../filter-sql.ts";
import type { ListQuery } from "../list-query.ts";
import type { Values } from "../read-resource.ts";
import { ScimError } from "../scim-error.ts";

export interface ProvisionedUserRow {
  readonly id: string;
  readonly organization_id: string;
  readonly user_name: string;
  readonly external_id: string | null;
  readonly email: string;
  readonly active: boolean;
  readonly attributes: Values;
  readonly user_id: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly groups: readonly { readonly value: string; readonly display: string }[];
}

const columns = `p.id, p.organization_id, p.user_name, p.external_id, p.email, p.active, p.attributes, p.user_id, p.created_at, p.updated_at,
  coalesce((select json_agg(json_build_object('value', g.id, 'display', g.display_name) order by g.display_name_key)
    from auth.provisioned_group_members gm join auth.provisioned_groups g on g.id = gm.group_id where gm.member_id = p.id), '[]'::json) as groups`;

const attribute = (path: string) => ({ sql: `p.attributes #>> '{${path}}'`, type: "text" }) as const;

const inList = (name: string, part: string) =>
  ({
    sql: `entry ->> '${part}'`,
    type: "text",
    within: (condition: string) =>
      `exists (select from jsonb_array_elements(coalesce(p.attributes -> '${name}', '[]'::jsonb)) entry where ${condition})`,
  }) as const;

const inGroups = {
  sql: "gm.group_id",
  type: "exact",
  within: (condition: string) =>
    `exists (select from auth.provisioned_group_members gm where gm.member_id = p.id and ${condition})`,
} as const;

const filterColumns: FilterColumns = {
  id: { sql: "p.id", type: "exact" },
  username: { sql: "p.user_name", type: "text" },
  externalid: { sql: "p.external_id", type: "exact" },
  active: { sql: "p.active", type: "boolean" },
  displayname: attribute("displayName"),
  title: attribute("title"),
  "name.formatted": attribute("name,formatted"),
  "name.givenname": attribute("name,givenName"),
  "name.familyname": attribute("name,familyName"),
  emails: inList("emails", "value"),
  "emails.value": inList("emails", "value"),
  "emails.type": inList("emails", "type"),
  groups: inGroups,
  "groups.value": inGroups,
  "meta.created": { sql: "p.created_at", type: "time" },
  "meta.lastmodified": { sql: "p.updated_at", type: "time" },
};

export const listProvisionedUsers = async (
  pool: Pool,
  organizationId: string,
  { filter, startIndex, count }: ListQuery,
): Promise<{ readonly rows: ProvisionedUserRow[]; readonly total: number }> => {
  const values: unknown[] = [organizationId];
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const condition = filter === undefined ? "true" : filterSql(filter, filterColumns, userSchema, parameter);
  const from = `from auth.provisioned_users p where p.organization_id = $1 and ${condition}`;
  const counted = await pool.query<{ total: number }>(`select count(*)::int as total ${from}`, values);
  const total = counted.rows[0]?.total ?? 0;
  if (count === 0 || total < startIndex) return { rows: [], total };
  const { rows } = await pool.query<ProvisionedUserRow>(
    `select ${columns} ${from} order by p.id limit ${count} offset ${startIndex - 1}`,
    values,
  );
  return { rows, total };
};

export const findProvisionedUser = async (
  client: Pool | PoolClient,
  organizationId: string,
  id: string,
): Promise<ProvisionedUserRow | undefined> => {
  const { rows } = await client.query<ProvisionedUserRow>(
    `select ${columns} from auth.provisioned_users p where p.organization_id = $1 and p.id = $2`,
    [organizationId, id],
  );
  return rows[0];
};

/** A person as the directory describes them. */
export interface ProvisionedUser {
  readonly userName: string;
  readonly externalId: string | null;
  readonly email: string;
  readonly active: boolean;
  readonly attributes: Values;
}

const taken: Readonly<Record<string, string>> = {
  provisioned_users_user_name_key: "userName",
  provisioned_users_email_key: "e-mail address",
  provisioned_users_external_id_key: "externalId",
};

const once = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    const what = error instanceof DatabaseError ? taken[error.constraint ?? ""] : undefined;
    if (what === undefined) throw error;
    throw new ScimError(409, `Another user of the directory has this ${what}.`, "uniqueness");
  }
};

export const insertProvisionedUser = (
  client: PoolClient,
  organizationId: string,
  { userName, externalId, email, active, attributes }: ProvisionedUser,
  now: Date,
): Promise<string> =>
  once(async () => {
    const id = newPrefixedId("pvu");
    await client.query(
      `insert into auth.provisioned_users (id, organization_id, user_name, user_name_key, external_id, email, active, attributes, created_at, updated_at)
       values ($1, $2, $3, lower($3), $4, $5, $6, $7, $8, $8)`,
      [id, organizationId, userName, externalId, email, active, JSON.stringify(attributes), now],
    );
    return id;
  });

export const updateProvisionedUser = (
  client: PoolClient,
  id: string,
  { userName, externalId, email, active, attributes }: ProvisionedUser,
  now: Date,
): Promise<void> =>
  once(async () => {
    await client.query(
      `update auth.provisioned_users set user_name = $2, user_name_key = lower($2), external_id = $3, email = $4, active = $5, attributes = $6, updated_at = $7
       where id = $1`,
      [id, userName, externalId, email, active, JSON.stringify(attributes), now],
    );
  });

export const deleteProvisionedUser = async (client: PoolClient, id: string): Promise<void> => {
  await client.query("delete from auth.provisioned_users where id = $1", [id]);
};

export const setProvisionedAccount = async (client: PoolClient, id: string, userId: string): Promise<void> => {
  await client.query("update auth.provisioned_users set user_id = $2 where id = $1", [id, userId]);
};

export interface AccountRow {
  readonly id: string;
  readonly status: string;
  readonly verified: boolean;
  readonly principal_type: string;
  readonly is_member: boolean;
}

/** The account of an address, held, and whether it belongs to the organization already. */
export const lockAccountByEmail = async (
  client: PoolClient,
  organizationId: string,
  email: string,
): Promise<AccountRow | undefined> => {
  const { rows } = await client.query<AccountRow>(
    `select u.id, u.status, u.email_verified_at is not null as verified, u.principal_type,
       exists (select from auth.organization_memberships m where m.organization_id = $1 and m.user_id = u.id) as is_member
     from auth.users u where u.email = $2 for no key update of u`,
    [organizationId, email],
  );
  return rows[0];
};

/** Makes an account for an address of the organization's own domain. It has no way in yet but its mailbox. */
export const insertProvisionedAccount = async (
  client: PoolClient,
  { email, name }: { readonly email: string; readonly name: string },
  now: Date,
): Promise<string> => {
  const userId = newPrefixedId("usr");
  await client.query(
    "insert into auth.users (id, email, email_verified_at, name, created_at, updated_at) values ($1, $2, $3, $4, $3, $3)",
    [userId, email, now, name],
  );
  return userId;
};

export const hasOpenInvitation = async (
  client: PoolClient,
  organizationId: string,
  email: string,
  now: Date,
): Promise<boolean> => {
  const { rowCount } = await client.query(
    "select from auth.organization_invitations where organization_id = $1 and email = $2 and status = 'pending' and expires_at > $3",
    [organizationId, email, now],
  );
  return rowCount !== 0;
};

/** Takes open invitations of the address back. */
export const endInvitations = async (
  client: PoolClient,
  organizationId: string,
  email: string,
  now: Date,
): Promise<void> => {
  await client.query(
    "update auth.organization_invitations set status = 'revoked', answered_at = $3 where organization_id = $1 and email = $2 and status = 'pending'",
    [organizationId, email, now],
  );
};

/** The directory's description of somebody who joined by an invitation. */
export const findUnlinked = async (
  client: PoolClient,
  organizationId: string,
  email: string,
): Promise<string | undefined> => {
  const { rows } = await client.query<{ id: string }>(
    "select id from auth.provisioned_users where organization_id = $1 and email = $2 and user_id is null",
    [organizationId, email],
  );
  return rows[0]?.id;
};
