import type { AuthDatabase } from "../database/store.ts";
import type { UnregisteredApps } from "../client-documents/unregistered-apps.ts";
import { signedInElsewhere } from "../organization-sign-in/store.ts";
import { factorsOfUser } from "../step-up/store.ts";

/** Everything a validation needs to know about a session, in one row. */
export interface SessionRow {
  readonly session_id: string;
  readonly revoked_at: Date | null;
  readonly idle_expires_at: Date;
  readonly absolute_expires_at: Date;
  readonly auth_time: Date;
  /** Whether the last sign-in showed as many factors as the account has. */
  readonly sign_in_sufficient: boolean;
  /** Ids of its access tokens that were revoked before their time. */
  readonly revoked_tokens: readonly string[];
  readonly user_id: string;
  readonly email: string;
  readonly email_verified_at: Date | null;
  readonly user_name: string;
  readonly picture_url: string | null;
  readonly principal_type: "human" | "service_local" | "service_account";
  readonly principal_services: readonly string[];
  readonly user_status: string;
  readonly has_membership: boolean;
  readonly organization_id: string | null;
  readonly organization_slug: string | null;
  readonly organization_name: string | null;
  readonly organization_kind: string | null;
  readonly organization_status: "active" | "suspended" | "revoked" | null;
  readonly organization_version: bigint | null;
  readonly organization_admitted: boolean | null;
  readonly admission_limit_nanos: bigint | null;
  readonly role: string | null;
  readonly membership_status: string | null;
  /** The organization asks its people to sign in at its own provider, and the person has signed in elsewhere. */
  readonly signed_in_elsewhere: boolean;
  readonly catalog_version: bigint;
  readonly unregistered_apps: UnregisteredApps["policy"] | null;
  readonly unregistered_app_hosts: readonly string[] | null;
}

const userColumns = `u.id as user_id, u.email, u.email_verified_at, u.name as user_name, u.picture_url, u.principal_type, u.status as user_status,
  array(select p.service_id from auth.principal_services p where p.user_id = u.id order by 1) as principal_services,
  exists (select from auth.organization_memberships any_m where any_m.user_id = u.id and any_m.status = 'active') as has_membership`;

const organizationColumns = `o.id as organization_id, o.slug as organization_slug, o.name as organization_name, o.kind as organization_kind,
  o.status as organization_status, o.permissions_version as organization_version,
  o.admitted_at is not null as organization_admitted, o.admission_limit_nanos, m.role, m.status as membership_status, c.version as catalog_version`;

const sessionColumns = `s.id as session_id, s.revoked_at, s.idle_expires_at, s.absolute_expires_at, s.auth_time,
  (s.factors_shown = 2 or s.factors_shown >= ${factorsOfUser}) as sign_in_sufficient,
  array(select r.jti from auth.revoked_access_tokens r where r.session_id = s.id) as revoked_tokens,
  ${signedInElsewhere} as signed_in_elsewhere, o.unregistered_apps, o.unregistered_app_hosts, ${userColumns}, ${organizationColumns}`;

const sessionJoins = (organization: string): string => `join auth.users u on u.id = s.user_id
  left join auth.organizations o on o.id = coalesce(${organization}, s.active_organization_id)
  left join auth.organization_memberships m on m.organization_id = o.id and m.user_id = u.id
  cross join auth.catalog_version c`;

/** The session with its active organization, or with the one that is named; with none where the name is empty. */
export const findSession = async (
  { pool }: AuthDatabase,
  sessionId: string,
  organizationId?: string,
): Promise<SessionRow | undefined> => {
  const { rows } = await pool.query<SessionRow>({
    name: "auth_session",
    text: `select ${sessionColumns} from auth.sessions s ${sessionJoins("$2::text")} where s.id = $1`,
    values: [sessionId, organizationId ?? null],
  });
  return rows[0];
};

/** Names a session to `findSessions`, with its active organization or as one organization sees it. */
export const sessionKey = (sessionId: string, organizationId: string | undefined): string =>
  organizationId === undefined ? sessionId : `${sessionId} ${organizationId}`;

/** Many in one statement, by their keys; one that is not there is left out. */
export const findSessions = async (
  { pool }: AuthDatabase,
  keys: readonly string[],
): Promise<readonly (SessionRow & { readonly session_key: string })[]> => {
  const asked = keys.map((key) => key.split(" "));
  const { rows } = await pool.query<SessionRow & { readonly session_key: string }>({
    name: "auth_sessions",
    text: `select asked.key as session_key, ${sessionColumns} from unnest($1::text[], $2::text[], $3::text[]) asked(key, id, organization_id)
      join auth.sessions s on s.id = asked.id ${sessionJoins("asked.organization_id")}`,
    values: [keys, asked.map(([id]) => id), asked.map(([, organizationId]) => organizationId ?? null)],
  });
  return rows;
};

