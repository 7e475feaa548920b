import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findRegistryProblems, servicePages } from "./service-pages.ts";

const root = join(import.meta.dirname, "..", "..");
let copy: string;

const write = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(copy, path)), { recursive: true });
  await writeFile(join(copy, path), text);
};

beforeEach(async () => {
  copy = await mkdtemp(join(tmpdir(), "service-pages-"));
  for (const path of ["README.md", "server/identity/README.md", "packages/README.md", "server/process/seed.ts"])
    await write(path, "srv_nexus");
  await write("server/identity/manifests/one.json", "{}");
  for (const [path, page] of Object.entries(await servicePages())) await write(path, page);
});
afterEach(() => rm(copy, { recursive: true, force: true }));

test("every checked-in manifest is complete, has its page, and no page or seed names another service [E1, E7]", async () => {
  expect(await findRegistryProblems(root)).toEqual([]);
  for (const [path, page] of Object.entries(await servicePages()))
    expect(await readFile(join(root, path), "utf8")).toBe(page);
});

test("an id that no manifest registers is found in pages and in seeds [E7]", async () => {
  expect(await findRegistryProblems(copy)).toEqual([]);
  await write("docs/guide.md", "Send `X-Service-ID: srv_roadmaper`.");
  await write("server/process/seed.ts", 'const serviceId = "srv_nexsu";');
  await write("docs/services/ghost.md", "# Ghost");
  expect(await findRegistryProblems(copy)).toEqual([
    "docs/services/ghost.md describes a service that no manifest has",
    "docs/guide.md names srv_roadmaper, which no manifest registers",
    "server/process/seed.ts names srv_nexsu, which no manifest registers",
  ]);
});

test("a manifest that changed under the same version is found [E2]", async () => {
  const path = "docs/services/nexus.md";
  const page = await readFile(join(copy, path), "utf8");
  await write(path, page.replace(/SHA-256 `[0-9a-f]{8}/, "SHA-256 `00000000"));
  expect(await findRegistryProblems(copy)).toEqual(["the manifest of srv_nexus changed without a new version"]);
  await write(
    path,
    page.replace(/Manifest version \d+, SHA-256 `[0-9a-f]{8}/, "Manifest version 0, SHA-256 `00000000"),
  );
  expect(await findRegistryProblems(copy)).toEqual([]);
});
