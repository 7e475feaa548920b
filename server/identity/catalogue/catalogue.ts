import type { Clock } from "../../platform/clock.ts";
import { unregisteredAppsService } from "../client-documents/unregistered-apps.ts";
import type { AuthDatabase } from "../database/store.ts";
import { loadCatalogueRows, loadCatalogueVersion, type CatalogueRows } from "./store.ts";
import type { OriginRow, ServiceRow } from "./store-services.ts";

export interface CatalogueService extends ServiceRow {
  /** The service itself and those its tokens may be forwarded to. */
  readonly audience: readonly string[];
  /** Where the app switcher opens it: the operator's local address, else that of its manifest. Null: nowhere. */
  readonly opensAt: string | null;
}

const opensAt = ({ surfaceKind, launchable, launchUrl, localLaunchUrl }: ServiceRow): string | null =>
  surfaceKind === "application" ? (localLaunchUrl ?? (launchable ? launchUrl : null)) : null;

export interface KeyScope {
  readonly id: string;
  /** `serviceId.scope`. */
  readonly key: string;
  readonly serviceId: string;
  readonly permissions: readonly string[];
  readonly deprecated: boolean;
}

/** The service registry and its permissions as of one version. */
export interface Catalogue {
  readonly version: bigint;
  readonly services: ReadonlyMap<string, CatalogueService>;
  /** Of our own pages, which may use Auth's cookie. */
  readonly origins: readonly OriginRow[];
  /** Of pages of third parties, which may read answers of OAuth. */
  readonly oauthOrigins: ReadonlySet<string>;
  /** Every permission of an active service, sorted. */
  readonly permissions: readonly string[];
  readonly permissionById: ReadonlyMap<string, string>;
  /** Permissions of the default bundles by role. */
  readonly defaultsByRole: ReadonlyMap<string, ReadonlySet<string>>;
  readonly bundleById: ReadonlyMap<string, ReadonlySet<string>>;
  readonly scopeById: ReadonlyMap<string, KeyScope>;
  readonly scopeByKey: ReadonlyMap<string, KeyScope>;
}

/** The service to which a permission belongs. */
export const serviceOf = (permission: string): string => permission.slice(0, permission.indexOf("."));

const liveKeys = (rows: readonly { permission: { key: string | null; deprecatedAt: Date | null } }[]): string[] =>
  rows.flatMap(({ permission }) => (permission.key === null || permission.deprecatedAt ? [] : [permission.key]));

/** Where the pages of a client without a secret are: it is one that runs in the browser it returns to. */
const pageOrigins = ({ type, redirectUris }: ServiceRow["clients"][number]): string[] =>
  type === "public" ? redirectUris.map((uri) => new URL(uri).origin) : [];

const splitOrigins = (
  services: readonly ServiceRow[],
  origins: readonly OriginRow[],
): Pick<Catalogue, "origins" | "oauthOrigins"> => {
  const others = services.filter(({ firstParty }) => !firstParty);
  const isOthers = ({ serviceId }: OriginRow): boolean => others.some(({ id }) => id === serviceId);
  const ofActive = others.filter(({ status }) => status === "active");
  return {
    origins: origins.filter((row) => !isOthers(row)),
    oauthOrigins: new Set([
      ...ofActive.flatMap(({ clients }) => clients.flatMap(pageOrigins)),
      ...origins.flatMap(({ serviceId, origin }) =>
        origin !== null && ofActive.some(({ id }) => id === serviceId) ? [origin] : [],
      ),
    ]),
  };
};

export const buildCatalogue = ({ version, services: rows, origins }: CatalogueRows): Catalogue => {
  const own = rows.filter(({ firstParty }) => firstParty).map(({ id }) => id);
  const services = rows.map((row) => ({
    ...row,
    // What such an app may reach is its person's, and their organization's, to say.
    audience: [row.id, ...(row.id === unregisteredAppsService ? own : row.calls).filter((id) => id !== row.id)],
    opensAt: opensAt(row),
  }));
  const active = services.filter(({ status }) => status === "active");
  const permissions = active.flatMap((service) => liveKeys(service.permissions.map((permission) => ({ permission }))));
  const bundles = active.flatMap(({ roleBundles }) => roleBundles);
  const defaultsByRole = new Map<string, Set<string>>();
  for (const bundle of bundles) {
    if (!bundle.isDefault || bundle.role === null) continue;
    const set = defaultsByRole.get(bundle.role) ?? new Set();
    for (const key of liveKeys(bundle.permissions)) set.add(key);
    defaultsByRole.set(bundle.role, set);
  }
  const scopes = active.flatMap(({ id: serviceId, apiKeyScopes }) =>
    apiKeyScopes.map((scope): KeyScope => ({
      id: scope.id,
      key: `${serviceId}.${scope.scope}`,
      serviceId,
      permissions: liveKeys(scope.permissions),
      deprecated: scope.deprecatedAt !== null,
    })),
  );
  return {
    version,
    services: new Map(services.map((service) => [service.id, service])),
    ...splitOrigins(services, origins),
    permissions: permissions.sort(),
    permissionById: new Map(
      active.flatMap((service) =>
        service.permissions.flatMap(({ id, key, deprecatedAt }) =>
          key === null || deprecatedAt ? [] : [[id, key] as const],
        ),
      ),
    ),
    defaultsByRole,
    bundleById: new Map(bundles.map((bundle) => [bundle.id, new Set(liveKeys(bundle.permissions))])),
    scopeById: new Map(scopes.map((scope) => [scope.id, scope])),
    scopeByKey: new Map(scopes.map((scope) => [scope.key, scope])),
  };
};

/** Holds the catalog in memory and reads it again when its version has moved. */
export interface CatalogueCache {
  /** At least as new as the version, which a validation has just read from the database. */
  readonly atLeast: (version: bigint) => Catalogue | Promise<Catalogue>;
  /** At most a second old. */
  readonly recent: () => Promise<Catalogue>;
}

const recentMs = 1_000;

export const createCatalogueCache = async (db: AuthDatabase, clock: Clock): Promise<CatalogueCache> => {
  let current = buildCatalogue(await loadCatalogueRows(db));
  let checkedAt = clock.monotonic();
  let reloading: Promise<Catalogue> | undefined;

  const reload = (): Promise<Catalogue> => {
    reloading ??= loadCatalogueRows(db)
      .then((rows) => {
        if (rows.version > current.version) current = buildCatalogue(rows);
        return current;
      })
      .finally(() => {
        reloading = undefined;
      });
    return reloading;
  };

  const catchUp = async (version: bigint): Promise<Catalogue> => {
    const loaded = await reload();
    return loaded.version >= version ? loaded : reload();
  };

  return {
    atLeast: (version) => (current.version >= version ? current : catchUp(version)),
    recent: async () => {
      if (clock.monotonic() - checkedAt < recentMs) return current;
      const version = await loadCatalogueVersion(db);
      checkedAt = clock.monotonic();
      return current.version >= version ? current : catchUp(version);
    },
  };
};
