import { randomBytes } from "node:crypto";
import { globSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { createNexusClient } from "@topolo/nexus-client";
import { Client } from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { verifySums } from "../../server/platform/ledger/index.ts";
import { eventually } from "../../test/eventually.ts";
import {
  freeAddresses,
  installation,
  runNexus,
  startInstallation,
  stopProduct,
  withClient,
  type Environment,
  type Run,
} from "../faults/installation.ts";
import type { ToldOfRelease } from "./live-in-it.ts";

/** What a release left, with the keys that are kept apart from the database. */
interface LeftOfRelease extends ToldOfRelease {
  readonly secrets: Readonly<Record<string, string>>;
  readonly clientSecret: string;
}

/** Every release whose data is kept, oldest first. */
const releases = globSync("*/told.json", { cwd: import.meta.dirname })
  .map(dirname)
  .toSorted();

let home: string;
const cleanup: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "nexus-upgrade-"));
});
afterAll(async () => {
  for (const step of cleanup.toReversed()) await step();
  await rm(home, { recursive: true, force: true });
});

/** A database as the release left it, but that what it kept for a time is not gone, however long ago that was. */
const databaseOf = async (release: string): Promise<string> => {
  const name = `upgrade_${randomBytes(6).toString("hex")}`;
  const admin = new Client({ connectionString: inject("postgresUrl").replace("DATABASE", "postgres") });
  await admin.connect();
  await admin.query(`create database ${name} template template0`);
  cleanup.push(async () => {
    await admin.query(`drop database if exists ${name} with (force)`);
    await admin.end();
  });
  const url = inject("postgresUrl").replace("DATABASE", name);
  for (const schema of ["nexus", "auth"]) {
    const dump = gunzipSync(await readFile(join(import.meta.dirname, release, `${schema}.sql.gz`))).toString("utf8");
    await withClient(url, (client) => client.query(dump));
  }
  await withClient(url, async (client) => {
    for (const table of ["kept_response", "answer", "idempotency"])
      await client.query(`update nexus.${table} set expires_at = now() + interval '1 day'`);
  });
  return url;
};

interface Booked {
  readonly settled: string;
  readonly cost: string;
}

const bookedIn = (url: string): Promise<Booked | undefined> =>
  withClient(url, async (client) => {
    const { rows } = await client.query<Booked>(
      `select (select count(*) from nexus.operation where state = 'settled')::text as settled,
              (select coalesce(sum(case when kind like '%\\_down' then -amount else amount end), 0) from nexus.entry)::text as cost`,
    );
    return rows[0];
  });

const post = async (
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly body: unknown }> => {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
};

const textAt = (value: unknown, name: string): string => {
  const found: unknown = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  if (typeof found !== "string") throw new Error(`no ${name} in ${JSON.stringify(value)}`);
  return found;
};

interface Upgraded {
  readonly env: Environment;
  readonly url: string;
  readonly left: LeftOfRelease;
}

const signInAs = async (env: Environment, person: { readonly email: string; readonly password: string }) => {
  const { email, password } = person;
  const origin = `http://localhost:${env["PORT"]}`;
  const signedIn = await post(
    `http://localhost:${env["AUTH_PORT"]}/login`,
    { email, password },
    { "x-service-id": "srv_nexus", origin },
  );
  expect(signedIn.status, JSON.stringify(signedIn.body)).toBe(200);
  return createNexusClient({ baseUrl: origin, credential: { bearer: textAt(signedIn.body, "accessToken") } });
};

