import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTestDatabase } from "../../test/database.ts";
import { readEnv, type Env } from "../platform/env.ts";
import { openFilesOf } from "../platform/private-file.ts";
import { explainStartError } from "./explain-start-error.ts";
import { findSecrets, secretsOf } from "./secrets-of.ts";

const env = readEnv({});
let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "nexus-secrets-"));
  file = join(folder, "secrets.json");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const refusal = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return explainStartError(error, true) ?? `not explained: ${String(error)}`;
};

/** As it is once a first start has come so far. */
const makeCluster = async (): Promise<void> => {
  await mkdir(join(folder, "postgres"), { recursive: true });
  await writeFile(join(folder, "postgres", "PG_VERSION"), "18\n");
};

test("made once, whole, for their owner alone; a start that was killed right after goes on with them", async () => {
  expect(await findSecrets(env, folder)).toBeUndefined();
  const made = await secretsOf(env, folder);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(["secrets.json"]);
  expect(await secretsOf(env, folder)).toEqual(made);
  await makeCluster();
  expect(await secretsOf(env, folder)).toEqual(made);
});

test("missing beside a database, they are named and not made anew; put back, or set, they are taken", async () => {
  const made = await secretsOf(env, folder);
  const kept = await readFile(file);
  await makeCluster();
  await rm(file);
  for (const find of [findSecrets, secretsOf]) {
    const told = await refusal(find(env, folder));
    expect(told).toContain(`${file} is missing, and the database in ${join(folder, "postgres")} was sealed`);
    expect(told).toMatch(/set NEXUS_ENCRYPTION_KEYS, AUTH_ENCRYPTION_KEY, NEXUS_TOKEN_PEPPER, NEXTAUTH_SECRET to/);
  }
  expect(await readdir(folder)).toEqual(["postgres"]);
  const set: Env = {
    ...env,
    NEXUS_ENCRYPTION_KEYS: made.encryptionKeys,
    AUTH_ENCRYPTION_KEY: made.authEncryptionKey,
    NEXUS_TOKEN_PEPPER: made.tokenPepper,
    NEXTAUTH_SECRET: made.dashboardSecret,
  };
  expect(await secretsOf(set, folder)).toEqual(made);
  expect(await readdir(folder)).toEqual(["postgres"]);
  await writeFile(file, kept);
  expect(await secretsOf(env, folder)).toEqual(made);
});

test("cut off after any number of bytes, the file is refused by name and left as it is", async () => {
  await secretsOf(env, folder);
  const whole = await readFile(file, "utf8");
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: whole.trimEnd().length - 1 }), async (bytes) => {
      const cut = whole.slice(0, bytes);
      await writeFile(file, cut);
      expect(await refusal(secretsOf(env, folder))).toMatch(
        /secrets\.json (is empty|is cut off or damaged)\. .*no new ones were made.*Restore the file/,
      );
      expect(await readFile(file, "utf8")).toBe(cut);
    }),
  );
});

test("a folder in its place is named, and left", async () => {
  await mkdir(file);
  await writeFile(join(folder, "postgres.json"), "{}");
  expect(await refusal(secretsOf(env, folder))).toMatch(/secrets\.json is a folder\. .*Restore the file/);
});

const names = ["encryptionKeys", "authEncryptionKey", "tokenPepper", "dashboardSecret"] as const;

test("a secret that is missing, cut off or something else is named", async () => {
  const made = await secretsOf(env, folder);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...names),
      fc.oneof(
        fc.constantFrom<unknown>(undefined, null, 7, {}, "", "k1:", "changeme"),
        fc.integer({ min: 1, max: 20 }).map((missing) => missing),
      ),
      async (name, odd) => {
        const value = typeof odd === "number" && odd !== 7 ? made[name].slice(0, -odd) : odd;
        await writeFile(file, JSON.stringify({ ...made, [name]: value }));
        expect(await refusal(secretsOf(env, folder))).toContain(`${file} lacks a usable ${name}.`);
      },
    ),
  );
});

test("a file that this user may not read is named with what to do", async () => {
  await secretsOf(env, folder);
  const root = process.getuid?.() === 0;
  if (root) process.seteuid?.(65_534);
  else await (await import("node:fs/promises")).chmod(file, 0o000);
  try {
    expect(await refusal(secretsOf(env, folder))).toMatch(
      /secrets\.json.*this user may not use it\. Give it to the user/,
    );
  } finally {
    if (root) process.seteuid?.(0);
  }
});

test("files that others may read are named", async () => {
  await secretsOf(env, folder);
  expect(await openFilesOf(folder)).toEqual([]);
  await writeFile(join(folder, "postgres.json"), "{}", { mode: 0o644 });
  expect(await openFilesOf(folder)).toEqual(["postgres.json"]);
});

test("a database elsewhere that was sealed is not given new secrets; one that was not is, for each part by itself", async () => {
  const database = await createTestDatabase();
  const at = readEnv({ DATABASE_URL: database.url });
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    expect(await findSecrets(at, folder)).toBeUndefined();
    await client.query(
      "insert into auth.signing_keys (kid, alg, public_jwk, private_jwk_sealed, status) values ('k', 'ES256', '{}', 'v1.x.y.z', 'active')",
    );
    expect(await refusal(secretsOf(at, folder))).toContain("the database at DATABASE_URL was sealed");
    expect(await refusal(secretsOf(at, folder, "auth"))).toContain("set AUTH_ENCRYPTION_KEY, NEXTAUTH_SECRET to");
    expect(await readdir(folder)).toEqual([]);
    // A gateway whose Auth is elsewhere has no part in what that one sealed.
    expect(await findSecrets({ ...at, TOPOLO_AUTH_URL: "https://auth.example" }, folder)).toBeUndefined();
  } finally {
    await client.end();
    await database.drop();
  }
});
