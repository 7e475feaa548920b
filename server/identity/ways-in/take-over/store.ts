import type { PoolClient } from "pg";
import { deleteMember, type By } from "../../organizations/members/store.ts";
import { lockOrganizationsOf } from "../../organizations/store.ts";
import { dropWaysIn, type DroppedWaysIn } from "../store.ts";

/** Holds the organizations of an account that is not verified, before the account: a take-over changes both. */
export const lockBeforeTakeOver = async (client: PoolClient, userId: string): Promise<void> => {
  const { rowCount } = await client.query("select from auth.users where id = $1 and email_verified_at is null", [
    userId,
  ]);
  if (rowCount === 1) await lockOrganizationsOf(client, userId);
};

/** What the account joined goes; what it made stays its own, without anybody or anything that was let in. */
const leaveOrganizations = async (client: PoolClient, userId: string, by: By, now: Date): Promise<void> => {
  const { rows } = await client.query<{ organization_id: string; user_id: string; role: string }>(
    `select m.organization_id, m.user_id, m.role from auth.organization_memberships m join auth.organizations o on o.id = m.organization_id
     where case when o.created_by = $1 then m.user_id <> $1 else m.user_id = $1 end
     order by m.organization_id, m.user_id`,
    [userId],
  );
  for (const member of rows) await deleteMember(client, member, by, now);
  await client.query(
    `update auth.organization_invitations set status = 'revoked', answered_at = $2
     where status = 'pending' and (invited_by = $1 or organization_id in (select id from auth.organizations where created_by = $1))`,
    [userId, now],
  );
  await client.query(
    `update auth.api_keys set revoked_at = $2, revoked_by = $1
     where revoked_at is null and organization_id in (select id from auth.organizations where created_by = $1)`,
    [userId, now],
  );
};

/**
 * The owner of an address takes over the account that somebody had registered for it. Until then nobody had shown that the
 * account is theirs, so nothing from before stays but an own workspace. Undefined where the address was verified before.
 * The caller has locked with `lockBeforeTakeOver`, and then the account.
 */
export const takeOver = async (
  client: PoolClient,
  userId: string,
  by: By,
  now: Date,
): Promise<DroppedWaysIn | undefined> => {
  const { rowCount } = await client.query(
    "update auth.users set email_verified_at = $2, name = '', picture_url = null, updated_at = $2 where id = $1 and email_verified_at is null",
    [userId, now],
  );
  if (rowCount !== 1) return undefined;
  const dropped = await dropWaysIn(client, {
    userId,
    organizationKeys: true,
    reason: "password_reset",
    by: userId,
    now,
  });
  await leaveOrganizations(client, userId, by, now);
  return dropped;
};