/** Whoever had something can still use it: keys, tokens, passwords, answers. */
const expectKeptPromises = async ({ env, left }: Upgraded): Promise<void> => {
  const gateway = `http://localhost:${env["PORT"]}`;
  const asCompany = { authorization: `Bearer ${left.companyKey}` };
  const again = { ...asCompany, "idempotency-key": left.keyed.key };
  // Answered from what was kept, and not paid for again.
  expect(await post(`${gateway}/v1/chat/completions`, left.keyed.body, again)).toEqual({
    status: 200,
    body: expect.objectContaining({ id: textAt(left.keyed.answer, "id") }),
  });
  const kept = await fetch(`${gateway}/v1/responses/${left.keptResponse.id}`, { headers: asCompany });
  expect([kept.status, await kept.text()]).toEqual([200, expect.stringContaining("Keep this.")]);
  const next = { model: "openai/gpt-4o-mini", input: "And on.", previous_response_id: left.keptResponse.id };
  expect((await post(`${gateway}/v1/responses`, next, asCompany)).status).toBe(200);
  const asked = { model: "openai/gpt-4o-mini", messages: [{ role: "user", content: "Of today." }] };
  for (const headers of [asCompany, { authorization: `Bearer ${left.firstKey}` }])
    expect(await post(`${gateway}/v1/chat/completions`, asked, headers)).toMatchObject({ status: 200 });
  const asService = {
    "x-nexus-service-token": left.serviceToken,
    "x-nexus-organization-id": "org_topolo",
    "x-service-id": "srv_nexus",
  };
  const said = await post(
    `${gateway}/api/ai/generate-text`,
    { model: "openai/gpt-4o-mini", prompt: "Hello." },
    asService,
  );
  expect(said).toMatchObject({ status: 200 });
};

/** What an owner reads is there, with the same sums. */
const expectReads = async ({ env, left }: Upgraded): Promise<void> => {
  const owner = await signInAs(env, left.owner);
  await signInAs(env, left.operator);
  const { keys } = await owner.keys.list.query({});
  expect(keys.map(({ id }) => id)).toContain(left.credentialId);
  const { budgets } = await owner.usage.budgets.list.query({});
  expect(budgets.map(({ scope, limitNanos }) => [scope, limitNanos])).toEqual(
    expect.arrayContaining([
      ["organization", "25000000000"],
      ["app", "20000000"],
    ]),
  );
  const { operations } = await owner.operations.list.query({ limit: 100 });
  const states = operations.map(({ state }) => state);
  expect(states).toEqual(expect.arrayContaining(["settled", "released", "uncertain"]));
  const customers = await owner.customers.list.query({ appId: "srv_nexus" });
  expect(JSON.stringify(customers)).toContain("contoso");
};

test.each(releases)(
  "data of %s is brought to the present, adds up, and is worked on",
  { timeout: 300_000 },
  async (release) => {
    const url = await databaseOf(release);
    const left: LeftOfRelease = JSON.parse(await readFile(join(import.meta.dirname, release, "told.json"), "utf8"));
    const dataDir = join(home, release);
    await mkdir(dataDir, { mode: 0o700 });
    await writeFile(join(dataDir, "secrets.json"), JSON.stringify(left.secrets), { mode: 0o600 });
    await writeFile(join(dataDir, "auth-client-secret"), left.clientSecret, { mode: 0o600 });
    const env = installation(dataDir, await freeAddresses(), url);
    const before = await bookedIn(url);
    expect(Number(before?.settled)).toBeGreaterThan(8);

    // It comes from elsewhere, so it spends nothing before somebody has looked.
    const restored = await runNexus(["restore"], env);
    expect([restored.code, restored.output]).toEqual([
      0,
      expect.stringContaining("budgets match their holds and entries"),
    ]);
    expect(await bookedIn(url)).toEqual(before);

    const product: Run = await startInstallation(env);
    cleanup.push(async () => void product.child.kill("SIGKILL"));
    expect((await runNexus(["restore", "--confirm", "nothing was spent since"], env)).code).toBe(0);
    const doctor = await runNexus(["doctor"], env);
    expect(doctor.output).toMatch(/✓ encryption keys +fit all [1-9]/);
    expect(doctor.output).toMatch(/✓ role nexus_app +present, with exactly its rights/);
    const upgraded: Upgraded = { env, url, left };
    await eventually(() => expectKeptPromises(upgraded));
    await expectReads(upgraded);

    // What was under way when the release ended is found, and ended as in doubt; all of it adds up.
    await withClient(url, async (client) => {
      await eventually(
        async () => {
          const { rows } = await client.query<{ lost: number; queued: number }>(
            `select (select count(*)::int from nexus.operation where result->>'doubt' = 'process_lost') as lost,
                    (select count(*)::int from nexus.rollup_queue) as queued`,
          );
          expect(rows[0]?.lost).toBeGreaterThan(0);
          expect(rows[0]?.queued).toBe(0);
        },
        { timeout: 60_000 },
      );
      expect(await verifySums(client)).toMatchObject({ budgets: [], rollups: [] });
    });
    await stopProduct(product);
  },
);
