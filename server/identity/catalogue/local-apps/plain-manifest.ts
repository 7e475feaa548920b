import { Manifest } from "../manifest.ts";

/** The id of the service with that short name. */
const serviceIdOf = (slug: string): string => `srv_${slug.replaceAll("-", "_")}`;

/** The client through which an app signs people in where it is developed. */
export const localClientId = (slug: string): string => `${slug}-local`;

/** The least that makes an app of the operator's own: one permission, which every role has, and a scope for keys with it. */
export const plainManifest = (slug: string, name = slug): Manifest => {
  const id = serviceIdOf(slug);
  const use = `${id}.app:use`;
  return Manifest.parse({
    id,
    version: 1,
    slug,
    name,
    description: `${name}, registered at the command line`,
    surface_kind: "application",
    surface_group: "apps",
    launchable: false,
    launch_url: null,
    docs_url: null,
    first_party: true,
    default_access: false,
    calls: ["srv_nexus"],
    origins: [],
    pages_projects: [],
    permissions: [{ permission: use, description: `Use ${name}` }],
    role_bundles: (["owner", "super_admin", "admin", "member", "guest"] as const).map((role) => ({
      name: `${slug} ${role}`,
      role,
      permissions: [use],
    })),
    api_key_scopes: [{ scope: "use", description: `Use ${name}`, permissions: [use] }],
    bindable_resource_types: [],
  });
};
