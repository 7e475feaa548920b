import { isRole, type Role } from "@topolo/auth-client";
import type pg from "pg";
import { inTransaction } from "../../platform/db/transaction.ts";
import { AuthError } from "../auth-error.ts";
import type { AuthDatabase } from "../database/store.ts";
import { isPlatformBypass, mayAdminister, type RankedActor } from "./authority.ts";

/** An organization as those who may see it read it. */
export interface FoundOrganization {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly kind: string;
  readonly status: string;
  readonly statusReason: string | null;
  readonly maxKeyTtlDays: number | null;
  readonly admittedAt: Date | null;
  readonly createdAt: Date;
}

export const findOrganization = async (
  { pool }: AuthDatabase,
  where: { readonly id: string } | { readonly slug: string },
): Promise<FoundOrganization | undefined> => {
  const [column, value] = "id" in where ? ["id", where.id] : ["slug", where.slug];
  const { rows } = await pool.query<FoundOrganization>({
    name: `auth_organization_by_${column}`,
    text: `select id, slug, name, kind, status, status_reason as "statusReason", max_key_ttl_days as "maxKeyTtlDays",
        admitted_at as "admittedAt", created_at as "createdAt"
      from auth.organizations where ${column} = $1`,
    values: [value],
  });
  return rows[0];
};

/** A membership with the account it belongs to. */
export interface FoundMember {
  readonly role: string;
  readonly status: string;
  readonly accountStatus: string;
  readonly email: string;
  readonly name: string;
}

/** The user's membership with the account it belongs to. */
export const findMember = async (
  { pool }: AuthDatabase,
  organizationId: string,
  userId: string,
): Promise<FoundMember | undefined> => {
  const { rows } = await pool.query<FoundMember>({
    name: "auth_member",
    text: `select m.role, m.status, u.status as "accountStatus", u.email, u.name
      from auth.organization_memberships m join auth.users u on u.id = m.user_id
      where m.organization_id = $1 and m.user_id = $2`,
    values: [organizationId, userId],
  });
  return rows[0];
};

export interface OrganizationRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly kind: string;
  readonly status: "active" | "suspended" | "revoked";
  readonly status_reason: string | null;
  readonly max_key_ttl_days: number | null;
  readonly admitted_at: Date | null;
  readonly admission_limit_nanos: bigint | null;
  readonly created_at: Date;
}

const columns =
  "o.id, o.slug, o.name, o.kind, o.status, o.status_reason, o.max_key_ttl_days, o.admitted_at, o.admission_limit_nanos, o.created_at";

interface ListOrganizations {
  /** Only those of which this user is an active member. */
  readonly memberId: string | undefined;
  readonly after: string | undefined;
  readonly search: string | undefined;
  /** Active ones that nobody has admitted, or admitted ones alone. */
  readonly admission: "waiting" | "admitted" | undefined;
  readonly limit: number;
}

/** Text for `like`, in which nothing is a wildcard. */
export const likeText = (text: string): string => `%${text.toLowerCase().replaceAll(/[\\%_]/g, "\\$&")}%`;

/** By id, hence by age. */
export const listOrganizationRows = async (
  { pool }: AuthDatabase,
  { memberId, after, search, admission, limit }: ListOrganizations,
): Promise<(OrganizationRow & { readonly role: string | null })[]> => {
  const { rows } = await pool.query<OrganizationRow & { role: string | null }>(
    `select ${columns}, m.role from auth.organizations o
       left join auth.organization_memberships m on m.organization_id = o.id and m.user_id = $1 and m.status = 'active'
     where ($1::text is null or m.user_id is not null) and ($2::text is null or o.id > $2)
       and ($3::text is null or lower(o.name) like $3 or o.slug like $3)
       and ($5::text is null or ($5 = 'admitted') = (o.admitted_at is not null)) and ($5 <> 'waiting' or $5 is null or o.status = 'active')
     order by o.id limit $4`,
    [memberId ?? null, after ?? null, search === undefined ? null : likeText(search), limit, admission ?? null],
  );
  return rows;
};

interface StandingRow {
  readonly user_id: string;
  readonly organization_id: string | null;
  readonly role: string | null;
  readonly kind: string | null;
  readonly status: string | null;
}

