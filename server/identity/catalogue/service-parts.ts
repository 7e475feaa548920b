import type { CatalogueService } from "./catalogue.ts";
import type { Manifest } from "./manifest.ts";
import { serviceFacts } from "./service-facts.ts";

/** What a registration is made of, each part by the names of its entries. */
export type ServiceParts = Readonly<
  Record<
    "facts" | "permissions" | "role_bundles" | "api_key_scopes" | "bindable_resource_types" | "origins" | "clients",
    Readonly<Record<string, unknown>>
  >
>;

const keysOf = (rows: readonly { permission: { key: string | null } }[]): string[] =>
  rows.flatMap(({ permission }) => permission.key ?? []).sort();

const named = <T>(
  rows: readonly T[],
  entry: (row: T) => readonly [string, unknown],
): Readonly<Record<string, unknown>> => Object.fromEntries(rows.map(entry));

/** As the database holds it; what is deprecated counts as withdrawn. */
export const storedParts = (service: CatalogueService): ServiceParts => ({
  facts: {
    ...serviceFacts(service),
    launchable: service.launchable,
    launch_url: service.launchUrl,
    docs_url: service.docsUrl,
    first_party: service.firstParty,
    default_access: service.defaultAccess,
    calls: service.calls,
  },
  permissions: named(
    service.permissions.filter(({ deprecatedAt }) => !deprecatedAt),
    ({ key, description }) => [key ?? "", description],
  ),
  role_bundles: named(service.roleBundles, ({ name, role, permissions }) => [
    name,
    { role, permissions: keysOf(permissions) },
  ]),
  api_key_scopes: named(
    service.apiKeyScopes.filter(({ deprecatedAt }) => !deprecatedAt),
    ({ scope, description, bindableResourceType, permissions }) => [
      scope,
      { description, type: bindableResourceType, permissions: keysOf(permissions) },
    ],
  ),
  bindable_resource_types: named(service.bindableResourceTypes, ({ type, label }) => [type, label]),
  origins: named(service.origins, ({ origin, pagesProject, allowPreviews }) =>
    origin === null ? [`pages project ${pagesProject}`, { allowPreviews }] : [origin, {}],
  ),
  // The client of a service's own name always exists; it is the manifest's where the manifest has named it.
  clients: named(
    service.clients.filter(({ clientId, name }) => clientId !== service.id || name !== null),
    ({ clientId, ...client }) => [
      clientId,
      {
        name: client.name,
        type: client.type,
        redirectUris: client.redirectUris,
        postLogoutRedirectUris: client.postLogoutRedirectUris,
        grantTypes: client.grantTypes,
        backchannelLogoutUri: client.backchannelLogoutUri,
        scopes: client.scopes,
        authMethod: client.authMethod,
        jwks: client.jwks,
        jwksUri: client.jwksUri,
        pushedOnly: client.pushedOnly,
        keyBound: client.keyBound,
      },
    ],
  ),
});

/** As the service says of itself. */
export const manifestParts = (manifest: Manifest): ServiceParts => ({
  facts: {
    slug: manifest.slug,
    name: manifest.name,
    description: manifest.description,
    surface_kind: manifest.surface_kind,
    surface_group: manifest.surface_group,
    launchable: manifest.launchable,
    launch_url: manifest.launch_url,
    docs_url: manifest.docs_url,
    first_party: manifest.first_party,
    default_access: manifest.default_access,
    calls: manifest.calls,
  },
  permissions: named(manifest.permissions, ({ permission, description }) => [permission, description]),
  role_bundles: named(manifest.role_bundles, ({ name, role, permissions }) => [
    name,
    { role, permissions: permissions.toSorted() },
  ]),
  api_key_scopes: named(manifest.api_key_scopes, ({ scope, description, bindable_resource_type, permissions }) => [
    scope,
    { description, type: bindable_resource_type ?? null, permissions: permissions.toSorted() },
  ]),
  bindable_resource_types: named(manifest.bindable_resource_types, ({ type, label }) => [type, label]),
  origins: {
    ...named(manifest.origins, (origin) => [origin, {}]),
    ...named(manifest.pages_projects, ({ project, allow_previews }) => [
      `pages project ${project}`,
      { allowPreviews: allow_previews },
    ]),
  },
  clients: named(manifest.clients ?? [], (client) => [
    client.client_id,
    {
      name: client.name ?? manifest.name,
      type: client.type,
      redirectUris: client.redirect_uris,
      postLogoutRedirectUris: client.post_logout_redirect_uris,
      grantTypes: client.grant_types,
      backchannelLogoutUri: client.backchannel_logout_uri ?? null,
      scopes: client.scopes ?? [],
      authMethod:
        client.type === "confidential" ? (client.token_endpoint_auth_method ?? "client_secret_basic") : "none",
      jwks: client.jwks ?? null,
      jwksUri: client.jwks_uri ?? null,
      pushedOnly: client.require_pushed_authorization_requests ?? false,
      keyBound: client.dpop_bound_access_tokens ?? false,
    },
  ]),
});
