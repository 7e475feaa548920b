import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { openApiDocument } from "../server/transport/rest/openapi.ts";
import { anthropicBetasPage } from "./docs/anthropic-betas-page.ts";
import { authOpenApi } from "./docs/auth-openapi.ts";
import { callOutcomesPage } from "./docs/call-outcomes-page.ts";
import { connectPage } from "./docs/connect-page.ts";
import { configurationPage, envExample } from "./docs/configuration-page.ts";
import { errorsDocument } from "./docs/errors-document.ts";
import { findBrokenLinks } from "./docs/find-broken-links.ts";
import { findStaleNames } from "./docs/find-stale-names.ts";
import { manifestPage } from "./docs/manifest-page.ts";
import { operationMatrixPage } from "./docs/operation-matrix-page.ts";
import { permissionsPage } from "./docs/permissions-page.ts";
import { findRegistryProblems, servicePages } from "./docs/service-pages.ts";
import { testedClientsPage } from "./docs/tested-clients-page.ts";
import { vendorsPage } from "./docs/vendors-page.ts";
import { clientDeclaration } from "./packages/client-declaration.ts";
import { errorCodesModule } from "./packages/error-codes-module.ts";
import { vendorHostsModule } from "./packages/vendor-hosts-module.ts";
import { edgeCoveragePage } from "./generate-edge-coverage.ts";
import { findUncoveredRequirements, findUnknownCodes, identityCoveragePage } from "./generate-identity-coverage.ts";
import { identityRevocationPage, identityRolesPage } from "./generate-identity-matrices.ts";

// Writes every generated page. With --check it writes nothing, and fails where a page is out of date, a link is broken or
// a page names something that does not exist.

const root = join(import.meta.dirname, "..");

const pages: Readonly<Record<string, () => string | Promise<string>>> = {
  ".env.example": envExample,
  "client-sdk/src/audit/vendor-hosts.ts": vendorHostsModule,
  "client-sdk/src/nexus-error-codes.ts": errorCodesModule,
  "docs/generated/anthropic-betas.md": anthropicBetasPage,
  "docs/generated/call-outcomes.md": callOutcomesPage,
  "docs/generated/configuration.md": configurationPage,
  "docs/generated/connect.md": connectPage,
  "docs/generated/edge-coverage.md": edgeCoveragePage,
  "docs/generated/errors.md": errorsDocument,
  "docs/generated/identity-coverage.md": identityCoveragePage,
  "docs/generated/identity-revocation.md": identityRevocationPage,
  "docs/generated/identity-roles.md": identityRolesPage,
  "docs/generated/manifest.md": manifestPage,
  "docs/generated/operation-matrix.md": operationMatrixPage,
  "docs/generated/permissions.md": permissionsPage,
  "docs/generated/tested-clients.md": testedClientsPage,
  "docs/generated/vendors.md": vendorsPage,
  "docs/generated/auth-openapi.json": () => `${JSON.stringify(authOpenApi(), null, 2)}\n`,
  "docs/generated/openapi.json": () => `${JSON.stringify(openApiDocument(), null, 2)}\n`,
};

const allPages = async (): Promise<[string, string][]> => [
  ...(await Promise.all(
    Object.entries(pages).map(async ([path, make]): Promise<[string, string]> => [path, await make()]),
  )),
  ...Object.entries(await servicePages()),
];

const writePages = async (): Promise<void> => {
  for (const [path, page] of await allPages()) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), page);
  }
};

const stalePages = async (): Promise<string[]> => {
  const stale: string[] = [];
  for (const [path, page] of await allPages()) {
    if ((await readFile(join(root, path), "utf8").catch(() => "")) !== page) stale.push(path);
  }
  return stale;
};

if (process.argv.includes("--check")) {
  const stale = await stalePages();
  if (stale.length > 0) console.error(`Out of date: ${stale.join(", ")}. Run npm run docs.`);
  const broken = await findBrokenLinks(root);
  if (broken.length > 0) console.error(`Links that lead nowhere:\n${broken.map((link) => `  ${link}`).join("\n")}`);
  const names = await findStaleNames(root);
  if (names.length > 0) console.error(`Names of what does not exist:\n${names.map((name) => `  ${name}`).join("\n")}`);
  const uncovered = await findUncoveredRequirements();
  if (uncovered.length > 0) console.error(`Requirements without a test: ${uncovered.join(", ")}.`);
  const unknown = await findUnknownCodes();
  if (unknown.length > 0) console.error(`Codes of test titles that no requirement explains: ${unknown.join(", ")}.`);
  const registry = await findRegistryProblems(root);
  if (registry.length > 0)
    console.error(`The service registry:\n${registry.map((problem) => `  ${problem}`).join("\n")}`);
  const declared = await clientDeclaration(root);
  if (declared.undocumented.length > 0)
    console.error(
      `Fields that editors would show no documentation of. Add .describe(…) to their schema:\n${declared.undocumented.map((field) => `  ${field}`).join("\n")}`,
    );
  if (declared.restated.length > 0)
    console.error(
      `Fields whose documentation only restates their name. Say what they mean:\n${declared.restated.map((field) => `  ${field}`).join("\n")}`,
    );
  if (declared.stale.length > 0)
    console.error(
      `scripts/packages/field-docs.ts tells of fields that there are none of: ${declared.stale.join(", ")}.`,
    );
  const problems = [
    stale,
    broken,
    names,
    uncovered,
    unknown,
    registry,
    declared.undocumented,
    declared.restated,
    declared.stale,
  ];
  if (problems.some(({ length }) => length > 0)) process.exitCode = 1;
} else {
  await writePages();
}
