import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { listProcedures } from "../../server/transport/trpc/procedure-list.ts";
import { markdownTable } from "./table.ts";

const Manifest = z.object({
  permissions: z.array(z.object({ permission: z.string(), description: z.string() })),
  role_bundles: z.array(z.object({ role: z.string(), permissions: z.array(z.string()) })),
  api_key_scopes: z.array(z.object({ scope: z.string(), permissions: z.array(z.string()) })),
});

const manifestFile = join(import.meta.dirname, "..", "..", "server", "identity", "manifests", "nexus.json");

const code = (text: string): string => `\`${text}\``;

/** docs/generated/permissions.md */
export const permissionsPage = async (): Promise<string> => {
  const { permissions, role_bundles, api_key_scopes } = Manifest.parse(
    JSON.parse(await readFile(manifestFile, "utf8")),
  );
  const procedures = listProcedures();
  return [
    "# Permissions",
    "",
    "What each operation needs, and who has it: the roles to which it is given by default, and the scopes of API keys that include it. " +
      "The OpenAI- and Anthropic-compatible doors under `/v1` need `srv_nexus.ai:invoke`, and `srv_nexus.ai:read` for the list of models.",
    "",
    markdownTable(
      ["Permission", "What it allows", "Roles", "API key scopes"],
      permissions.map(({ permission, description }) => [
        code(permission),
        description,
        role_bundles
          .filter((bundle) => bundle.permissions.includes(permission))
          .map(({ role }) => role)
          .join(", ") || "–",
        api_key_scopes
          .filter((scope) => scope.permissions.includes(permission))
          .map(({ scope }) => code(`srv_nexus.${scope}`))
          .join(", ") || "–",
      ]),
    ),
    "",
    "## Operations",
    "",
    markdownTable(
      ["Operation", "REST", "Permission"],
      procedures.map(({ name, rest, permissions: any }) => [
        code(name),
        code(`${rest.method} ${rest.path}`),
        any.map(code).join(" or "),
      ]),
    ),
    "",
  ].join("\n");
};
