import type { Pool, PoolClient } from "pg";
import type { AuthDatabase } from "../database/store.ts";

/** How an organization's people sign in at their own provider. */
export interface SignInSettingsRow {
  readonly organization_id: string;
  readonly organization_name: string;
  readonly kind: "oidc" | "saml";
  /** The issuer of OpenID Connect, or the entity id of SAML. */
  readonly issuer: string;
  readonly client_id: string | null;
  readonly secret_sealed: string | null;
  /** Where SAML requests go. */
  readonly entry_point: string | null;
  readonly certificates: readonly string[];
  readonly enforced: boolean;
  readonly join_on_sign_in: boolean;
  readonly updated_at: Date;
}

const columns = `s.organization_id, o.name as organization_name, s.kind, s.issuer, s.client_id, s.secret_sealed, s.entry_point, s.certificates,
  s.enforced, s.join_on_sign_in, s.updated_at`;

/** The provider of an organization that is active. */
export const findSignInSettings = async (
  client: Pool | PoolClient,
  organizationId: string,
): Promise<SignInSettingsRow | undefined> => {
  const { rows } = await client.query<SignInSettingsRow>(
    `select ${columns} from auth.organization_sign_in s join auth.organizations o on o.id = s.organization_id and o.status = 'active'
     where s.organization_id = $1`,
    [organizationId],
  );
  return rows[0];
};

export const isActiveOrganization = async ({ pool }: AuthDatabase, organizationId: string): Promise<boolean> => {
  const { rowCount } = await pool.query("select from auth.organizations where id = $1 and status = 'active'", [
    organizationId,
  ]);
  return rowCount === 1;
};

/** The provider of the organization that has verified the domain. */
export const findSignInByDomain = async (
  client: Pool | PoolClient,
  domain: string,
): Promise<SignInSettingsRow | undefined> => {
  const { rows } = await client.query<SignInSettingsRow>(
    `select ${columns} from auth.organization_domains d join auth.organization_sign_in s on s.organization_id = d.organization_id
       join auth.organizations o on o.id = s.organization_id and o.status = 'active'
     where d.domain = $1 and d.verified_at is not null`,
    [domain],
  );
  return rows[0];
};

export interface PutSignIn {
  readonly organizationId: string;
  readonly kind: "oidc" | "saml";
  readonly issuer: string;
  readonly clientId: string | null;
  readonly secretSealed: string | null;
  readonly entryPoint: string | null;
  readonly certificates: readonly string[];
  readonly enforced: boolean;
  readonly joinOnSignIn: boolean;
  readonly updatedBy: string;
}

export const putSignIn = async (client: PoolClient, put: PutSignIn, now: Date): Promise<void> => {
  await client.query(
    `insert into auth.organization_sign_in (organization_id, kind, issuer, client_id, secret_sealed, entry_point, certificates, enforced, join_on_sign_in, updated_by, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (organization_id) do update set kind = $2, issuer = $3, client_id = $4, secret_sealed = $5, entry_point = $6, certificates = $7,
       enforced = $8, join_on_sign_in = $9, updated_by = $10, updated_at = $11`,
    [
      put.organizationId,
      put.kind,
      put.issuer,
      put.clientId,
      put.secretSealed,
      put.entryPoint,
      put.certificates,
      put.enforced,
      put.joinOnSignIn,
      put.updatedBy,
      now,
    ],
  );
};

/** Takes the provider away, and what it has vouched for. */
export const deleteSignIn = async (client: PoolClient, organizationId: string): Promise<boolean> => {
  const { rowCount } = await client.query("delete from auth.organization_sign_in where organization_id = $1", [
    organizationId,
  ]);
  await forgetIdentities(client, organizationId);
  return rowCount === 1;
};

/** What one provider has vouched for says nothing of another one, in a sign-in that waits for the second factor either. */
export const forgetIdentities = async (client: PoolClient, organizationId: string): Promise<void> => {
  await client.query("delete from auth.federated_identities where provider = $1", [`org:${organizationId}`]);
  await client.query(
    "delete from auth.verification_tokens where purpose = 'second_factor' and payload->>'through' = $1 and consumed_at is null",
    [organizationId],
  );
};

export interface EnteredAccountRow {
  readonly id: string;
  readonly email: string;
  readonly status: string;
  readonly verified: boolean;
  readonly principal_type: string;
  readonly membership: "active" | "suspended" | null;
  readonly is_operator: boolean;
  /** Whether the directory says that the person is not to be let in. */
  readonly is_deprovisioned: boolean;
}

const accountColumns = `u.id, u.email, u.status, u.email_verified_at is not null as verified, u.principal_type,
  (select m.status from auth.organization_memberships m where m.organization_id = $1 and m.user_id = u.id) as membership,
  exists (select from auth.organization_memberships m join auth.organizations a on a.id = m.organization_id and a.kind = 'admin'
    where m.user_id = u.id and m.role like 'platform\\_%') as is_operator,
  exists (select from auth.provisioned_users p where p.organization_id = $1 and not p.active and (p.user_id = u.id or p.email = u.email)) as is_deprovisioned`;

