import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { manifestSha256, type Manifest } from "../../server/identity/catalogue/manifest.ts";
import { readManifests } from "../../server/identity/catalogue/read-manifests.ts";
import { unregisteredAppsService } from "../../server/identity/client-documents/unregistered-apps.ts";
import { markdownTable } from "./table.ts";

const folder = "docs/services";

const code = (text: string): string => `\`${text}\``;
const orDash = (text: string): string => (text === "" ? "–" : text);
const codes = (texts: readonly string[]): string => orDash(texts.map(code).join(", "));

const stampOf = (manifest: Manifest): string =>
  `Manifest version ${manifest.version}, SHA-256 ${code(manifestSha256(manifest))}.`;
const stampForm = /^Manifest version (\d+), SHA-256 `([0-9a-f]{64})`\.$/m;

const facts = (manifest: Manifest): string =>
  markdownTable(
    ["", ""],
    [
      ["Service id", code(manifest.id)],
      ["Surface", `${manifest.surface_kind}, group ${code(manifest.surface_group)}`],
      ["Launched from the app switcher", manifest.launchable ? (manifest.launch_url ?? "yes") : "no"],
      ["Documentation", orDash(manifest.docs_url ?? "")],
      ["New organizations may use it", manifest.default_access ? "yes" : "no"],
      ["Its tokens may be forwarded to", codes(manifest.calls)],
      ["Browser origins", codes(manifest.origins)],
      [
        "Pages projects",
        codes(
          manifest.pages_projects.map(
            ({ project, allow_previews }) => `${project}${allow_previews ? " and previews" : ""}`,
          ),
        ),
      ],
    ],
  );

/** What a service offers, from its manifest. */
const servicePage = (manifest: Manifest): string =>
  [
    `# ${manifest.name}`,
    "",
    `${manifest.description}.`,
    "",
    facts(manifest),
    "",
    "## Permissions",
    "",
    markdownTable(
      ["Permission", "What it allows", "Default roles"],
      manifest.permissions.map(({ permission, description }) => [
        code(permission),
        description,
        orDash(
          manifest.role_bundles
            .filter(({ role, permissions }) => role !== null && permissions.includes(permission))
            .map(({ role }) => role)
            .join(", "),
        ),
      ]),
    ),
    "",
    "## API-key scopes",
    "",
    markdownTable(
      ["Scope", "What it allows", "Permissions", "Bound to"],
      manifest.api_key_scopes.map(({ scope, description, permissions, bindable_resource_type }) => [
        code(`${manifest.id}.${scope}`),
        description,
        codes(permissions),
        bindable_resource_type === undefined ? "–" : code(bindable_resource_type),
      ]),
    ),
    "",
    "## Clients",
    "",
    markdownTable(
      ["Client", "Type", "Grants"],
      [
        [code(manifest.id), "confidential", codes(["client_credentials"])],
        ...(manifest.clients ?? [])
          .filter(({ client_id }) => client_id !== manifest.id)
          .map(({ client_id, type, grant_types }) => [code(client_id), type, codes(grant_types)]),
      ],
    ),
    "",
    stampOf(manifest),
    "",
  ].join("\n");

/** A page for each service of the checked-in manifests, by path. */
export const servicePages = async (): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries(
    (await readManifests()).map((manifest) => [`${folder}/${manifest.slug}.md`, servicePage(manifest)] as const),
  );

const toGive = (manifest: Manifest): string[] => [
  ...(manifest.permissions.length === 0 ? ["permissions"] : []),
  ...(manifest.role_bundles.some(({ role }) => role !== null) ? [] : ["role bundles"]),
  ...(manifest.api_key_scopes.length === 0 ? ["API-key scopes"] : []),
];

/** What is internal gives nothing out. */
const lacking = (manifest: Manifest): string[] => [
  ...(manifest.surface_kind === "internal" ? [] : toGive(manifest)),
  ...(manifest.docs_url === null ? ["a documentation address"] : []),
];

const pagesOf = async (root: string): Promise<string[]> =>
  (await readdir(join(root, folder)).catch(() => [])).filter((file) => file.endsWith(".md"));

/** Files in which a service id is meant to name a registered service: pages, and what seeds the first run. */
const filesThatName = async (root: string): Promise<string[]> => {
  const below = async (path: string, form: RegExp): Promise<string[]> =>
    (await readdir(join(root, path), { recursive: true }))
      .filter((file) => form.test(file) && !/node_modules|\.test\.ts$/.test(file))
      .map((file) => `${path}/${file}`);
  return [
    "README.md",
    "server/identity/README.md",
    ...(await below("docs", /\.md$/)),
    ...(await below("packages", /README\.md$/)),
    ...(await below("server/process", /\.ts$/)),
    ...(await below("server/identity/manifests", /\.json$/)),
  ];
};

const serviceIds = /\bsrv_[a-z0-9_]*[a-z0-9]/g;

/** What recipes call the reader's own app. */
const example = "srv_myapp";

/** What is wrong with the registry as it is checked in, without a database: one line each. */
export const findRegistryProblems = async (root: string): Promise<readonly string[]> => {
  const manifests = await readManifests();
  const ids = new Set(manifests.map(({ id }) => id));
  const slugs = new Set(manifests.map(({ slug }) => `${slug}.md`));
  const problems = manifests.flatMap((manifest) =>
    lacking(manifest).map((part) => `${manifest.id} is not complete: its manifest has no ${part}`),
  );
  if (ids.size < manifests.length || slugs.size < manifests.length)
    problems.push("two manifests share an id or a slug");
  for (const file of await pagesOf(root))
    if (!slugs.has(file)) problems.push(`${folder}/${file} describes a service that no manifest has`);
  for (const manifest of manifests) {
    const page = await readFile(join(root, folder, `${manifest.slug}.md`), "utf8").catch(() => "");
    const [, version = "0", sha256 = ""] = stampForm.exec(page) ?? [];
    if (sha256 !== "" && sha256 !== manifestSha256(manifest) && Number(version) >= manifest.version)
      problems.push(`the manifest of ${manifest.id} changed without a new version`);
  }
  const known = new Set([...ids, unregisteredAppsService, example]);
  for (const file of await filesThatName(root)) {
    const named = new Set((await readFile(join(root, file), "utf8")).match(serviceIds));
    for (const id of named) if (!known.has(id)) problems.push(`${file} names ${id}, which no manifest registers`);
  }
  return problems;
};
