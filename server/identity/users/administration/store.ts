import type { PoolClient } from "pg";
import { recordAudit } from "../../audit/store.ts";
import { AuthError } from "../../auth-error.ts";
import type { AuthDatabase } from "../../database/store.ts";
import { inTransaction } from "../../../platform/db/transaction.ts";
import type { By } from "../../organizations/members/store.ts";
import { actorOfSession, lockOrganizationsOf, type ActingSession } from "../../organizations/store.ts";
import type { RankedActor } from "../../organizations/authority.ts";
import { endUnused, lockAccount } from "../../links/store.ts";
import { endSessionsOfUser } from "../../sessions/store.ts";
import { dropWaysIn } from "../../ways-in/store.ts";

export interface PersonRow {
  readonly id: string;
  readonly email: string;
  readonly status: "active" | "locked" | "suspended" | "deleted";
  /** In the organization asked about. */
  readonly role: string | null;
  readonly organization_kind: string | null;
  /** A live platform role in `admin`, wherever one asks. */
  readonly platform_role: string | null;
}

/** A person as an organization, or an operator, may act on them. */
export const findPerson = async (
  client: AuthDatabase["pool"] | PoolClient,
  userId: string,
  organizationId: string | undefined,
): Promise<PersonRow | undefined> => {
  const { rows } = await client.query<PersonRow>(
    `select u.id, u.email, u.status, m.role, o.kind as organization_kind,
       (select p.role from auth.organization_memberships p join auth.organizations a on a.id = p.organization_id and a.kind = 'admin'
         where p.user_id = u.id and p.status = 'active' and p.role like 'platform\\_%') as platform_role
     from auth.users u
       left join auth.organization_memberships m on m.user_id = u.id and m.organization_id = $2
       left join auth.organizations o on o.id = m.organization_id
     where u.id = $1`,
    [userId, organizationId ?? null],
  );
  return rows[0];
};

export interface LiveSessionRow {
  readonly id: string;
  readonly created_at: Date;
  readonly last_seen_at: Date;
  readonly ip: string | null;
  readonly user_agent: string | null;
  readonly amr: string[];
  readonly active_organization_id: string | null;
}

/** Live sessions, newest first; of one organization where it is given. */
export const listLiveSessionRows = async (
  { pool }: AuthDatabase,
  userId: string,
  organizationId: string | undefined,
  now: Date,
): Promise<LiveSessionRow[]> => {
  const { rows } = await pool.query<LiveSessionRow>(
    `select id, created_at, last_seen_at, ip, user_agent, amr, active_organization_id from auth.sessions
     where user_id = $1 and revoked_at is null and idle_expires_at > $3 and absolute_expires_at > $3 and ($2::text is null or active_organization_id = $2)
     order by created_at desc, id desc limit 200`,
    [userId, organizationId ?? null, now],
  );
  return rows;
};

export interface SecurityRow {
  readonly email_verified_at: Date | null;
  readonly last_login_at: Date | null;
  readonly second_factor_required: boolean;
  readonly password_changed_at: Date | null;
  readonly totp_confirmed_at: Date | null;
  readonly passkeys: number;
  readonly recovery_codes_left: number;
  readonly providers: string[];
  readonly sessions: number;
}

/** Which factors a person has; nothing that belongs to a factor itself. */
export const readSecurityRow = async (
  { pool }: AuthDatabase,
  userId: string,
  now: Date,
): Promise<SecurityRow | undefined> => {
  const { rows } = await pool.query<SecurityRow>(
    `select u.email_verified_at, u.last_login_at, u.second_factor_required,
       (select changed_at from auth.password_credentials p where p.user_id = u.id) as password_changed_at,
       (select confirmed_at from auth.totp_credentials t where t.user_id = u.id and t.confirmed_at is not null) as totp_confirmed_at,
       (select count(*)::int from auth.webauthn_credentials w where w.user_id = u.id) as passkeys,
       (select count(*)::int from auth.recovery_codes r where r.user_id = u.id and r.used_at is null) as recovery_codes_left,
       array(select provider from auth.federated_identities f where f.user_id = u.id order by provider) as providers,
       (select count(*)::int from auth.sessions s where s.user_id = u.id and s.revoked_at is null and s.idle_expires_at > $2 and s.absolute_expires_at > $2) as sessions
     from auth.users u where u.id = $1`,
    [userId, now],
  );
  return rows[0];
};

