import type pg from "pg";
import { inTransaction } from "../../../platform/db/transaction.ts";
import type { AuthDatabase } from "../../database/store.ts";
import { manifestSha256, type Manifest } from "../manifest.ts";
import { applyManifest, type RegistryActor } from "../apply-manifest.ts";
import { loadCatalogueVersion, lockRegistry } from "../store.ts";

/** What became of an uploaded manifest. */
export type UploadOutcome =
  | "applied"
  | "would_apply"
  | "unchanged"
  | "first_party"
  | "version_not_greater"
  | "slug_taken"
  | "client_taken";

interface Upload {
  readonly manifest: Manifest;
  readonly actor: RegistryActor;
  readonly now: Date;
  readonly dryRun: boolean;
}

/** Whether the manifest may follow what is stored. The registry must be locked. */
export const judgeUpload = async (
  client: pg.PoolClient,
  manifest: Manifest,
): Promise<Exclude<UploadOutcome, "applied">> => {
  const { rows } = await client.query<{ id: string; version: number; sha256: string | null; first_party: boolean }>(
    "select id, manifest_version as version, manifest_sha256 as sha256, first_party from auth.services where id = $1 or slug = $2",
    [manifest.id, manifest.slug],
  );
  const stored = rows.find(({ id }) => id === manifest.id);
  if (stored?.first_party) return "first_party";
  if (stored?.sha256 === manifestSha256(manifest)) return "unchanged";
  if (stored && manifest.version <= stored.version) return "version_not_greater";
  if (rows.some(({ id }) => id !== manifest.id)) return "slug_taken";
  const foreign = await client.query(
    "select from auth.service_clients where client_id = any($1) and service_id <> $2",
    [[manifest.id, ...(manifest.clients ?? []).map(({ client_id }) => client_id)], manifest.id],
  );
  return foreign.rowCount === 0 ? "would_apply" : "client_taken";
};

/** Applies a manifest that was not checked in; also says how far the catalog has moved. */
export const uploadManifest = async (
  db: AuthDatabase,
  { manifest, actor, now, dryRun }: Upload,
): Promise<{ readonly outcome: UploadOutcome; readonly catalogueVersion: bigint }> => {
  const outcome = await inTransaction(db.pool, async (client) => {
    await lockRegistry(client);
    const judged = await judgeUpload(client, manifest);
    if (judged !== "would_apply" || dryRun) return judged;
    await applyManifest(client, manifest, actor, now);
    return "applied";
  });
  return { outcome, catalogueVersion: await loadCatalogueVersion(db) };
};
