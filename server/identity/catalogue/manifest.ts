import { createHash } from "node:crypto";
import { z } from "zod";
import { isPlainWebAddress } from "./launch-address.ts";
import { displayName } from "../../platform/display-name.ts";
import { ManifestClient, permissionForm } from "./manifest-client.ts";

const serviceId = z.string().regex(/^srv_[a-z0-9_]{1,60}$/);
const permission = z.string().max(200).regex(permissionForm);
const name = displayName().min(1);
const description = z.string().max(500);
const permissions = z.array(permission).max(500);
const role = z.enum(["owner", "super_admin", "admin", "member", "guest"]);

/** What a service says of itself: the one source of its catalog rows. */
export const Manifest = z
  .strictObject({
    id: serviceId.describe("Never changes"),
    version: z.int().positive().describe("Grows with every change"),
    slug: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
      .describe("Short name, no other service's"),
    name: name.describe("As people know it"),
    description,
    surface_kind: z.enum(["application", "api", "runtime", "internal"]),
    surface_group: z.string().min(1).max(60).describe("Where lists put it, for example `apps`"),
    launchable: z.boolean().describe("Whether the app switcher shows it"),
    launch_url: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .nullable(),
    docs_url: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .nullable(),
    first_party: z
      .boolean()
      .describe("Of this deployment's own: no consent is asked, and its origins may use Auth's cookie"),
    default_access: z.boolean().describe("Whether new organizations receive access"),
    calls: z.array(serviceId).max(50).describe("Services to which this one's access tokens may be forwarded"),
    origins: z
      .array(
        z
          .string()
          .max(300)
          .regex(/^https?:\/\/[a-z0-9.-]+(:[0-9]{1,5})?$/),
      )
      .max(50)
      .describe("Browser origins of its pages; calls from them count for it"),
    pages_projects: z
      .array(z.strictObject({ project: z.string().regex(/^[a-z0-9][a-z0-9-]{0,57}$/), allow_previews: z.boolean() }))
      .max(50)
      .describe("Pages projects whose domains, and previews, count as its origins"),
    permissions: z.array(z.strictObject({ permission, description })).max(500),
    role_bundles: z
      .array(z.strictObject({ name, role: role.nullable(), permissions }))
      .max(50)
      .describe("Permissions given together; with a role, to everybody who has it"),
    api_key_scopes: z
      .array(
        z.strictObject({
          scope: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
          description,
          permissions,
          bindable_resource_type: name.optional(),
        }),
      )
      .max(100),
    bindable_resource_types: z.array(z.strictObject({ type: name, label: name })).max(50),
    clients: z.array(ManifestClient).max(10).optional().describe("OAuth clients; left out, those registered stay"),
  })
  .superRefine((manifest, context) => {
    const own = new Set(manifest.permissions.map((row) => row.permission));
    const used = [...manifest.role_bundles, ...manifest.api_key_scopes].flatMap((row) => row.permissions);
    for (const key of own)
      if (!key.startsWith(`${manifest.id}.`)) context.addIssue(`${key} belongs to another service`);
    for (const key of used) if (!own.has(key)) context.addIssue(`${key} is not in the permission list`);
    for (const { client_id: id } of manifest.clients ?? [])
      if (id.startsWith("srv_") && id !== manifest.id) context.addIssue(`${id} is the client of another service`);
    const callable = new Set([manifest.id, ...manifest.calls]);
    for (const { client_id: id, scopes = [] } of manifest.clients ?? []) {
      if (manifest.first_party && scopes.length > 0)
        context.addIssue(`${id} is the client of a first-party service, which needs no scopes`);
      for (const scope of scopes) {
        const serviceId = scope.slice(0, scope.indexOf("."));
        if (!callable.has(serviceId)) context.addIssue(`${scope} belongs to a service that is not in calls`);
        if (serviceId === manifest.id && !own.has(scope)) context.addIssue(`${scope} is not in the permission list`);
      }
    }
    if (manifest.launchable && manifest.surface_kind !== "application")
      context.addIssue("only applications are launchable");
    if (manifest.launchable && (manifest.launch_url === null || !isPlainWebAddress(manifest.launch_url)))
      context.addIssue({
        code: "custom",
        path: ["launch_url"],
        message: "an https address without user, fragment or parameters of a sign-in, for an app that is launchable",
      });
  });
export type Manifest = z.infer<typeof Manifest>;

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
};

/** SHA-256 over the manifest with sorted keys, whatever its layout in the file. */
export const manifestSha256 = (manifest: Manifest): string =>
  createHash("sha256")
    .update(JSON.stringify(sorted(manifest)))
    .digest("hex");
