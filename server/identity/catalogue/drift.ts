import { isDeepStrictEqual } from "node:util";
import type { CatalogueService } from "./catalogue.ts";
import { manifestSha256, type Manifest } from "./manifest.ts";

/** One difference between a checked-in manifest and the stored rows. */
export interface Drift {
  readonly serviceId: string;
  /** The part that differs, or `missing`, `digest`. */
  readonly part: string;
}

const byText = <T>(rows: readonly T[], text: (row: T) => string): T[] =>
  [...rows].sort((a, b) => (text(a) < text(b) ? -1 : 1));
const keysOf = (rows: readonly { permission: { key: string | null } }[]): string[] =>
  rows.flatMap(({ permission }) => permission.key ?? []).sort();

const storedParts = (service: CatalogueService) => ({
  facts: [
    service.slug,
    service.name,
    service.description,
    service.surfaceKind,
    service.surfaceGroup,
    service.launchable,
    service.launchUrl,
    service.docsUrl,
    service.firstParty,
    service.defaultAccess,
    service.calls,
  ],
  permissions: byText(
    service.permissions
      .filter(({ deprecatedAt }) => !deprecatedAt)
      .map(({ key, description }) => [key ?? "", description] as const),
    ([key]) => key,
  ),
  role_bundles: byText(
    service.roleBundles.map(({ name, role, permissions }) => ({ name, role, permissions: keysOf(permissions) })),
    ({ name }) => name,
  ),
  api_key_scopes: byText(
    service.apiKeyScopes
      .filter(({ deprecatedAt }) => !deprecatedAt)
      .map(({ scope, description, bindableResourceType, permissions }) => ({
        scope,
        description,
        type: bindableResourceType,
        permissions: keysOf(permissions),
      })),
    ({ scope }) => scope,
  ),
  bindable_resource_types: byText(
    service.bindableResourceTypes.map(({ type, label }) => [type, label] as const),
    ([type]) => type,
  ),
  origins: [
    ...service.origins.flatMap(({ origin }) => origin ?? []),
    ...service.origins.flatMap(({ pagesProject, allowPreviews }) =>
      pagesProject === null ? [] : [`${pagesProject} ${allowPreviews}`],
    ),
  ].sort(),
});

const manifestParts = (manifest: Manifest): ReturnType<typeof storedParts> => ({
  facts: [
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
  ],
  permissions: byText(
    manifest.permissions.map(({ permission, description }) => [permission, description] as const),
    ([key]) => key,
  ),
  role_bundles: byText(
    manifest.role_bundles.map(({ name, role, permissions }) => ({ name, role, permissions: permissions.toSorted() })),
    ({ name }) => name,
  ),
  api_key_scopes: byText(
    manifest.api_key_scopes.map(({ scope, description, bindable_resource_type, permissions }) => ({
      scope,
      description,
      type: bindable_resource_type ?? null,
      permissions: permissions.toSorted(),
    })),
    ({ scope }) => scope,
  ),
  bindable_resource_types: byText(
    manifest.bindable_resource_types.map(({ type, label }) => [type, label] as const),
    ([type]) => type,
  ),
  origins: [
    ...manifest.origins,
    ...manifest.pages_projects.map(({ project, allow_previews }) => `${project} ${allow_previews}`),
  ].sort(),
});

/** Compares manifests with what the database holds; empty where they agree. */
export const findDrift = (
  manifests: readonly Manifest[],
  services: ReadonlyMap<string, CatalogueService>,
): readonly Drift[] =>
  manifests.flatMap((manifest): Drift[] => {
    const service = services.get(manifest.id);
    if (!service) return [{ serviceId: manifest.id, part: "missing" }];
    const expected = manifestParts(manifest);
    const found = storedParts(service);
    const parts = Object.entries(expected).filter(
      ([part, value]) => !isDeepStrictEqual(value, Object.entries(found).find(([name]) => name === part)?.[1]),
    );
    return [
      ...(service.manifestSha256 === manifestSha256(manifest) ? [] : [{ serviceId: manifest.id, part: "digest" }]),
      ...parts.map(([part]) => ({ serviceId: manifest.id, part })),
    ];
  });
