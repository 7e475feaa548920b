import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { formsOf } from "../e2e/faults/canary.ts";
import { scanFiles, scanTables } from "./canary-scan.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";
import { canaryKey } from "./canary-key.ts";

const secret = `sk-canary-scan_${randomBytes(18).toString("base64url")}`;
let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query("create table nexus.leak (id int, words text[], document jsonb, bytes bytea)");
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const leak = async (column: string, value: unknown): Promise<void> => {
  await client.query("delete from nexus.leak");
  await client.query(`insert into nexus.leak (id, ${column}) values (1, $1)`, [value]);
};

const spellings = [...formsOf(secret)].map(([form, spelled]) => ({ form, spelled }));

it.each(spellings)("finds $form in a list, in JSON and in bytes", async ({ spelled }) => {
  const inside = `before ${spelled} after`;
  for (const [column, value] of [
    ["words", ["x", inside]],
    ["document", JSON.stringify({ deep: [{ note: inside }] })],
    ["bytes", Buffer.from(inside)],
  ] as const) {
    await leak(column, value);
    expect(await scanTables(database.url, secret)).toEqual({ found: ["nexus.leak"], skipped: [] });
  }
});

it("finds nothing where nothing leaked, and takes no character for any other", async () => {
  await leak("words", [secret.replaceAll("_", "x").slice(0, -9), secret.slice(0, -9)]);
  expect(await scanTables(database.url, secret)).toEqual({ found: [], skipped: [] });
});

it("names a table that cannot be read in time", async () => {
  const locking = new pg.Client({ connectionString: database.url });
  await locking.connect();
  await locking.query("begin; lock table nexus.leak in access exclusive mode");
  expect(await scanTables(database.url, secret)).toEqual({ found: [], skipped: ["nexus.leak"] });
  await locking.end();
});

it("a suite whose database holds the run's vendor key fails when it drops it", async () => {
  const leaking = await createTestDatabase();
  const writer = new pg.Client({ connectionString: leaking.url });
  await writer.connect();
  await writer.query("create table auth.leak (note text)");
  await writer.query("insert into auth.leak values ($1)", [Buffer.from(`x${canaryKey()}`).toString("base64")]);
  await writer.end();
  await expect(leaking.drop()).rejects.toThrow("auth.leak");
  await expect(leaking.drop()).resolves.toBeUndefined();
});

it("finds the secret in a file, however deep", async () => {
  const folder = await mkdtemp(join(tmpdir(), "nexus-scan-"));
  await mkdir(join(folder, "a", "b"), { recursive: true });
  await writeFile(join(folder, "fine.log"), "nothing\n");
  await writeFile(join(folder, "a", "b", "bad.log"), `{"msg":"${Buffer.from(secret).toString("hex")}"}\n`);
  const { files, found } = await scanFiles(folder, { name: "secret", secret });
  expect(files).toBe(2);
  expect(found).toEqual([`${join(folder, "a", "b", "bad.log")} (hex)`]);
  await rm(folder, { recursive: true });
});