const actorOf = ({ user_id, organization_id, role, kind, status }: StandingRow): RankedActor => {
  const known: Role | undefined = role === null ? undefined : isRole(role) ? role : "guest";
  return {
    userId: user_id,
    organizationId: organization_id ?? undefined,
    role: known,
    platformBypass: status === "active" && isPlatformBypass(known, kind ?? ""),
  };
};

/** A session, and the organization for which its person acts by the credential that was shown. */
export interface ActingSession {
  readonly sessionId: string;
  readonly organization: { readonly id: string } | undefined;
}

/** The session's person as they stand now; undefined where the session or the account has ended. */
export const actorOfSession = async (
  client: pg.PoolClient,
  { sessionId, organization }: ActingSession,
): Promise<RankedActor | undefined> => {
  const { rows } = await client.query<StandingRow>(
    `select s.user_id, o.id as organization_id, m.role, o.kind, o.status from auth.sessions s
       join auth.users u on u.id = s.user_id and u.status = 'active'
       left join auth.organizations o on o.id = $2
       left join auth.organization_memberships m on m.organization_id = o.id and m.user_id = s.user_id and m.status = 'active'
     where s.id = $1 and s.revoked_at is null`,
    [sessionId, organization?.id ?? null],
  );
  return rows[0] && actorOf(rows[0]);
};

/** The highest standing a person has towards an organization, whichever one is active in their sessions. */
export const standingTowards = async (
  client: pg.PoolClient,
  userId: string,
  organizationId: string,
): Promise<RankedActor | undefined> => {
  const { rows } = await client.query<StandingRow>(
    `select u.id as user_id, o.id as organization_id, m.role, o.kind, o.status from auth.users u
       join auth.organization_memberships m on m.user_id = u.id and m.status = 'active'
       join auth.organizations o on o.id = m.organization_id
     where u.id = $1 and u.status = 'active' and (o.id = $2 or o.kind = 'admin')`,
    [userId, organizationId],
  );
  const actors = rows.map(actorOf);
  return (
    actors.find(({ platformBypass }) => platformBypass) ??
    actors.find((actor) => actor.organizationId === organizationId)
  );
};

/** An organization whose row is held: changes to its people come one after the other. */
export interface LockedOrganization {
  readonly client: pg.PoolClient;
  readonly organization: OrganizationRow;
}

/** Holds the row, against changes of it and not against rows that name it, as sessions do; undefined where there is none. */
export const lockOrganization = async (
  client: pg.PoolClient,
  organizationId: string,
): Promise<OrganizationRow | undefined> => {
  const { rows } = await client.query<OrganizationRow>(
    `select ${columns} from auth.organizations o where o.id = $1 for no key update`,
    [organizationId],
  );
  return rows[0];
};

/** Those of a person, held one after the other, so that the last member of one cannot go in parallel. */
export const lockOrganizationsOf = (client: pg.PoolClient, userId: string) =>
  client.query(
    `select o.id from auth.organizations o where exists
       (select from auth.organization_memberships m where m.organization_id = o.id and m.user_id = $1) order by o.id for no key update`,
    [userId],
  );

interface InOrganization {
  readonly organizationId: string;
  readonly session: ActingSession;
  /** Whether the change may be made while the organization is not active. Operators may always. */
  readonly evenSuspended?: boolean;
}

/**
 * Runs a change by someone who administers the organization. Their role is read after the row is held, so that of two
 * people who take each other's role only the first succeeds.
 */
export const administer = <T>(
  { pool }: AuthDatabase,
  { organizationId, session, evenSuspended = false }: InOrganization,
  work: (held: LockedOrganization & { readonly actor: RankedActor }) => Promise<T>,
): Promise<T> =>
  inTransaction(pool, async (client) => {
    const organization = await lockOrganization(client, organizationId);
    const actor = await actorOfSession(client, session);
    if (!actor || !mayAdminister(actor, organizationId)) throw new AuthError("forbidden");
    if (!organization) throw new AuthError("organization_not_found");
    if (organization.status !== "active" && !actor.platformBypass && !evenSuspended)
      throw new AuthError("workspace_suspended");
    return work({ client, organization, actor });
  });
