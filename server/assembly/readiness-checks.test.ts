import { afterAll, beforeAll, expect, test } from "vitest";
import { startFaultProxy, type FaultProxy } from "../../sandbox/fault-proxy.ts";
import { openTestLedger, type TestLedger } from "../../test/ledger.ts";
import { openDatabase, type Database } from "../platform/db/database.ts";
import type { Ledger } from "../platform/ledger/index.ts";
import { silentLogger as log } from "../platform/logger.ts";
import { createMetrics } from "../platform/metrics.ts";
import { createReadiness, type CheckResult, type Readiness } from "../platform/readiness.ts";
import { readinessChecks } from "./readiness-checks.ts";

let t: TestLedger;
let databaseLine: FaultProxy;
let ledgerLine: FaultProxy;
let db: Database;
let ledger: Ledger;
let readiness: Readiness;
const metrics = createMetrics();
/** What a test turns. */
const world = {
  wallMs: 0,
  monotonicMs: 0,
  free: 10 * 1024 ** 3,
  auth: 200,
  authSays: undefined as unknown,
  feedAgeMs: 150,
};
const clock = {
  now: () => Date.now() + world.wallMs,
  monotonic: () => performance.now() + world.monotonicMs,
};

const proxied = async (): Promise<readonly [FaultProxy, string]> => {
  const url = new URL(t.url);
  const proxy = await startFaultProxy({ target: { host: url.hostname, port: Number(url.port) } });
  url.port = String(proxy.port);
  return [proxy, url.href];
};

beforeAll(async () => {
  t = await openTestLedger();
  const [[first, databaseUrl], [second, ledgerUrl]] = await Promise.all([proxied(), proxied()]);
  [databaseLine, ledgerLine] = [first, second];
  db = openDatabase({ connectionString: databaseUrl, log, maxConnections: 4 });
  ledger = await t.open(ledgerUrl);
  const json = async () => ({ status: world.auth, headers: {}, body: world.authSays });
  const checks = readinessChecks({
    gateway: { ledger, liveStreams: new Map() },
    deps: { db, clock },
    metrics,
    authUrl: "http://auth.invalid",
    revocations: {
      isFresh: () => world.feedAgeMs <= 1_000,
      state: () => ({ ageMs: world.feedAgeMs, interruptions: 2, resets: 1, dropped: 0 }),
    },
    egress: { json },
    dataDir: "/data",
    freeBytes: async () => world.free,
  });
  readiness = createReadiness(checks, clock);
  await done("recovery", 1);
  await done("rollup", 1);
});
afterAll(async () => {
  await Promise.all([databaseLine.clear(), ledgerLine.clear()]);
  await db.close();
  await t.close();
  await Promise.all([databaseLine.close(), ledgerLine.close()]);
});

const done = async (task: string, secondsAgo: number): Promise<void> => {
  await t.pool.query(
    `insert into nexus.worker_task (task, done_at) values ($1, clock_timestamp() - $2 * interval '1 second')
       on conflict (task) do update set done_at = excluded.done_at`,
    [task, secondsAgo],
  );
};

/** A look that is no longer the last one. */
const look = async (): Promise<Awaited<ReturnType<Readiness["look"]>>> => {
  world.monotonicMs += 1_000;
  return readiness.look();
};

