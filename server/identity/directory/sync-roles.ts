import type { PoolClient } from "pg";
import { updateMember, type By, type MembershipRow } from "../organizations/members/store.ts";

interface SyncRoles {
  readonly organizationId: string;
  /** Of the directory's people; all of them unless given. */
  readonly provisionedIds?: readonly string[];
  readonly by: By;
  readonly now: Date;
}

interface DueRow extends MembershipRow {
  readonly due_role: string;
}

// The highest role of a person's groups, within what the organization lets its directory give. Without one the person
// keeps what somebody gave them, or has the default role where it came from the directory.
const dueRoles = `
  with ranked as (select role, rank from (values ('super_admin', 1), ('admin', 2), ('member', 3), ('guest', 4)) as r (role, rank)),
  settings as (
    select coalesce(max(s.default_role), 'member') as default_role, coalesce(max(r.rank), 2) as most
    from auth.directory_settings s join ranked r on r.role = s.max_role where s.organization_id = $1),
  given as (
    select gm.member_id, min(r.rank) as rank
    from auth.provisioned_group_members gm
      join auth.provisioned_groups g on g.id = gm.group_id and g.organization_id = $1
      join auth.group_roles gr on gr.organization_id = $1 and gr.group_key = g.display_name_key
      join ranked r on r.role = gr.role
    group by gm.member_id)
  select p.id as provisioned_id, p.user_id, coalesce(
      (select role from ranked where given.rank is not null and rank = greatest(given.rank, settings.most)),
      case when m.user_id is null or m.granted_by = 'directory' or m.granted_by like 'sct\\_%' then settings.default_role end, m.role) as due_role
  from auth.provisioned_users p cross join settings left join given on given.member_id = p.id
    left join auth.organization_memberships m on m.organization_id = $1 and m.user_id = p.user_id
  where p.organization_id = $1`;

/** The role that the directory gives a person who is no member yet. */
export const dueRoleOf = async (client: PoolClient, organizationId: string, provisionedId: string): Promise<string> => {
  const { rows } = await client.query<{ due_role: string }>(
    `select due_role from (${dueRoles}) due where provisioned_id = $2`,
    [organizationId, provisionedId],
  );
  return rows[0]?.due_role ?? "member";
};

/** Gives members the roles of their groups. An owner's role, and one of the platform, is nobody's to take or give here. */
export const syncRoles = async (
  client: PoolClient,
  { organizationId, provisionedIds, by, now }: SyncRoles,
): Promise<void> => {
  const { rows } = await client.query<DueRow>(
    `select m.organization_id, m.user_id, m.role, m.status, m.created_at, '' as email, '' as name, null as picture_url, 'active' as user_status,
       due.due_role from (${dueRoles}) due
       join auth.organization_memberships m on m.organization_id = $1 and m.user_id = due.user_id
     where ($2::text[] is null or due.provisioned_id = any($2)) and m.role in ('super_admin', 'admin', 'member', 'guest') and m.role <> due.due_role
     for update of m`,
    [organizationId, provisionedIds ?? null],
  );
  for (const row of rows) await updateMember(client, row, { role: row.due_role, status: row.status }, by, now);
};
