import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runningEmbeddedUrl, stopPostmaster } from "../../server/platform/db/embedded.ts";
import type { PostgresBinaries } from "../../server/platform/db/postgres-binaries.ts";
import { runtimeAddress } from "../../server/platform/db/runtime-address.ts";
import { silentLogger } from "../../server/platform/logger.ts";
import { startOwnPostgres, type OwnPostgres } from "./own-postgres.ts";
import {
  freeAddresses,
  apiKeyOf,
  payForCall,
  carryKeys,
  commandsOf,
  dumpableServer,
  expectAgreement,
  installation,
  runNexus,
  run,
  startInstallation,
  stopProduct,
  withClient,
  type Environment,
  type Run,
} from "./installation.ts";
import { eventually } from "../../test/eventually.ts";

let homes: string;
const servers: OwnPostgres[] = [];
const products: Run[] = [];

/** Where one way is tried; the two run side by side. */
interface Place {
  readonly home: string;
  readonly addresses: Environment;
}

beforeAll(async () => {
  homes = await mkdtemp(join(tmpdir(), "nexus-restore-"));
});
afterAll(async () => {
  for (const { child } of products) child.kill("SIGKILL");
  const embedded = [".nexus", "nexus-copy"].map((folder) => stopPostmaster(join(homes, "copied", folder, "postgres")));
  await Promise.all([...servers.map((server) => server.stop()), ...embedded]);
  await rm(homes, { recursive: true, force: true });
});

const start = async (env: Environment): Promise<Run> => {
  const product = await startInstallation(env);
  products.push(product);
  return product;
};

const open = async (home: string, name: string, binaries: PostgresBinaries | undefined): Promise<OwnPostgres> => {
  const server = await startOwnPostgres(join(home, `${name}-cluster`), {}, { binaries, bare: true });
  servers.push(server);
  return server;
};

const sumsAgree = [0, expect.stringContaining("budgets match their holds and entries")];

/** Starts what was restored: it spends nothing until the commands of that page are run, and all of it adds up then. */
const expectStopUntilConfirmed = async (env: Environment, apiKey: string, urlOf: () => Promise<string>) => {
  const [doctor = [], confirm = []] = await commandsOf("Allow spending again");
  const product = await start(env);
  expect(product.output()).toContain("nothing that costs money is admitted");
  const stopped = await payForCall(env, apiKey);
  expect([stopped.status, stopped.body]).toEqual([503, expect.stringContaining("SPENDING_STOPPED")]);
  const readiness = await fetch(`http://localhost:${env["PORT"]}/health/ready`);
  expect([readiness.status, await readiness.json()]).toMatchObject([503, { checks: { spending: { ok: false } } }]);
  const looked = await runNexus(doctor, env);
  expect(looked.output).toMatch(/✓ role nexus_app +present, with exactly its rights/);
  expect(looked.output).toMatch(/✓ role auth_app +present, with exactly its rights/);
  expect(looked.output).toMatch(/✗ spending +stopped: a restore from a backup is not confirmed/);
  expect(looked.output).toMatch(/✓ encryption keys +fit all [1-9]/);

  expect((await runNexus(confirm, env)).output).toContain("admitted again");
  await eventually(async () => expect((await payForCall(env, apiKey)).status).toBe(200));
  const url = await urlOf();
  await expectAgreement(url);
  await withClient(url, async (client) => {
    const { rows } = await client.query(
      "select action, details->>'note' as note from nexus.audit_event where action = 'restore.confirm'",
    );
    expect(rows).toEqual([{ action: "restore.confirm", note: confirm.at(-1) }]);
  });
  for (const [schema, role] of [
    ["nexus", "nexus_app"],
    ["auth", "auth_app"],
  ] as const) {
    const address = await runtimeAddress({ connectionString: url, schema, role, log: silentLogger });
    await withClient(address, async (client) => {
      expect((await client.query("select current_user as me")).rows).toEqual([{ me: role }]);
      await expect(client.query(`truncate ${schema}._prisma_migrations`)).rejects.toMatchObject({ code: "42501" });
    });
  }
  await stopProduct(product);
};