const expectReady = async (): Promise<void> => {
  for (let left = 40; ; left -= 1) {
    const report = await look();
    if (report.ready) return;
    if (left === 0) throw new Error(JSON.stringify(report));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

const failing = async (): Promise<Readonly<Record<string, string>>> => {
  const { ready, checks } = await look();
  const failed = Object.entries<CheckResult>(checks).filter(([, { ok }]) => !ok);
  expect(ready).toBe(failed.length === 0);
  return Object.fromEntries(failed.map(([name, { note }]) => [name, note]));
};

const metric = async (name: string): Promise<number | undefined> => {
  const line = (await metrics.registry.metrics()).split("\n").find((each) => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(" ")));
};

test("everything is there", async () => {
  await expectReady();
  expect(await failing()).toEqual({});
  expect(await metric('nexus_task_age_seconds{task="recovery"}')).toBeLessThan(60);
});

test.each([["toTarget"], ["toClient"]] as const)("the database's pool is silent (%s)", async (direction) => {
  await expectReady();
  await databaseLine.set({ [direction]: { blackhole: true } });
  expect(await failing()).toMatchObject({ database: expect.stringMatching(/not available|in time/) });
  await databaseLine.clear();
  await expectReady();
});

test.each([["toTarget"], ["toClient"]] as const)(
  "the ledger's lines are silent (%s), with nothing to do",
  async (direction) => {
    await expectReady();
    await ledgerLine.set({ [direction]: { blackhole: true } });
    expect(await failing()).toEqual({ ledger: expect.stringMatching(/not available|in time|not connected/) });
    await ledgerLine.clear();
    await expectReady();
  },
);

test("a migration that has not finished", async () => {
  await t.pool.query(
    "insert into nexus._prisma_migrations (id, checksum, migration_name) values ('half', 'x', '20990101000000_half')",
  );
  expect(await failing()).toEqual({ database: "a migration has not finished" });
  await t.pool.query("delete from nexus._prisma_migrations where id = 'half'");
  await expectReady();
});

test.each([[180_000], [-180_000]])("a clock that is %i ms off", async (offsetMs) => {
  world.wallMs = offsetMs;
  expect(await failing()).toEqual({
    clock: expect.stringMatching(/^-?1(79|80)\d{3} ms from the database's, 120000 at most$/),
  });
  expect(Math.abs((await metric("nexus_clock_offset_seconds")) ?? 0)).toBeCloseTo(180, 0);
  world.wallMs = 0;
  await expectReady();
});

test.each([["recovery"], ["rollup"]])("%s that nobody does any more", async (task) => {
  await done(task, 300);
  expect(await failing()).toEqual({ workers: expect.stringContaining(`${task} 300 s ago`) });
  expect(await metric(`nexus_task_age_seconds{task="${task}"}`)).toBeCloseTo(300, -1);
  await done(task, 0);
  await expectReady();
});

test("a task that nobody has ever done is late once this process is old enough", async () => {
  await t.pool.query("delete from nexus.worker_task where task = 'rollup'");
  world.monotonicMs += 61_000;
  expect((await failing())["workers"]).toContain("rollup not yet begun");
  await done("rollup", 0);
  await expectReady();
});

test("Auth that is not ready itself", async () => {
  world.auth = 503;
  expect(await failing()).toEqual({ auth: "not ready itself" });
  // One of its processes is being replaced, which is no reason to take gateways out of service with it.
  world.authSays = { status: "draining", checks: {} };
  expect(await failing()).toEqual({});
  world.authSays = undefined;
  world.auth = 200;
  await expectReady();
});

test.each([
  ["that is heard", 150, "current; interrupted 2 times"],
  ["that is silent", 12_400, "silent for 12 s; every call asks Auth"],
  ["that was never heard", Infinity, "not yet heard; every call asks Auth"],
])("a revocation feed %s is told of, and calls are taken all the same", async (_, ageMs, note) => {
  world.feedAgeMs = ageMs;
  const { ready, checks } = await look();
  expect([ready, checks["auth feed"]]).toEqual([true, expect.objectContaining({ ok: true, note })]);
  world.feedAgeMs = 150;
});

test("a disk that is nearly full", async () => {
  world.free = 100 * 1024 * 1024;
  expect(await failing()).toEqual({ disk: "100 MiB free, 200 MiB at least" });
  expect(await metric("nexus_disk_free_bytes")).toBe(world.free);
  world.free = 10 * 1024 ** 3;
  await expectReady();
});
