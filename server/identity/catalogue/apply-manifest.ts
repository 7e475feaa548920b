import type pg from "pg";
import { newPrefixedId } from "../../platform/ids.ts";
import { recordAudit, type AuthAuditEvent } from "../audit/store.ts";
import { manifestSha256, type Manifest } from "./manifest.ts";

const permissionIds = async (client: pg.PoolClient, keys: readonly string[]): Promise<string[]> => {
  const { rows } = await client.query<{ id: string }>("select id from auth.service_permissions where key = any($1)", [
    keys,
  ]);
  if (rows.length !== new Set(keys).size) throw new Error("a manifest names a permission that is not there");
  return rows.map(({ id }) => id);
};

const applyService = (client: pg.PoolClient, manifest: Manifest, now: Date) =>
  client.query(
    `insert into auth.services as s (id, slug, name, description, surface_kind, surface_group, launchable, launch_url, docs_url, first_party,
       default_access, calls, manifest_version, manifest_sha256, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
     on conflict (id) do update set slug = excluded.slug, name = excluded.name, description = excluded.description,
       surface_kind = excluded.surface_kind, surface_group = excluded.surface_group, launchable = excluded.launchable,
       launch_url = excluded.launch_url, docs_url = excluded.docs_url, first_party = excluded.first_party,
       default_access = excluded.default_access, calls = excluded.calls, manifest_version = excluded.manifest_version,
       manifest_sha256 = excluded.manifest_sha256, updated_at = excluded.updated_at`,
    [
      manifest.id,
      manifest.slug,
      manifest.name,
      manifest.description,
      manifest.surface_kind,
      manifest.surface_group,
      manifest.launchable,
      manifest.launch_url,
      manifest.docs_url,
      manifest.first_party,
      manifest.default_access,
      manifest.calls,
      manifest.version,
      manifestSha256(manifest),
      now,
    ],
  );

/** Withdrawn permissions and scopes are deprecated, not removed: overrides and keys may refer to them. */
const applyPermissions = async (client: pg.PoolClient, manifest: Manifest, now: Date): Promise<void> => {
  for (const { permission, description } of manifest.permissions) {
    const [resource, action] = permission.slice(manifest.id.length + 1).split(":");
    await client.query(
      `insert into auth.service_permissions (id, service_id, resource, action, description) values ($1, $2, $3, $4, $5)
       on conflict (key) do update set description = excluded.description, deprecated_at = null`,
      [newPrefixedId("prm"), manifest.id, resource, action, description],
    );
  }
  await client.query(
    "update auth.service_permissions set deprecated_at = $3 where service_id = $1 and deprecated_at is null and not key = any($2)",
    [manifest.id, manifest.permissions.map(({ permission }) => permission), now],
  );
};

const applyBundles = async (client: pg.PoolClient, manifest: Manifest): Promise<void> => {
  await client.query("delete from auth.role_bundles where service_id = $1 and not name = any($2)", [
    manifest.id,
    manifest.role_bundles.map(({ name }) => name),
  ]);
  for (const { name, role, permissions } of manifest.role_bundles) {
    const { rows } = await client.query<{ id: string }>(
      `insert into auth.role_bundles (id, service_id, role, name, is_default) values ($1, $2, $3, $4, $5)
       on conflict (service_id, name) do update set role = excluded.role, is_default = excluded.is_default returning id`,
      [newPrefixedId("bdl"), manifest.id, role, name, role !== null],
    );
    const bundleId = rows[0]?.id;
    await client.query("delete from auth.role_bundle_permissions where bundle_id = $1", [bundleId]);
    await client.query(
      "insert into auth.role_bundle_permissions (bundle_id, permission_id) select $1, unnest($2::text[])",
      [bundleId, await permissionIds(client, permissions)],
    );
  }
};

const applyScopes = async (client: pg.PoolClient, manifest: Manifest, now: Date): Promise<void> => {
  for (const { scope, description, permissions, bindable_resource_type } of manifest.api_key_scopes) {
    const { rows } = await client.query<{ id: string }>(
      `insert into auth.api_key_scopes (id, service_id, scope, description, bindable_resource_type) values ($1, $2, $3, $4, $5)
       on conflict (service_id, scope) do update set description = excluded.description,
         bindable_resource_type = excluded.bindable_resource_type, deprecated_at = null returning id`,
      [newPrefixedId("scp"), manifest.id, scope, description, bindable_resource_type ?? null],
    );
    const scopeId = rows[0]?.id;
    await client.query("delete from auth.api_key_scope_permissions where scope_id = $1", [scopeId]);
    await client.query(
      "insert into auth.api_key_scope_permissions (scope_id, permission_id) select $1, unnest($2::text[])",
      [scopeId, await permissionIds(client, permissions)],
    );
  }
  await client.query(
    "update auth.api_key_scopes set deprecated_at = $3 where service_id = $1 and deprecated_at is null and not scope = any($2)",
    [manifest.id, manifest.api_key_scopes.map(({ scope }) => scope), now],
  );
};

