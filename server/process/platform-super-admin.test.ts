import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readEnv } from "../platform/env.ts";
import { platformSuperAdminOf, recorderOfPlatformSuperAdmin } from "./platform-super-admin.ts";

const first = `usr_${"0".repeat(32)}`;
let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "nexus-admin-"));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const local = readEnv({ NODE_ENV: "development" });

test("a local first run records the account, for its owner alone, and knows it again", async () => {
  expect(await platformSuperAdminOf(local, dataDir)).toBeUndefined();
  await recorderOfPlatformSuperAdmin(local, dataDir)?.(first);
  expect(await platformSuperAdminOf(local, dataDir)).toBe(first);
  expect((await stat(join(dataDir, "platform-super-admin"))).mode & 0o777).toBe(0o600);
});

test("what is no account's id counts for nobody", async () => {
  for (const text of ["", "*", "usr_", `${first} ${first}`, first.toUpperCase()]) {
    await writeFile(join(dataDir, "platform-super-admin"), text);
    expect([text, await platformSuperAdminOf(local, dataDir)]).toEqual([text, undefined]);
  }
});

test.each([
  ["in production", { ...local, NODE_ENV: "production" as const }, undefined],
  ["with an Auth elsewhere", { ...local, TOPOLO_AUTH_URL: "http://localhost:9" }, undefined],
  ["where the setting names another", { ...local, NEXUS_PLATFORM_SUPER_ADMIN_USER_ID: "usr_other" }, "usr_other"],
])("%s the setting alone counts, and nothing is recorded", async (_, env, counts) => {
  await recorderOfPlatformSuperAdmin(local, dataDir)?.(first);
  expect(recorderOfPlatformSuperAdmin(env, dataDir)).toBeUndefined();
  expect(await platformSuperAdminOf(env, dataDir)).toBe(counts);
  expect(await readFile(join(dataDir, "platform-super-admin"), "utf8")).toBe(`${first}\n`);
});
