import type pg from "pg";
import { newPrefixedId } from "../../../platform/ids.ts";
import { inTransaction } from "../../../platform/db/transaction.ts";
import { recordAudit } from "../../audit/store.ts";
import type { AuthDatabase } from "../../database/store.ts";
import { judgeUpload, type UploadOutcome } from "../manifest-upload/store.ts";
import type { Manifest } from "../manifest.ts";
import { applyManifest, type RegistryActor } from "../apply-manifest.ts";
import { loadCatalogueVersion, lockRegistry } from "../store.ts";

/** What became of an app: as with a manifest, and the reasons that lie in its workspace or in another app. */
export type RegistrationOutcome = UploadOutcome | "no_workspace" | "workspace_suspended" | "other_app";

interface ApprovedApp {
  readonly appId: string;
  readonly organizationId: string;
  readonly manifest: Manifest;
  /** A secret for each confidential client, used where that client has none yet. */
  readonly secretHashes: ReadonlyMap<string, Buffer>;
  readonly actor: RegistryActor;
  readonly now: Date;
}

const judgeWorkspace = async (
  client: pg.PoolClient,
  organizationId: string,
): Promise<"no_workspace" | "workspace_suspended" | undefined> => {
  const { rows } = await client.query<{ kind: string; status: string }>(
    "select kind, status from auth.organizations where id = $1 for share",
    [organizationId],
  );
  if (rows[0]?.kind !== "developer_workspace") return "no_workspace";
  return rows[0].status === "active" ? undefined : "workspace_suspended";
};

/** An app keeps its service and its workspace, and a service its app. */
const isOtherApp = async (
  client: pg.PoolClient,
  { appId, organizationId, manifest }: ApprovedApp,
): Promise<boolean> => {
  const { rows } = await client.query<{ id: string; app: string | null; owner: string | null }>(
    "select id, approved_app_id as app, owner_organization_id as owner from auth.services where id = $1 or approved_app_id = $2",
    [manifest.id, appId],
  );
  return rows.some(({ id, app, owner }) => id !== manifest.id || app !== appId || owner !== organizationId);
};

/** Gives secrets to clients that never had one; returns the ids of those. */
const insertSecrets = async (
  client: pg.PoolClient,
  hashes: ReadonlyMap<string, Buffer>,
  now: Date,
): Promise<readonly string[]> => {
  const given: string[] = [];
  for (const [clientId, hash] of hashes) {
    const made = await client.query(
      `insert into auth.service_client_secrets (id, client_id, secret_hash, created_at) select $1, $2, $3, $4
       where not exists (select from auth.service_client_secrets where client_id = $2)`,
      [newPrefixedId("sec"), clientId, hash, now],
    );
    if (made.rowCount === 1) given.push(clientId);
  }
  return given;
};

const apply = async (client: pg.PoolClient, app: ApprovedApp): Promise<readonly string[]> => {
  const { appId, organizationId, manifest, secretHashes, actor, now } = app;
  await applyManifest(client, manifest, actor, now);
  await client.query(
    "update auth.services set owner_organization_id = $2, approved_app_id = $3 where id = $1 and approved_app_id is null",
    [manifest.id, organizationId, appId],
  );
  await client.query(
    "insert into auth.organization_service_access (organization_id, service_id, granted_by) values ($1, $2, $3) on conflict do nothing",
    [organizationId, manifest.id, actor.actorId],
  );
  const given = await insertSecrets(client, secretHashes, now);
  await recordAudit(
    client,
    {
      ...actor,
      organizationId,
      action: "service.approved-app-registered",
      target: manifest.id,
      details: { appId, version: manifest.version, secretsOf: given },
    },
    now,
  );
  return given;
};

interface Registered {
  readonly outcome: RegistrationOutcome;
  /** Clients for which the given secret now counts. */
  readonly secretsOf: readonly string[];
  readonly catalogueVersion: bigint;
}

/** Turns the app into a registration its workspace owns, or into the next version of it; repeatable. */
export const registerApprovedApp = async (db: AuthDatabase, app: ApprovedApp): Promise<Registered> => {
  const done = await inTransaction(db.pool, async (client): Promise<Pick<Registered, "outcome" | "secretsOf">> => {
    await lockRegistry(client);
    const outcome =
      (await judgeWorkspace(client, app.organizationId)) ??
      ((await isOtherApp(client, app)) ? "other_app" : await judgeUpload(client, app.manifest));
    if (outcome !== "would_apply") return { outcome, secretsOf: [] };
    return { outcome: "applied", secretsOf: await apply(client, app) };
  });
  return { ...done, catalogueVersion: await loadCatalogueVersion(db) };
};

/** Whether an approved app has the client. */
export const isClientOfApp = async ({ pool }: AuthDatabase, appId: string, clientId: string): Promise<boolean> => {
  const { rowCount } = await pool.query(
    `select from auth.service_clients c join auth.services s on s.id = c.service_id
     join auth.organizations o on o.id = s.owner_organization_id
     where s.approved_app_id = $1 and c.client_id = $2 and c.disabled_at is null
       and s.status = 'active' and o.status = 'active'`,
    [appId, clientId],
  );
  return rowCount === 1;
};
