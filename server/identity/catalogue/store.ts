import type pg from "pg";
import { inTransaction } from "../../platform/db/transaction.ts";
import { recordAudit } from "../audit/store.ts";
import type { AuthDatabase } from "../database/store.ts";
import { applyManifest } from "./apply-manifest.ts";
import { manifestSha256, type Manifest } from "./manifest.ts";
import { loadOriginRows, loadServiceRows, type OriginRow, type ServiceRow } from "./store-services.ts";

const seedLock = 0x617574;

/** Changes of the registry come one after the other. */
export const lockRegistry = async (client: pg.PoolClient): Promise<void> => {
  await client.query("select pg_advisory_xact_lock($1)", [seedLock]);
};

/**
 * Writes the manifests whose digest differs from the stored one; returns the ids of those services. One that is older
 * than what is stored is left: a newer process of the same deployment has been here.
 */
export const applyManifests = (
  { pool }: AuthDatabase,
  manifests: readonly Manifest[],
  now: Date,
): Promise<readonly string[]> =>
  inTransaction(pool, async (client) => {
    await lockRegistry(client);
    const { rows } = await client.query<{ id: string; version: number; sha256: string | null }>(
      "select id, manifest_version as version, manifest_sha256 as sha256 from auth.services",
    );
    const stored = new Map(rows.map((row) => [row.id, row]));
    const changed = manifests.filter((manifest) => {
      const row = stored.get(manifest.id);
      return row === undefined || (row.sha256 !== manifestSha256(manifest) && row.version <= manifest.version);
    });
    for (const manifest of changed) await applyManifest(client, manifest, { actorType: "system" }, now);
    return changed.map(({ id }) => id);
  });

/** The two organizations that always exist, with access to every first-party service; repeatable. */
export const seedOrganizations = ({ pool }: AuthDatabase, now: Date): Promise<void> =>
  inTransaction(pool, async (client) => {
    await lockRegistry(client);
    for (const [id, slug, name, kind] of [
      ["org_admin", "admin", "Topolo Administration", "admin"],
      ["org_topolo", "topolo", "Topolo", "standard"],
    ]) {
      const made = await client.query(
        "insert into auth.organizations (id, slug, name, kind, changed_by, admitted_at, admitted_by) values ($1, $2, $3, $4, 'system', $5, 'system') on conflict do nothing",
        [id, slug, name, kind, now],
      );
      if (made.rowCount === 1)
        await recordAudit(
          client,
          { actorType: "system", organizationId: id, action: "organization.create", target: id },
          now,
        );
      await client.query(
        `insert into auth.organization_service_access (organization_id, service_id, granted_by)
         select $1, id, 'system' from auth.services where first_party on conflict do nothing`,
        [id],
      );
    }
  });

export interface CatalogueRows {
  readonly version: bigint;
  readonly services: readonly ServiceRow[];
  readonly origins: readonly OriginRow[];
}

export const loadCatalogueVersion = async ({ pool }: AuthDatabase): Promise<bigint> => {
  const { rows } = await pool.query<{ version: bigint }>({
    name: "catalog_version",
    text: "select version from auth.catalog_version where id = 1",
  });
  return rows[0]?.version ?? -1n;
};

const maxReads = 10;

/** The whole catalog as of one version: read again where it moved meanwhile. */
export const loadCatalogueRows = async (db: AuthDatabase): Promise<CatalogueRows> => {
  for (let attempt = 1; ; attempt += 1) {
    const version = await loadCatalogueVersion(db);
    const [services, origins] = await Promise.all([loadServiceRows(db), loadOriginRows(db)]);
    if ((await loadCatalogueVersion(db)) === version) return { version, services, origins };
    if (attempt === maxReads) throw new Error("the service catalog changes faster than it can be read");
  }
};

/** The services to which an organization has access now. */
export const loadServiceAccess = async (
  { pool }: AuthDatabase,
  organizationId: string,
  now: Date,
): Promise<ReadonlySet<string>> => {
  const { rows } = await pool.query<{ service_id: string }>(
    "select service_id from auth.organization_service_access where organization_id = $1 and enabled and (expires_at is null or expires_at > $2)",
    [organizationId, now],
  );
  return new Set(rows.map(({ service_id }) => service_id));
};
