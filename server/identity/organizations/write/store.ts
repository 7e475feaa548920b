import type { PoolClient } from "pg";
import { DatabaseError } from "../../../platform/db/database-error.ts";
import { newPrefixedId } from "../../../platform/ids.ts";
import { inTransaction } from "../../../platform/db/transaction.ts";
import { recordAudit, type AuthAuditEvent } from "../../audit/store.ts";
import { AuthError } from "../../auth-error.ts";
import type { AuthDatabase } from "../../database/store.ts";
import { lockAccount } from "../../links/store.ts";
import type { OrganizationRow } from "../store.ts";

type By = Pick<AuthAuditEvent, "actorType" | "actorId" | "ip" | "requestId">;

interface NewOrganization {
  readonly name: string;
  readonly slug: string;
  readonly kind: "standard" | "developer_workspace";
  readonly ownerId: string;
  /** How many one person may make; undefined where it does not matter. */
  readonly atMost: number | undefined;
  /** Who makes it lets it use the platform's credentials: an operator. */
  readonly admitted: boolean;
}

const returning =
  "returning id, slug, name, kind, status, status_reason, max_key_ttl_days, admitted_at, admission_limit_nanos, created_at";

const countCreated = async (client: PoolClient, userId: string): Promise<number> => {
  const { rows } = await client.query<{ count: number }>(
    "select count(*)::int as count from auth.organizations where created_by = $1 and status <> 'revoked'",
    [userId],
  );
  return rows[0]?.count ?? 0;
};

/** Makes the organization with its owner; undefined where the short name is taken. */
export const insertOrganization = async (
  { pool }: AuthDatabase,
  { name, slug, kind, ownerId, atMost, admitted }: NewOrganization,
  by: By,
  now: Date,
): Promise<OrganizationRow | undefined> => {
  try {
    return await inTransaction(pool, async (client) => {
      // Of two at once the second counts the first.
      await lockAccount(client, ownerId);
      if (atMost !== undefined && (await countCreated(client, ownerId)) >= atMost)
        throw new AuthError("too_many_organizations", { limit: atMost });
      const id = newPrefixedId("org");
      const { rows } = await client.query<OrganizationRow>(
        `insert into auth.organizations (id, slug, name, kind, changed_by, created_by, created_at, updated_at, admitted_at, admitted_by)
         values ($1, $2, $3, $4, $5, $5, $6, $6, case when $7 then $6::timestamptz end, case when $7 then $5 end) ${returning}`,
        [id, slug, name, kind, ownerId, now, admitted],
      );
      await client.query(
        "insert into auth.organization_memberships (organization_id, user_id, role, granted_by, created_at, updated_at) values ($1, $2, 'owner', $2, $3, $3)",
        [id, ownerId, now],
      );
      await client.query(
        "insert into auth.organization_service_access (organization_id, service_id, granted_by) select $1, id, 'system' from auth.services where default_access",
        [id],
      );
      await recordAudit(
        client,
        { ...by, organizationId: id, action: "organization.create", target: id, details: { name, slug, kind } },
        now,
      );
      return rows[0];
    });
  } catch (error) {
    if (error instanceof DatabaseError && error.constraint === "organizations_slug_key") return undefined;
    throw error;
  }
};

interface Settings {
  readonly name?: string | undefined;
  readonly maxKeyTtlDays?: number | null | undefined;
}

/** Changes what an organization says of itself; the caller holds its row. */
export const updateSettings = async (
  client: PoolClient,
  organizationId: string,
  settings: Settings,
  by: By,
  now: Date,
): Promise<void> => {
  await client.query(
    `update auth.organizations set name = coalesce($2, name), max_key_ttl_days = case when $3 then $4 else max_key_ttl_days end,
       changed_by = $5, updated_at = $6 where id = $1`,
    [
      organizationId,
      settings.name ?? null,
      settings.maxKeyTtlDays !== undefined,
      settings.maxKeyTtlDays ?? null,
      by.actorId ?? null,
      now,
    ],
  );
  await recordAudit(
    client,
    { ...by, organizationId, action: "organization.update", target: organizationId, details: { ...settings } },
    now,
  );
};

const developerStatus = { active: "approved", suspended: "suspended", revoked: "revoked" } as const;

interface StatusChange {
  readonly organizationId: string;
  readonly status: "active" | "suspended" | "revoked";
  readonly reason: string;
}

/** Suspends, revokes or reactivates, and with a workspace its developer and its apps; the caller holds the organization's row. */
export const updateOrganizationStatus = async (
  client: PoolClient,
  { organizationId, status, reason }: StatusChange,
  by: By,
  now: Date,
): Promise<void> => {
  await client.query(
    "update auth.organizations set status = $2, status_reason = $3, changed_by = $4, updated_at = $5 where id = $1",
    [organizationId, status, reason, by.actorId ?? null, now],
  );
  const developers = await client.query<{ id: string }>(
    `update auth.developers set status = $2, reviewed_by = $3, reviewed_at = $4, updated_at = $4
     where organization_id = $1 and status in ('approved', 'suspended') and status <> $2 returning id`,
    [organizationId, developerStatus[status], by.actorId ?? null, now],
  );
  await client.query(
    "update auth.services set status = $2, updated_at = $3 where owner_organization_id = $1 and not first_party and status <> $2",
    [organizationId, status === "active" ? "active" : "disabled", now],
  );
  await recordAudit(
    client,
    {
      ...by,
      organizationId,
      action: `organization.${status === "active" ? "reactivate" : status === "suspended" ? "suspend" : "revoke"}`,
      target: organizationId,
      details: { reason, developers: developers.rows.map(({ id }) => id) },
    },
    now,
  );
};
