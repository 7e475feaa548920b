import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Manifest } from "../identity/catalogue/manifest.ts";
import { listProcedures } from "../transport/trpc/procedure-list.ts";

const file = join(import.meta.dirname, "..", "identity", "manifests", "nexus.json");
const manifest = Manifest.parse(JSON.parse(await readFile(file, "utf8")));
const declared = new Set(manifest.permissions.map(({ permission }) => permission));
const asked = [...new Set(listProcedures().flatMap(({ permissions }) => permissions))].sort();

test("every permission that a door asks for is in the manifest that Nexus ships [N8, E8]", () => {
  expect(asked.length).toBeGreaterThan(5);
  expect(asked.filter((permission) => !declared.has(permission))).toEqual([]);
});

test("each can be held: by the owner's bundle, and read and use by an API key's scope [N8]", () => {
  const owner = new Set(
    manifest.role_bundles.filter(({ role }) => role === "owner").flatMap(({ permissions }) => permissions),
  );
  const scoped = new Set(manifest.api_key_scopes.flatMap(({ permissions }) => permissions));
  expect(asked.filter((permission) => !owner.has(permission))).toEqual([]);
  expect(asked.filter((permission) => /\.(?:ai|usage):/.test(permission) && !scoped.has(permission))).toEqual([]);
  expect(manifest.api_key_scopes.length).toBeGreaterThan(0);
});

test("it is registered under the id that the gateway validates with [N8, X12]", () => {
  expect(manifest).toMatchObject({ id: "srv_nexus", first_party: true, surface_kind: "api", launchable: false });
  for (const permission of declared) expect(permission).toMatch(/^srv_nexus\.[a-z][a-z0-9-]*:[a-z][a-z0-9-]*$/);
});
