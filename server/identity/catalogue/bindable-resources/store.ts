import type pg from "pg";
import { inTransaction } from "../../../platform/db/transaction.ts";
import { recordAudit, type AuthAuditEvent } from "../../audit/store.ts";
import type { AuthDatabase } from "../../database/store.ts";

export interface StoredResource {
  readonly type: string;
  readonly resourceId: string;
  readonly label: string;
}

interface Replace {
  readonly serviceId: string;
  readonly organizationId: string;
  /** The kinds this call speaks for; resources of others stay. */
  readonly types: readonly string[];
  readonly resources: readonly StoredResource[];
  readonly actor: Pick<AuthAuditEvent, "actorType" | "actorId" | "ip" | "requestId">;
  readonly now: Date;
}

/** Locks the organization's access to the service; false where it has none now. */
const lockAccess = async (
  client: pg.PoolClient,
  { serviceId, organizationId, now }: Pick<Replace, "serviceId" | "organizationId" | "now">,
): Promise<boolean> => {
  const { rowCount } = await client.query(
    `select from auth.organization_service_access where organization_id = $1 and service_id = $2 and enabled
       and (expires_at is null or expires_at > $3) for update`,
    [organizationId, serviceId, now],
  );
  return rowCount === 1;
};

const columnsOf = (resources: readonly Pick<StoredResource, "type" | "resourceId">[]): [string[], string[]] => [
  resources.map(({ type }) => type),
  resources.map(({ resourceId }) => resourceId),
];

const write = async (
  client: pg.PoolClient,
  { serviceId, organizationId, resources, now }: Pick<Replace, "serviceId" | "organizationId" | "resources" | "now">,
): Promise<number> => {
  const { rowCount } = await client.query(
    `insert into auth.bindable_resources as r (service_id, organization_id, type, resource_id, label, updated_at)
     select $1, $2, given.*, $6 from unnest($3::text[], $4::text[], $5::text[]) as given
     on conflict (service_id, organization_id, type, resource_id) do update set label = excluded.label, updated_at = excluded.updated_at
       where r.label <> excluded.label`,
    [serviceId, organizationId, ...columnsOf(resources), resources.map(({ label }) => label), now],
  );
  return rowCount ?? 0;
};

/** Makes the resources of these kinds what the service says; false where the organization may not use the service. */
export const replaceBindableResources = ({ pool }: AuthDatabase, replace: Replace): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    const { serviceId, organizationId, types, resources, actor, now } = replace;
    if (!(await lockAccess(client, replace))) return false;
    const { rowCount: removed } = await client.query(
      `delete from auth.bindable_resources where service_id = $1 and organization_id = $2 and type = any($3)
         and (type, resource_id) not in (select * from unnest($4::text[], $5::text[]))`,
      [serviceId, organizationId, types, ...columnsOf(resources)],
    );
    const written = await write(client, replace);
    if ((removed ?? 0) + written > 0)
      await recordAudit(
        client,
        {
          ...actor,
          organizationId,
          action: "bindable-resources.replace",
          target: serviceId,
          details: { types, removed, written },
        },
        now,
      );
    return true;
  });

interface Change extends Omit<Replace, "types"> {
  readonly removed: readonly Pick<StoredResource, "type" | "resourceId">[];
}

/** Adds, renames and removes single resources; false where the organization may not use the service. */
export const changeBindableResources = ({ pool }: AuthDatabase, change: Change): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    const { serviceId, organizationId, removed: gone, actor, now } = change;
    if (!(await lockAccess(client, change))) return false;
    const { rowCount: removed } = await client.query(
      `delete from auth.bindable_resources where service_id = $1 and organization_id = $2
         and (type, resource_id) in (select * from unnest($3::text[], $4::text[]))`,
      [serviceId, organizationId, ...columnsOf(gone)],
    );
    const written = await write(client, change);
    if ((removed ?? 0) + written > 0)
      await recordAudit(
        client,
        {
          ...actor,
          organizationId,
          action: "bindable-resources.change",
          target: serviceId,
          details: { removed, written },
        },
        now,
      );
    return true;
  });

interface List {
  readonly serviceId: string;
  readonly organizationId: string;
  readonly type: string | undefined;
  readonly after: Pick<StoredResource, "type" | "resourceId"> | undefined;
  readonly limit: number;
}

/** By type and id, after the given one. */
export const listBindableResources = async (
  { pool }: AuthDatabase,
  { serviceId, organizationId, type, after, limit }: List,
): Promise<readonly StoredResource[]> => {
  const { rows } = await pool.query<StoredResource>(
    `select type, resource_id as "resourceId", label from auth.bindable_resources
     where service_id = $1 and organization_id = $2 and ($3::text is null or type = $3)
       and ($4::text is null or (type, resource_id) > ($4, $5))
     order by type, resource_id limit $6`,
    [serviceId, organizationId, type ?? null, after?.type ?? null, after?.resourceId ?? null, limit],
  );
  return rows;
};

/** The services among the given ones that have registered the resource for the organization. */
export const findResourceServices = async (
  { pool }: AuthDatabase,
  organizationId: string,
  serviceIds: readonly string[],
  { type, resourceId }: Pick<StoredResource, "type" | "resourceId">,
): Promise<readonly string[]> => {
  const { rows } = await pool.query<{ serviceId: string }>(
    `select service_id as "serviceId" from auth.bindable_resources
     where organization_id = $1 and service_id = any($2) and type = $3 and resource_id = $4 order by 1`,
    [organizationId, serviceIds, type, resourceId],
  );
  return rows.map(({ serviceId }) => serviceId);
};
