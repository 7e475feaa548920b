import type { PoolClient } from "pg";
import { recordAudit } from "../../audit/store.ts";
import type { AuthDatabase } from "../../database/store.ts";
import type { By } from "../members/store.ts";

export interface ServiceAccessRow {
  readonly service_id: string;
  readonly service_name: string;
  readonly enabled: boolean;
  readonly granted_by: string;
  readonly created_at: Date;
  readonly expires_at: Date | null;
}

const columns = "a.service_id, s.name as service_name, a.enabled, a.granted_by, a.created_at, a.expires_at";
const rowsOf = `select ${columns} from auth.organization_service_access a join auth.services s on s.id = a.service_id where a.organization_id = $1`;

export const listServiceAccess = async (
  { pool }: AuthDatabase,
  organizationId: string,
): Promise<ServiceAccessRow[]> => {
  const { rows } = await pool.query<ServiceAccessRow>(`${rowsOf} order by a.service_id limit 1000`, [organizationId]);
  return rows;
};

export const findServiceAccess = async (
  client: PoolClient,
  organizationId: string,
  serviceId: string,
): Promise<ServiceAccessRow | undefined> => {
  const { rows } = await client.query<ServiceAccessRow>(`${rowsOf} and a.service_id = $2`, [organizationId, serviceId]);
  return rows[0];
};

interface Grant {
  readonly organizationId: string;
  readonly serviceId: string;
  readonly enabled: boolean;
  readonly expiresAt: Date | null;
}

export const putServiceAccess = async (
  client: PoolClient,
  { organizationId, serviceId, enabled, expiresAt }: Grant,
  by: By,
  now: Date,
): Promise<void> => {
  await client.query(
    `insert into auth.organization_service_access (organization_id, service_id, enabled, granted_by, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (organization_id, service_id) do update set enabled = excluded.enabled, granted_by = excluded.granted_by, expires_at = excluded.expires_at`,
    [organizationId, serviceId, enabled, by.actorId ?? "system", now, expiresAt],
  );
  await recordAudit(
    client,
    {
      ...by,
      organizationId,
      action: enabled ? "service-access.grant" : "service-access.disable",
      target: serviceId,
      details: { expiresAt: expiresAt?.toISOString() ?? null },
    },
    now,
  );
};
