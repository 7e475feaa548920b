import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findStaleNames } from "./find-stale-names.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "names-"));
  await mkdir(join(root, "server", "gateway"), { recursive: true });
  await writeFile(join(root, "package.json"), '{ "scripts": { "docs": "x" } }');
  await writeFile(join(root, "server", "gateway", "call.ts"), 'export const tryRoutes = process.env["NEXUS_PORT"];\n');
});
afterEach(() => rm(root, { recursive: true }));

const check = async (text: string): Promise<readonly string[]> => {
  await writeFile(join(root, "README.md"), text);
  return findStaleNames(root);
};

test("files, folders, placeholders, scripts, identifiers and settings that exist are fine", async () => {
  expect(
    await check(
      "`server/gateway/call.ts` `gateway/call.ts` `call.ts` `server/gateway` `server/<part>/` `server/**/call.ts` `npm run docs` `npm start` `tryRoutes` `NEXUS_PORT`\n",
    ),
  ).toEqual([]);
});

test("those that do not exist are named with the page", async () => {
  expect(
    await check(
      "`server/gateway/leg.ts` `pursue-routes.ts` `server/rooms` `npm run doc` `pursueRoutes` `NEXUS_PORTS`\n",
    ),
  ).toEqual(
    ["server/gateway/leg.ts", "pursue-routes.ts", "server/rooms", "doc", "pursueRoutes", "NEXUS_PORTS"].map(
      (name) => `README.md: ${name}`,
    ),
  );
});

test("other spans, code blocks, the changelog and generated pages are not checked", async () => {
  await mkdir(join(root, "docs", "generated"), { recursive: true });
  await writeFile(join(root, "docs", "generated", "page.md"), "`oldName`\n");
  await writeFile(join(root, "CHANGELOG.md"), "`oldName`\n");
  expect(await check("`max_tokens` `vendor/model` `.ts` `POST /api/keys`\n\n```ts\noldName();\n```\n")).toEqual([]);
});
