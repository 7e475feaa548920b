import type pg from "pg";
import type { AuthDatabase } from "../database/store.ts";

interface PermissionRow {
  readonly id: string;
  readonly serviceId: string;
  readonly resource: string;
  readonly action: string;
  readonly key: string | null;
  readonly description: string;
  readonly deprecatedAt: Date | null;
}

interface Held {
  readonly permission: PermissionRow;
}

interface RoleBundleRow {
  readonly id: string;
  readonly serviceId: string;
  /** Null for a bundle that is only ever assigned. */
  readonly role: string | null;
  readonly name: string;
  readonly isDefault: boolean;
}

interface ScopeRow {
  readonly id: string;
  readonly serviceId: string;
  readonly scope: string;
  readonly description: string;
  readonly bindableResourceType: string | null;
  readonly deprecatedAt: Date | null;
}

interface ResourceTypeRow {
  readonly serviceId: string;
  readonly type: string;
  readonly label: string;
}

export interface OriginRow {
  readonly serviceId: string | null;
  readonly origin: string | null;
  readonly pagesProject: string | null;
  readonly allowPreviews: boolean;
}

interface ClientRow {
  readonly clientId: string;
  readonly serviceId: string;
  /** confidential, public or native */
  readonly type: string;
  readonly authMethod: string;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  readonly grantTypes: readonly string[];
  readonly responseTypes: readonly string[];
  readonly scopes: readonly string[];
  readonly name: string | null;
  readonly jwks: unknown;
  readonly jwksUri: string | null;
  readonly pushedOnly: boolean;
  readonly keyBound: boolean;
  readonly backchannelLogoutUri: string | null;
  readonly backchannelLogoutSessionRequired: boolean;
}

interface BareService {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly surfaceKind: string;
  readonly surfaceGroup: string;
  readonly launchable: boolean;
  readonly launchUrl: string | null;
  readonly localLaunchUrl: string | null;
  readonly ownerOrganizationId: string | null;
  readonly approvedAppId: string | null;
  readonly firstParty: boolean;
  readonly docsUrl: string | null;
  /** Services to which this one's access tokens may be forwarded. */
  readonly calls: readonly string[];
  readonly defaultAccess: boolean;
  readonly manifestVersion: number;
  readonly manifestSha256: string | null;
  readonly status: string;
}

/** A registered service with its parts. */
export interface ServiceRow extends BareService {
  readonly permissions: readonly PermissionRow[];
  readonly roleBundles: readonly (RoleBundleRow & { readonly permissions: readonly Held[] })[];
  readonly apiKeyScopes: readonly (ScopeRow & { readonly permissions: readonly Held[] })[];
  readonly bindableResourceTypes: readonly ResourceTypeRow[];
  /** Of its manifest; what operators gave it is not among them. */
  readonly origins: readonly OriginRow[];
  readonly clients: readonly ClientRow[];
}

const originColumns = `service_id as "serviceId", origin, pages_project as "pagesProject", allow_previews as "allowPreviews"`;