/** The account that the provider's subject opens. */
export const lockAccountOfSubject = async (
  client: PoolClient,
  organizationId: string,
  subject: string,
): Promise<EnteredAccountRow | undefined> => {
  const { rows } = await client.query<EnteredAccountRow>(
    `select ${accountColumns} from auth.federated_identities f join auth.users u on u.id = f.user_id
     where f.provider = $2 and f.subject = $3 for no key update of u`,
    [organizationId, `org:${organizationId}`, subject],
  );
  return rows[0];
};

export const lockAccountOfAddress = async (
  client: PoolClient,
  organizationId: string,
  email: string,
): Promise<EnteredAccountRow | undefined> => {
  const { rows } = await client.query<EnteredAccountRow>(
    `select ${accountColumns} from auth.users u where u.email = $2 for no key update of u`,
    [organizationId, email],
  );
  return rows[0];
};

/** Whether the directory says that nobody with this address is to be let in. */
export const isDeprovisionedAddress = async (
  client: PoolClient,
  organizationId: string,
  email: string,
): Promise<boolean> => {
  const { rowCount } = await client.query(
    "select from auth.provisioned_users where organization_id = $1 and email = $2 and not active",
    [organizationId, email],
  );
  return rowCount !== 0;
};

/** Ties the provider's subject to the account; false where the account has another one of this provider. */
export const insertOrganizationIdentity = async (
  client: PoolClient,
  {
    organizationId,
    subject,
    userId,
    email,
  }: {
    readonly organizationId: string;
    readonly subject: string;
    readonly userId: string;
    readonly email: string;
  },
  now: Date,
): Promise<boolean> => {
  const { rowCount } = await client.query(
    `insert into auth.federated_identities (provider, subject, user_id, email_at_link, email_verified, linked_at)
     values ($1, $2, $3, $4, true, $5) on conflict do nothing`,
    [`org:${organizationId}`, subject, userId, email, now],
  );
  return rowCount === 1;
};

export interface EnforcedRow {
  readonly organization_id: string;
  readonly role: string;
}

const enforcedOn = `from auth.users u
  join auth.organization_domains d on d.domain = split_part(u.email, '@', 2) and d.verified_at is not null
  join auth.organization_sign_in s on s.organization_id = d.organization_id and s.enforced
  join auth.organizations o on o.id = d.organization_id and o.status = 'active'
  join auth.organization_memberships m on m.organization_id = d.organization_id and m.user_id = u.id and m.status = 'active'`;

/**
 * Whether a session `s` of `u` came from elsewhere than the provider at which organization `o` has its people sign in, for the
 * membership `m`: looked at wherever a session is judged, since people join, and domains and roles change, while sessions last.
 */
export const signedInElsewhere = `exists (select from auth.organization_sign_in e
    join auth.organization_domains d on d.organization_id = e.organization_id and d.verified_at is not null
  where e.organization_id = o.id and e.enforced and s.signed_in_through is distinct from e.organization_id and m.role <> 'owner'
    and d.domain = split_part(u.email, '@', 2))`;

/** The organization whose provider the person has to sign in at. */
export const findEnforced = async (client: Pool | PoolClient, userId: string): Promise<EnforcedRow | undefined> => {
  const { rows } = await client.query<EnforcedRow>(`select d.organization_id, m.role ${enforcedOn} where u.id = $1`, [
    userId,
  ]);
  return rows[0];
};

/** Whom enforcement concerns, and who has a session that did not come from the provider. */
export const listEnforcedPeople = async (client: PoolClient, organizationId: string): Promise<string[]> => {
  const { rows } = await client.query<{ id: string }>(
    `select u.id ${enforcedOn} where d.organization_id = $1 and m.role <> 'owner' order by u.id`,
    [organizationId],
  );
  return rows.map(({ id }) => id);
};

/** The person's live sessions that came from anywhere but the organization's provider. */
export const listOtherSessions = async (
  client: PoolClient,
  userId: string,
  organizationId: string,
): Promise<string[]> => {
  const { rows } = await client.query<{ id: string }>(
    "select id from auth.sessions where user_id = $1 and revoked_at is null and signed_in_through is distinct from $2 for update",
    [userId, organizationId],
  );
  return rows.map(({ id }) => id);
};

/** Secrets that are under an earlier encryption key. */
export const listSealedSecrets = async (
  { pool }: AuthDatabase,
  prefix: string,
): Promise<{ readonly organization_id: string; readonly secret_sealed: string }[]> => {
  const { rows } = await pool.query<{ organization_id: string; secret_sealed: string }>(
    "select organization_id, secret_sealed from auth.organization_sign_in where secret_sealed is not null and not starts_with(secret_sealed, $1) limit 100",
    [prefix],
  );
  return rows;
};

export const replaceSealedSecret = async (
  { pool }: AuthDatabase,
  organizationId: string,
  before: string,
  after: string,
): Promise<void> => {
  await pool.query(
    "update auth.organization_sign_in set secret_sealed = $3 where organization_id = $1 and secret_sealed = $2",
    [organizationId, before, after],
  );
};