const applyResourceTypes = async (client: pg.PoolClient, manifest: Manifest): Promise<void> => {
  const types = manifest.bindable_resource_types.map(({ type }) => type);
  // What keys are bound to ends with its type; that of the other types stays.
  await client.query("delete from auth.bindable_resources where service_id = $1 and not type = any($2)", [
    manifest.id,
    types,
  ]);
  await client.query("delete from auth.bindable_resource_types where service_id = $1 and not type = any($2)", [
    manifest.id,
    types,
  ]);
  for (const { type, label } of manifest.bindable_resource_types) {
    await client.query(
      `insert into auth.bindable_resource_types (service_id, type, label) values ($1, $2, $3)
       on conflict (service_id, type) do update set label = excluded.label`,
      [manifest.id, type, label],
    );
  }
};

const applyOrigins = async (client: pg.PoolClient, manifest: Manifest): Promise<void> => {
  await client.query("delete from auth.allowed_origins where service_id = $1 and not local", [manifest.id]);
  for (const origin of manifest.origins) {
    await client.query("insert into auth.allowed_origins (id, service_id, origin) values ($1, $2, $3)", [
      newPrefixedId("orn"),
      manifest.id,
      origin,
    ]);
  }
  for (const { project, allow_previews } of manifest.pages_projects) {
    await client.query(
      "insert into auth.allowed_origins (id, service_id, pages_project, allow_previews) values ($1, $2, $3, $4)",
      [newPrefixedId("orn"), manifest.id, project, allow_previews],
    );
  }
};

/** Every confidential service has a client of its own name; its secrets are made on request. */
const applyClient = (client: pg.PoolClient, { id }: Manifest) =>
  client.query(
    "insert into auth.service_clients (client_id, service_id, grant_types) values ($1, $1, '{client_credentials}') on conflict (client_id) do nothing",
    [id],
  );

/** Clients no longer in the manifest are disabled, not removed: tokens and audit rows name them. */
const applyClients = async (client: pg.PoolClient, manifest: Manifest, now: Date): Promise<void> => {
  const { id: serviceId, name: serviceName, clients } = manifest;
  if (clients === undefined) return;
  for (const each of clients) {
    const made = await client.query(
      `insert into auth.service_clients as c (client_id, service_id, name, type, auth_method, redirect_uris, post_logout_redirect_uris,
         grant_types, response_types, backchannel_logout_uri, scopes, jwks, jwks_uri,
         require_pushed_authorization_requests, dpop_bound_access_tokens)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
       on conflict (client_id) do update set name = excluded.name, type = excluded.type, auth_method = excluded.auth_method,
         redirect_uris = excluded.redirect_uris, post_logout_redirect_uris = excluded.post_logout_redirect_uris,
         grant_types = excluded.grant_types, response_types = excluded.response_types,
         backchannel_logout_uri = excluded.backchannel_logout_uri, scopes = excluded.scopes, disabled_at = null,
         jwks = excluded.jwks, jwks_uri = excluded.jwks_uri,
         require_pushed_authorization_requests = excluded.require_pushed_authorization_requests,
         dpop_bound_access_tokens = excluded.dpop_bound_access_tokens
       where c.service_id = excluded.service_id`,
      [
        each.client_id,
        serviceId,
        each.name ?? serviceName,
        each.type,
        each.type === "confidential" ? (each.token_endpoint_auth_method ?? "client_secret_basic") : "none",
        each.redirect_uris,
        each.post_logout_redirect_uris,
        each.grant_types,
        each.grant_types.includes("authorization_code") ? ["code"] : [],
        each.backchannel_logout_uri ?? null,
        each.scopes ?? [],
        each.jwks === undefined ? null : JSON.stringify(each.jwks),
        each.jwks_uri ?? null,
        each.require_pushed_authorization_requests ?? false,
        each.dpop_bound_access_tokens ?? false,
      ],
    );
    if (made.rowCount !== 1) throw new Error(`the client ${each.client_id} belongs to another service`);
  }
  await client.query(
    "update auth.service_clients set disabled_at = $3 where service_id = $1 and disabled_at is null and client_id <> $1 and not local and not client_id = any($2)",
    [serviceId, clients.map(({ client_id }) => client_id), now],
  );
};

export type RegistryActor = Pick<AuthAuditEvent, "actorType" | "actorId" | "ip" | "requestId">;

/** Makes the rows of one service what its manifest says, in the caller's transaction. */
export const applyManifest = async (
  client: pg.PoolClient,
  manifest: Manifest,
  actor: RegistryActor,
  now: Date,
): Promise<void> => {
  await applyService(client, manifest, now);
  await applyPermissions(client, manifest, now);
  await applyBundles(client, manifest);
  await applyScopes(client, manifest, now);
  await applyResourceTypes(client, manifest);
  await applyOrigins(client, manifest);
  await applyClient(client, manifest);
  await applyClients(client, manifest, now);
  const details = { version: manifest.version, sha256: manifestSha256(manifest) };
  await recordAudit(client, { ...actor, action: "service.manifest-applied", target: manifest.id, details }, now);
};