const copied = async ({ home, addresses }: Place): Promise<void> => {
  const before = installation(join(home, ".nexus"), addresses);
  const product = await start(before);
  const apiKey = await apiKeyOf(before);
  for (let call = 0; call < 20; call += 1) expect((await payForCall(before, apiKey)).status).toBe(200);
  await stopProduct(product);

  const [[copy = "", ...paths] = [], restore = []] = await commandsOf("Copy the data folder");
  await promisify(execFile)(copy, paths, { cwd: home });
  // The sandbox listens elsewhere: what is stored of it follows.
  const { SANDBOX_PORT } = await freeAddresses();
  const after = installation(join(home, paths.at(-1) ?? ""), { ...addresses, SANDBOX_PORT });
  const restored = await runNexus(restore, after);
  expect([restored.code, restored.output]).toEqual(sumsAgree);
  expect(restored.output).toContain("20 operations");
  await expectStopUntilConfirmed(after, apiKey, async () => {
    const url = await runningEmbeddedUrl(after["NEXUS_DATA_DIR"] ?? "", "nexus");
    if (url === undefined) throw new Error("the embedded database does not run");
    return url;
  });
};

/** Under load out of one cluster, into a second one, and back. */
const dumped = async ({ home, addresses }: Place, binaries: PostgresBinaries | undefined): Promise<void> => {
  const [first, second] = await Promise.all([open(home, "first", binaries), open(home, "second", binaries)]);
  // Uses up transaction ids, so that those of the two clusters differ.
  await withClient(first.databaseUrl, async (client) => {
    await client.query("set synchronous_commit = off");
    await client.query("do $$ begin for i in 1..10000 loop perform pg_current_xact_id(); commit; end loop; end $$");
  });
  const before = installation(join(home, "before"), addresses, first.databaseUrl);
  const product = await start(before);
  const apiKey = await apiKeyOf(before);
  expect((await runNexus(["budget", "set", "--org", "topolo", "--limit", "5"], before)).code).toBe(0);

  const loading = new AbortController();
  const load = Array.from({ length: 4 }, async () => {
    while (!loading.signal.aborted) expect((await payForCall(before, apiKey)).status).toBe(200);
  });
  await pause(1_000);
  const [backup = []] = await commandsOf("Take a dump");
  const taken = await runNexus(backup, before);
  expect([taken.code, taken.output]).toEqual([0, expect.stringContaining("nexus.dump")]);
  loading.abort();
  await Promise.all(load);
  await stopProduct(product);

  // Into a cluster that has never heard of our roles, and whose transaction ids are lower; killed on the way.
  const [restore = []] = await commandsOf("Restore a dump");
  const after = installation(join(home, "after"), addresses, second.databaseUrl);
  await carryKeys(before, after);
  for (const afterMs of [900, 1_600]) {
    const { child, exited } = run("server/cli/main.ts", restore, after);
    await pause(afterMs);
    child.kill("SIGKILL");
    await exited;
  }
  for (const command of [restore, restore.slice(0, 1)]) {
    const restored = await runNexus(command, after);
    expect([restored.code, restored.output]).toEqual(sumsAgree);
  }
  await withClient(second.databaseUrl, async (client) => {
    const { rows } = await client.query(
      "select rolname from pg_roles where rolname in ('nexus_app', 'auth_app') order by 1",
    );
    expect(rows).toEqual([{ rolname: "auth_app" }, { rolname: "nexus_app" }]);
    // The backup saw entries that no worker had added to the sums.
    expect((await client.query("select from nexus.entry")).rowCount).toBeGreaterThan(20);
  });
  await expectStopUntilConfirmed(after, apiKey, async () => second.databaseUrl);

  // And back, into a new database of the first cluster, whose ids are higher than all in the ledger.
  await rm(join(home, "nexus.dump"));
  expect((await runNexus(backup, after)).code).toBe(0);
  await withClient(first.databaseUrl, (client) => client.query("create database back"));
  const back = installation(join(home, "back"), addresses, first.databaseUrl.replace(/nexus$/, "back"));
  await carryKeys(after, back);
  const restored = await runNexus(restore, back);
  expect([restored.code, restored.output]).toEqual(sumsAgree);
  await expectAgreement(back["DATABASE_URL"] ?? "");
};

/** The embedded PostgreSQL brings no pg_dump: the dump is tried wherever there is one, the copy everywhere. */
const server = await dumpableServer();
const ways: [what: string, way: (place: Place) => Promise<void>][] = [["copied with the data folder", copied]];
if (server) ways.push(["dumped while it runs", (place) => dumped(place, server.binaries)]);

test.concurrent.each(ways)(
  "what is %s comes back as the page on backup and restore says",
  { timeout: 400_000 },
  async (what, way) => {
    const home = join(homes, what.split(" ")[0] ?? "");
    await mkdir(home);
    await way({ home, addresses: await freeAddresses() });
  },
);
