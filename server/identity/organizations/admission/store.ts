import type { PoolClient } from "pg";
import { recordAudit, type AuthAuditEvent } from "../../audit/store.ts";
import { AuthError } from "../../auth-error.ts";
import type { AuthDatabase } from "../../database/store.ts";
import { lockOrganization, type OrganizationRow } from "../store.ts";

type By = Pick<AuthAuditEvent, "actorType" | "actorId" | "ip" | "requestId">;

interface Admission {
  readonly organizationId: string;
  /** Nano-USD a month; null: no budget of the platform's. */
  readonly limit: bigint | null;
}

const read = async (client: PoolClient, organizationId: string): Promise<OrganizationRow> => {
  const row = await lockOrganization(client, organizationId);
  if (!row) throw new AuthError("organization_not_found");
  return row;
};

/** Admits the organization, or changes its limit; the caller holds its row. The first admission keeps its time. */
export const admit = async (
  client: PoolClient,
  { organizationId, limit }: Admission,
  by: By,
  now: Date,
): Promise<OrganizationRow> => {
  await client.query(
    `update auth.organizations set admitted_at = coalesce(admitted_at, $2), admitted_by = $3, admission_limit_nanos = $4,
       updated_at = $2 where id = $1`,
    [organizationId, now, by.actorId ?? by.actorType, limit],
  );
  const details = { monthlyLimitNanos: limit === null ? null : String(limit) };
  await recordAudit(
    client,
    { ...by, organizationId, action: "organization.admit", target: organizationId, details },
    now,
  );
  return read(client, organizationId);
};

export const withdrawAdmission = async (
  client: PoolClient,
  organizationId: string,
  by: By,
  now: Date,
): Promise<OrganizationRow> => {
  await client.query(
    `update auth.organizations set admitted_at = null, admitted_by = null, admission_limit_nanos = null, updated_at = $2
      where id = $1`,
    [organizationId, now],
  );
  await recordAudit(
    client,
    { ...by, organizationId, action: "organization.withdraw-admission", target: organizationId },
    now,
  );
  return read(client, organizationId);
};

/** What an admitted organization may spend a month, as a decimal string; null: as much as it likes. */
export const findAdmissionLimit = async ({ pool }: AuthDatabase, organizationId: string): Promise<string | null> => {
  const { rows } = await pool.query<{ limit: string | null }>(
    'select admission_limit_nanos::text as "limit" from auth.organizations where id = $1',
    [organizationId],
  );
  return rows[0]?.limit ?? null;
};
