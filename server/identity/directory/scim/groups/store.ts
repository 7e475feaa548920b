import type { Pool, PoolClient } from "pg";
import { DatabaseError } from "../../../../platform/db/database-error.ts";
import { newPrefixedId } from "../../../../platform/ids.ts";
import { groupKey } from "../../store.ts";
import { groupSchema } from "../attributes.ts";
import { filterSql, type FilterColumns } from "../filter-sql.ts";
import type { ListQuery } from "../list-query.ts";
import { ScimError } from "../scim-error.ts";

export interface GroupRow {
  readonly id: string;
  readonly display_name: string;
  readonly external_id: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly members: readonly { readonly value: string; readonly display: string }[];
}

const columnsOf = (withMembers: boolean): string =>
  `g.id, g.display_name, g.external_id, g.created_at, g.updated_at, ${
    withMembers
      ? `coalesce((select json_agg(json_build_object('value', p.id, 'display', p.user_name) order by p.id)
           from auth.provisioned_group_members gm join auth.provisioned_users p on p.id = gm.member_id where gm.group_id = g.id), '[]'::json)`
      : "'[]'::json"
  } as members`;

const inMembers = {
  sql: "gm.member_id",
  type: "exact",
  within: (condition: string) =>
    `exists (select from auth.provisioned_group_members gm where gm.group_id = g.id and ${condition})`,
} as const;

const filterColumns: FilterColumns = {
  id: { sql: "g.id", type: "exact" },
  displayname: { sql: "g.display_name", type: "text" },
  externalid: { sql: "g.external_id", type: "exact" },
  members: inMembers,
  "members.value": inMembers,
  "meta.created": { sql: "g.created_at", type: "time" },
  "meta.lastmodified": { sql: "g.updated_at", type: "time" },
};

export const listGroups = async (
  pool: Pool,
  organizationId: string,
  { filter, startIndex, count }: ListQuery,
  withMembers: boolean,
): Promise<{ readonly rows: GroupRow[]; readonly total: number }> => {
  const values: unknown[] = [organizationId];
  const parameter = (value: unknown): string => `$${values.push(value)}`;
  const condition = filter === undefined ? "true" : filterSql(filter, filterColumns, groupSchema, parameter);
  const from = `from auth.provisioned_groups g where g.organization_id = $1 and ${condition}`;
  const counted = await pool.query<{ total: number }>(`select count(*)::int as total ${from}`, values);
  const total = counted.rows[0]?.total ?? 0;
  if (count === 0 || total < startIndex) return { rows: [], total };
  const { rows } = await pool.query<GroupRow>(
    `select ${columnsOf(withMembers)} ${from} order by g.id limit ${count} offset ${startIndex - 1}`,
    values,
  );
  return { rows, total };
};

export const findGroup = async (
  client: Pool | PoolClient,
  organizationId: string,
  id: string,
  withMembers = true,
): Promise<GroupRow | undefined> => {
  const { rows } = await client.query<GroupRow>(
    `select ${columnsOf(withMembers)} from auth.provisioned_groups g where g.organization_id = $1 and g.id = $2`,
    [organizationId, id],
  );
  return rows[0];
};

const once = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DatabaseError && error.constraint === "provisioned_groups_display_name_key")
      throw new ScimError(409, "Another group of the directory has this displayName.", "uniqueness");
    throw error;
  }
};

/** A group as the directory describes it. */
export interface DirectoryGroup {
  readonly displayName: string;
  readonly externalId: string | null;
  readonly members: readonly string[];
}

export const insertGroup = (
  client: PoolClient,
  organizationId: string,
  { displayName, externalId }: DirectoryGroup,
  now: Date,
): Promise<string> =>
  once(async () => {
    const id = newPrefixedId("pvg");
    await client.query(
      `insert into auth.provisioned_groups (id, organization_id, display_name, display_name_key, external_id, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $6)`,
      [id, organizationId, displayName, groupKey(displayName), externalId, now],
    );
    return id;
  });

export const updateGroup = (
  client: PoolClient,
  id: string,
  { displayName, externalId }: DirectoryGroup,
  now: Date,
): Promise<void> =>
  once(async () => {
    await client.query(
      "update auth.provisioned_groups set display_name = $2, display_name_key = $3, external_id = $4, updated_at = $5 where id = $1",
      [id, displayName, groupKey(displayName), externalId, now],
    );
  });

/** Sets who is in the group; refused where somebody is not of this directory. */
export const setGroupMembers = async (
  client: PoolClient,
  organizationId: string,
  id: string,
  members: readonly string[],
): Promise<void> => {
  await client.query("delete from auth.provisioned_group_members where group_id = $1 and not member_id = any($2)", [
    id,
    members,
  ]);
  const { rowCount } = await client.query(
    `with known as (select p.id from auth.provisioned_users p where p.organization_id = $1 and p.id = any($3)),
       added as (insert into auth.provisioned_group_members (group_id, member_id) select $2, id from known on conflict do nothing)
     select from known`,
    [organizationId, id, members],
  );
  if (rowCount !== members.length)
    throw new ScimError(400, "members names somebody who is no user of this directory.", "invalidValue");
};

export const deleteGroup = async (client: PoolClient, id: string): Promise<void> => {
  await client.query("delete from auth.provisioned_groups where id = $1", [id]);
};
