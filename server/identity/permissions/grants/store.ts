import type { PrincipalUser } from "@topolo/auth-middleware";
import type { PoolClient } from "pg";
import { recordAudit } from "../../audit/store.ts";
import type { AuthDatabase } from "../../database/store.ts";
import type { By } from "../../organizations/members/store.ts";
import type { StatedGrants } from "../explain.ts";

/** A person in one organization: what evaluation needs to know beside the grants. */
export interface SubjectRow {
  readonly role: string;
  readonly membership_status: string;
  readonly user_status: string;
  readonly user_verified: boolean;
  readonly user_principal_type: PrincipalUser["principalType"];
  readonly organization_kind: string;
  readonly organization_status: string;
}

export const findSubject = async (
  { pool }: AuthDatabase,
  organizationId: string,
  userId: string,
): Promise<SubjectRow | undefined> => {
  const { rows } = await pool.query<SubjectRow>(
    `select m.role, m.status as membership_status, u.status as user_status,
       u.email_verified_at is not null as user_verified, u.principal_type as user_principal_type, o.kind as organization_kind, o.status as organization_status
     from auth.organization_memberships m join auth.users u on u.id = m.user_id join auth.organizations o on o.id = m.organization_id
     where m.organization_id = $1 and m.user_id = $2`,
    [organizationId, userId],
  );
  return rows[0];
};

/** On the caller's connection: within their transaction, or of the pool. */
export const loadStatedGrants = async (
  client: AuthDatabase["pool"] | PoolClient,
  organizationId: string,
  userId: string,
): Promise<StatedGrants> => {
  const pair = [organizationId, userId];
  const access = await client.query<StatedGrants["serviceAccess"][number]>(
    `select service_id as "serviceId", enabled, granted_by as "grantedBy", expires_at as "expiresAt" from auth.organization_service_access where organization_id = $1`,
    [organizationId],
  );
  const bundles = await client.query<StatedGrants["bundles"][number]>(
    `select bundle_id as "bundleId", granted_by as "grantedBy", expires_at as "expiresAt" from auth.user_role_bundles where organization_id = $1 and user_id = $2`,
    pair,
  );
  const overrides = await client.query<StatedGrants["overrides"][number]>(
    `select permission_id as "permissionId", effect, reason, granted_by as "grantedBy", expires_at as "expiresAt"
     from auth.user_permission_overrides where organization_id = $1 and user_id = $2`,
    pair,
  );
  return { serviceAccess: access.rows, bundles: bundles.rows, overrides: overrides.rows };
};

interface Pair {
  readonly organizationId: string;
  readonly userId: string;
}

export interface OverrideRow {
  readonly permissionId: string;
  readonly effect: "allow" | "deny";
  readonly reason: string;
  readonly expiresAt: Date | null;
}

interface OverrideChange {
  readonly removed: readonly string[];
  readonly put: readonly OverrideRow[];
  /** For the audit log, by their names. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Takes the removed overrides away and writes the others. */
export const writeOverrides = async (
  client: PoolClient,
  { organizationId, userId }: Pair,
  { removed, put, details }: OverrideChange,
  by: By,
  now: Date,
): Promise<void> => {
  await client.query(
    "delete from auth.user_permission_overrides where organization_id = $1 and user_id = $2 and permission_id = any($3)",
    [organizationId, userId, removed],
  );
  for (const { permissionId, effect, reason, expiresAt } of put) {
    await client.query(
      `insert into auth.user_permission_overrides (organization_id, user_id, permission_id, effect, reason, granted_by, created_at, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (organization_id, user_id, permission_id) do update set effect = excluded.effect, reason = excluded.reason,
         granted_by = excluded.granted_by, created_at = excluded.created_at, expires_at = excluded.expires_at`,
      [organizationId, userId, permissionId, effect, reason, by.actorId ?? "system", now, expiresAt],
    );
  }
  await recordAudit(
    client,
    { ...by, organizationId, action: "permission.overrides-set", target: userId, details },
    now,
  );
};

interface BundleChange {
  readonly removed: readonly string[];
  readonly put: readonly { readonly bundleId: string; readonly expiresAt: Date | null }[];
}

/** Takes the removed bundles away and assigns the others. */
export const writeBundles = async (
  client: PoolClient,
  { organizationId, userId }: Pair,
  { removed, put }: BundleChange,
  by: By,
  now: Date,
): Promise<void> => {
  await client.query(
    "delete from auth.user_role_bundles where organization_id = $1 and user_id = $2 and bundle_id = any($3)",
    [organizationId, userId, removed],
  );
  for (const { bundleId, expiresAt } of put) {
    await client.query(
      `insert into auth.user_role_bundles (organization_id, user_id, bundle_id, granted_by, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)
       on conflict (organization_id, user_id, bundle_id) do update set granted_by = excluded.granted_by, expires_at = excluded.expires_at`,
      [organizationId, userId, bundleId, by.actorId ?? "system", now, expiresAt],
    );
  }
  const details = { removed, assigned: put.map(({ bundleId }) => bundleId) };
  await recordAudit(client, { ...by, organizationId, action: "permission.bundles-set", target: userId, details }, now);
};
