import { inTransaction } from "../../../platform/db/transaction.ts";
import { recordAudit, type AuthAuditEvent } from "../../audit/store.ts";
import type { AuthDatabase } from "../../database/store.ts";

export interface BindableResource {
  readonly type: string;
  readonly resourceId: string;
  readonly label: string;
}

interface Replace {
  readonly serviceId: string;
  readonly organizationId: string;
  /** The kinds this call speaks for; resources of others stay. */
  readonly types: readonly string[];
  readonly resources: readonly BindableResource[];
  readonly actor: Pick<AuthAuditEvent, "actorType" | "actorId" | "ip" | "requestId">;
  readonly now: Date;
}

/** Makes the resources of these kinds what the service says; false where the organization may not use the service. */
export const replaceBindableResources = (
  { pool }: AuthDatabase,
  { serviceId, organizationId, types, resources, actor, now }: Replace,
): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    const access = await client.query(
      `select from auth.organization_service_access where organization_id = $1 and service_id = $2 and enabled
         and (expires_at is null or expires_at > $3) for update`,
      [organizationId, serviceId, now],
    );
    if (access.rowCount === 0) return false;
    const given = [
      resources.map(({ type }) => type),
      resources.map(({ resourceId }) => resourceId),
      resources.map(({ label }) => label),
    ];
    const removed = await client.query(
      `delete from auth.bindable_resources where service_id = $1 and organization_id = $2 and type = any($3)
         and (type, resource_id) not in (select * from unnest($4::text[], $5::text[]))`,
      [serviceId, organizationId, types, given[0], given[1]],
    );
    const written = await client.query(
      `insert into auth.bindable_resources as r (service_id, organization_id, type, resource_id, label, updated_at)
       select $1, $2, given.*, $6 from unnest($3::text[], $4::text[], $5::text[]) as given
       on conflict (service_id, organization_id, type, resource_id) do update set label = excluded.label, updated_at = excluded.updated_at
         where r.label <> excluded.label`,
      [serviceId, organizationId, ...given, now],
    );
    const changed = (removed.rowCount ?? 0) + (written.rowCount ?? 0);
    if (changed > 0)
      await recordAudit(
        client,
        {
          ...actor,
          organizationId,
          action: "bindable-resources.replace",
          target: serviceId,
          details: { types, removed: removed.rowCount, written: written.rowCount },
        },
        now,
      );
    return true;
  });

interface List {
  readonly serviceId: string;
  readonly organizationId: string;
  readonly type: string | undefined;
  readonly after: Pick<BindableResource, "type" | "resourceId"> | undefined;
  readonly limit: number;
}

/** By type and id, after the given one. */
export const listBindableResources = async (
  { pool }: AuthDatabase,
  { serviceId, organizationId, type, after, limit }: List,
): Promise<readonly BindableResource[]> => {
  const { rows } = await pool.query<BindableResource>(
    `select type, resource_id as "resourceId", label from auth.bindable_resources
     where service_id = $1 and organization_id = $2 and ($3::text is null or type = $3)
       and ($4::text is null or (type, resource_id) > ($4, $5))
     order by type, resource_id limit $6`,
    [serviceId, organizationId, type ?? null, after?.type ?? null, after?.resourceId ?? null, limit],
  );
  return rows;
};

/** Which of these resources no service among the given ones has registered for the organization. */
export const findUnknownResources = async (
  { pool }: AuthDatabase,
  organizationId: string,
  serviceIds: readonly string[],
  bindings: readonly Pick<BindableResource, "type" | "resourceId">[],
): Promise<readonly Pick<BindableResource, "type" | "resourceId">[]> => {
  if (bindings.length === 0) return [];
  const { rows } = await pool.query<Pick<BindableResource, "type" | "resourceId">>(
    `select given.type, given.resource_id as "resourceId" from unnest($3::text[], $4::text[]) as given (type, resource_id)
     where not exists (select from auth.bindable_resources r where r.organization_id = $1 and r.service_id = any($2)
       and r.type = given.type and r.resource_id = given.resource_id)`,
    [organizationId, serviceIds, bindings.map(({ type }) => type), bindings.map(({ resourceId }) => resourceId)],
  );
  return rows;
};