/** An organization that would be left without an owner, or `admin` without a platform_super_admin, if the account ended. */
const findOrphaned = async (client: PoolClient, userId: string): Promise<string | undefined> => {
  const { rows } = await client.query<{ organization_id: string }>(
    `select m.organization_id from auth.organization_memberships m join auth.organizations o on o.id = m.organization_id and o.status = 'active'
     where m.user_id = $1 and m.status = 'active' and m.role = case when o.kind = 'admin' then 'platform_super_admin' else 'owner' end
       and not exists (select from auth.organization_memberships other join auth.users u on u.id = other.user_id and u.status = 'active'
         where other.organization_id = m.organization_id and other.user_id <> $1 and other.status = 'active' and other.role = m.role)
     limit 1`,
    [userId],
  );
  return rows[0]?.organization_id;
};

/** Takes away what could sign in, and what names the person; the id stays, for the audit log. */
const erase = async (client: PoolClient, userId: string, by: By, now: Date): Promise<void> => {
  const revokedBy = by.actorId ?? "system";
  await dropWaysIn(client, { userId, organizationKeys: false, reason: "account_deleted", by: revokedBy, now });
  for (const table of [
    "password_credentials",
    "organization_memberships",
    "user_role_bundles",
    "user_permission_overrides",
    "principal_services",
  ])
    await client.query(`delete from auth.${table} where user_id = $1`, [userId]);
  await client.query("update auth.developers set user_id = null where user_id = $1", [userId]);
  await client.query(
    "update auth.users set email = $2, name = '', picture_url = null, email_verified_at = null, deleted_at = $3 where id = $1",
    [userId, `${userId}@deleted.invalid`, now],
  );
};

interface AccountStatus {
  readonly userId: string;
  readonly status: PersonRow["status"];
  readonly reason: string;
  /** Of the person who acts. */
  readonly session: ActingSession;
}

/**
 * Changes an account's status. Whatever it is but active, all sessions end, and with them access tokens, refresh and
 * hand-off codes; keys of the person are found invalid. A deleted account never comes back.
 */
export const changeAccountStatus = (
  { pool }: AuthDatabase,
  { userId, status, reason, session }: AccountStatus,
  /** Judges both as they stand in the transaction; throws where the actor may not. */
  judge: (actor: RankedActor, person: PersonRow | undefined) => void,
  by: By,
  now: Date,
): Promise<{ readonly sessionsEnded: number }> =>
  inTransaction(pool, async (client) => {
    await lockOrganizationsOf(client, userId);
    await lockAccount(client, userId);
    const person = await findPerson(client, userId, undefined);
    const actor = await actorOfSession(client, session);
    if (!actor) throw new AuthError("forbidden");
    judge(actor, person);
    if (!person) throw new AuthError("user_not_found");
    if (person.status === status || person.status === "deleted") throw new AuthError("status_conflict");
    const orphaned = status === "active" ? undefined : await findOrphaned(client, userId);
    if (orphaned !== undefined && (status === "deleted" || person.platform_role === "platform_super_admin"))
      throw new AuthError("last_owner");
    await client.query("update auth.users set status = $2, updated_at = $3 where id = $1", [userId, status, now]);
    const ended = status === "active" ? [] : await endSessionsOfUser(client, { userId }, `account_${status}`, now);
    if (status !== "active") await endUnused(client, userId, ["second_factor"]);
    if (status === "deleted") await erase(client, userId, by, now);
    await recordAudit(
      client,
      {
        ...by,
        action: "user.status",
        target: userId,
        details: { from: person.status, to: status, reason, sessionsEnded: ended.length },
      },
      now,
    );
    return { sessionsEnded: ended.length };
  });