/** By the current cookie value; one that was rotated or revoked finds nothing. */
export const findSessionByCookie = async (
  { pool }: AuthDatabase,
  tokenHash: Uint8Array,
): Promise<SessionRow | undefined> => {
  const { rows } = await pool.query<SessionRow>({
    name: "auth_session_by_cookie",
    text: `select ${sessionColumns} from auth.refresh_tokens t join auth.sessions s on s.id = t.session_id ${sessionJoins("null")}
      where t.token_hash = $1 and t.kind = 'browser' and t.rotated_at is null and t.revoked_at is null`,
    values: [tokenHash],
  });
  return rows[0];
};

/** The active service of a client with a token of its own. */
export interface ClientSubjectRow {
  readonly service_id: string;
  readonly token_revoked: boolean;
}

export const findClientSubject = async (
  { pool }: AuthDatabase,
  clientId: string,
  jti: string,
): Promise<ClientSubjectRow | undefined> => {
  const { rows } = await pool.query<ClientSubjectRow>({
    name: "auth_client_subject",
    text: `select v.id as service_id, exists (select from auth.revoked_access_tokens r where r.jti = $2) as token_revoked
      from auth.service_clients k join auth.services v on v.id = k.service_id
      where k.client_id = $1 and k.disabled_at is null and v.status = 'active'`,
    values: [clientId, jti],
  });
  return rows[0];
};

/** An API key with its organization and, where a person owns it, that person and their membership. */
export interface KeyValidationRow {
  readonly key_id: string;
  readonly key_name: string;
  readonly secret_hash: Buffer;
  readonly hash_version: number;
  readonly environment: "live" | "test";
  readonly service_id: string | null;
  readonly owner_user_id: string | null;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
  readonly last_used_at: Date | null;
  readonly scope_ids: string[];
  /** With `ended` where the resource was removed. */
  readonly bindings: readonly {
    readonly serviceId: string;
    readonly type: string;
    readonly resourceId: string;
    readonly ended: boolean;
  }[];
  readonly user_id: string | null;
  readonly email: string;
  readonly email_verified_at: Date | null;
  readonly user_name: string;
  readonly picture_url: string | null;
  readonly principal_type: "human" | "service_local" | "service_account";
  readonly principal_services: readonly string[];
  readonly user_status: string | null;
  readonly has_membership: boolean;
  readonly organization_id: string;
  readonly organization_slug: string;
  readonly organization_name: string;
  readonly organization_kind: string;
  readonly organization_status: "active" | "suspended" | "revoked";
  readonly organization_version: bigint;
  readonly organization_admitted: boolean;
  readonly admission_limit_nanos: bigint | null;
  readonly role: string | null;
  readonly membership_status: string | null;
  readonly catalog_version: bigint;
}

/** Many in one statement; one that is not there is left out. */
export const findApiKeys = async (
  { pool }: AuthDatabase,
  keyIds: readonly string[],
): Promise<readonly KeyValidationRow[]> => {
  const { rows } = await pool.query<KeyValidationRow>({
    name: "auth_api_keys",
    text: `select k.id as key_id, k.name as key_name, k.secret_hash, k.hash_version, k.environment, k.service_id, k.owner_user_id,
        k.expires_at, k.revoked_at, k.last_used_at,
        array(select g.scope_id from auth.api_key_grants g where g.key_id = k.id) as scope_ids,
        (select coalesce(jsonb_agg(jsonb_build_object('serviceId', b.service_id, 'type', b.type, 'resourceId', b.resource_id, 'ended', b.ended_at is not null)
             order by b.service_id, b.type, b.resource_id), '[]')
           from auth.api_key_resource_bindings b where b.key_id = k.id) as bindings,
        ${userColumns}, ${organizationColumns}
      from unnest($1::text[]) asked(id)
      join auth.api_keys k on k.id = asked.id
      join auth.organizations o on o.id = k.organization_id
      left join auth.users u on u.id = k.owner_user_id
      left join auth.organization_memberships m on m.organization_id = o.id and m.user_id = u.id
      cross join auth.catalog_version c`,
    values: [keyIds],
  });
  return rows;
};

/** Notes the use of a key, at most once a minute. */
export const touchApiKey = async ({ pool }: AuthDatabase, keyId: string, now: Date): Promise<void> => {
  await pool.query({
    name: "auth_api_key_touch",
    text: "update auth.api_keys set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at < $2::timestamptz - interval '1 minute')",
    values: [keyId, now],
  });
};