/** A list that nobody wrote is null in the database. */
const statements = {
  services: `select id, slug, name, description, surface_kind as "surfaceKind", surface_group as "surfaceGroup", launchable,
      launch_url as "launchUrl", local_launch_url as "localLaunchUrl", owner_organization_id as "ownerOrganizationId",
      approved_app_id as "approvedAppId", first_party as "firstParty", docs_url as "docsUrl", coalesce(calls, '{}') as calls,
      default_access as "defaultAccess", manifest_version as "manifestVersion", manifest_sha256 as "manifestSha256", status
    from auth.services order by id`,
  permissions: `select id, service_id as "serviceId", resource, action, key, description, deprecated_at as "deprecatedAt"
    from auth.service_permissions order by key`,
  bundles: `select id, service_id as "serviceId", role, name, is_default as "isDefault" from auth.role_bundles order by name`,
  ofBundles: `select bundle_id as holder, permission_id as id from auth.role_bundle_permissions`,
  scopes: `select id, service_id as "serviceId", scope, description, bindable_resource_type as "bindableResourceType",
      deprecated_at as "deprecatedAt"
    from auth.api_key_scopes order by scope`,
  ofScopes: `select scope_id as holder, permission_id as id from auth.api_key_scope_permissions`,
  types: `select service_id as "serviceId", type, label from auth.bindable_resource_types order by type`,
  origins: `select ${originColumns} from auth.allowed_origins where not local order by id`,
  clients: `select client_id as "clientId", service_id as "serviceId", type, auth_method as "authMethod",
      coalesce(redirect_uris, '{}') as "redirectUris", coalesce(post_logout_redirect_uris, '{}') as "postLogoutRedirectUris",
      coalesce(grant_types, '{}') as "grantTypes", coalesce(response_types, '{}') as "responseTypes",
      coalesce(scopes, '{}') as scopes, name, jwks, jwks_uri as "jwksUri",
      require_pushed_authorization_requests as "pushedOnly", dpop_bound_access_tokens as "keyBound",
      backchannel_logout_uri as "backchannelLogoutUri",
      backchannel_logout_session_required as "backchannelLogoutSessionRequired"
    from auth.service_clients where disabled_at is null and not local and not from_document order by client_id`,
} as const;

interface Holding {
  readonly holder: string;
  readonly id: string;
}

/** The permissions of each bundle or scope. */
const heldBy = (
  rows: readonly Holding[],
  permissions: ReadonlyMap<string, PermissionRow>,
): ((holder: string) => readonly Held[]) => {
  const held = new Map<string, Held[]>();
  for (const { holder, id } of rows) {
    const permission = permissions.get(id);
    if (permission) held.set(holder, [...(held.get(holder) ?? []), { permission }]);
  }
  return (holder) => held.get(holder) ?? [];
};

const byService = <T extends { readonly serviceId: string | null }>(
  rows: readonly T[],
): ((serviceId: string) => readonly T[]) => {
  const groups = Map.groupBy(rows, ({ serviceId }) => serviceId);
  return (serviceId) => groups.get(serviceId) ?? [];
};

/** Every service with its parts. */
export const loadServiceRows = async ({ pool }: Pick<AuthDatabase, "pool">): Promise<readonly ServiceRow[]> => {
  const read = async <T extends pg.QueryResultRow>(statement: string): Promise<readonly T[]> =>
    (await pool.query<T>(statement)).rows;
  const [services, permissions, bundles, ofBundles, scopes, ofScopes, types, origins, clients] = await Promise.all([
    read<BareService>(statements.services),
    read<PermissionRow>(statements.permissions),
    read<RoleBundleRow>(statements.bundles),
    read<Holding>(statements.ofBundles),
    read<ScopeRow>(statements.scopes),
    read<Holding>(statements.ofScopes),
    read<ResourceTypeRow>(statements.types),
    read<OriginRow>(statements.origins),
    read<ClientRow>(statements.clients),
  ]);
  const permissionById = new Map(permissions.map((permission) => [permission.id, permission]));
  const heldByBundle = heldBy(ofBundles, permissionById);
  const heldByScope = heldBy(ofScopes, permissionById);
  const parts = {
    permissions: byService(permissions),
    roleBundles: byService(bundles.map((bundle) => ({ ...bundle, permissions: heldByBundle(bundle.id) }))),
    apiKeyScopes: byService(scopes.map((scope) => ({ ...scope, permissions: heldByScope(scope.id) }))),
    bindableResourceTypes: byService(types),
    origins: byService(origins),
    clients: byService(clients),
  };
  return services.map((service) => ({
    ...service,
    permissions: parts.permissions(service.id),
    roleBundles: parts.roleBundles(service.id),
    apiKeyScopes: parts.apiKeyScopes(service.id),
    bindableResourceTypes: parts.bindableResourceTypes(service.id),
    origins: parts.origins(service.id),
    clients: parts.clients(service.id),
  }));
};

/** Every origin that is let in, whoever gave it. */
export const loadOriginRows = async ({ pool }: Pick<AuthDatabase, "pool">): Promise<readonly OriginRow[]> =>
  (await pool.query<OriginRow>(`select ${originColumns} from auth.allowed_origins where enabled`)).rows;
