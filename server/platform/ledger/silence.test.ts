import { test } from "vitest";
import { startFaultProxy, type FaultProxy } from "../../../sandbox/fault-proxy.ts";
import { openTestLedger, type TestLedger } from "../../../test/ledger.ts";
import { systemClock } from "../clock.ts";
import { openChangeFeed } from "../db/change-feed.ts";
import { openPool } from "../db/pool.ts";
import { inTransaction } from "../db/transaction.ts";
import { silentLogger as log } from "../logger.ts";
import { startLedgerWorkers, type LedgerWorkers } from "./index.ts";

/** A ledger in a database of its own, and a way to that database which can be disturbed. */
interface Scene {
  readonly t: TestLedger;
  readonly proxy: FaultProxy;
  readonly proxied: string;
}

// They wait for silence to be noticed: all at once, each in a scene of its own.
const inScene = async (work: (scene: Scene) => Promise<void>): Promise<void> => {
  const t = await openTestLedger();
  const url = new URL(t.url);
  const proxy = await startFaultProxy({ target: { host: url.hostname, port: Number(url.port) } });
  url.port = String(proxy.port);
  try {
    await work({ t, proxy, proxied: url.href });
  } finally {
    await proxy.clear();
    await proxy.close();
    await t.close();
  }
};

const workersAt = async (t: TestLedger, connectionString: string): Promise<LedgerWorkers> =>
  startLedgerWorkers({ connectionString, ledger: await t.open(), clock: systemClock, log });

const until = async (what: string, holds: () => boolean | Promise<boolean>, limitMs: number): Promise<number> => {
  const began = performance.now();
  while (!(await holds())) {
    if (performance.now() - began > limitMs) throw new Error(`${what} did not happen in ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return performance.now() - began;
};

test.concurrent.each([["toTarget"], ["toClient"]] as const)(
  "a leader whose connection goes silent (%s) is replaced, and recovery continues",
  { timeout: 60_000 },
  (direction) =>
    inScene(async ({ t, proxy, proxied }) => {
      const silent = await workersAt(t, proxied);
      await until("the first leads", () => silent.leading(), 15_000);
      const other = await workersAt(t, t.url);
      try {
        await proxy.set({ [direction]: { blackhole: true } });
        const overdue = await t.hold(await t.organization(), 100n, { ttlMs: 0 });
        const state = async () =>
          (
            await t.pool.query<{ state: string }>("select state from nexus.operation where operation_id = $1", [
              overdue,
            ])
          ).rows[0]?.state;
        await until("another leads", () => other.leading(), 20_000);
        await until("recovery", async () => (await state()) !== "open", 15_000);
        await until("the silent one gave up", () => !silent.leading(), 10_000);
      } finally {
        await proxy.clear();
        await Promise.all([silent.close(), other.close()]);
      }
    }),
);

test.concurrent("a leader that closes gives up its lease at once", { timeout: 30_000 }, ({ expect }) =>
  inScene(async ({ t }) => {
    const first = await workersAt(t, t.url);
    await until("a leader", () => first.leading(), 15_000);
    const second = await workersAt(t, t.url);
    await first.close();
    expect(await until("the second leads", () => second.leading(), 10_000)).toBeLessThan(6_000);
    await second.close();
  }),
);

test.concurrent("a change feed whose connection goes silent misses no change", { timeout: 30_000 }, () =>
  inScene(async ({ t, proxy, proxied }) => {
    const feed = await openChangeFeed({ connectionString: proxied, log, pollMs: 200 });
    let heard = 0;
    feed.on("silence_test", () => (heard += 1));
    const change = () =>
      t.pool.query(
        "insert into nexus.change_version (topic, version) values ('silence_test', 1) on conflict (topic) do update set version = nexus.change_version.version + 1",
      );
    try {
      await change();
      await until("the first change", () => heard > 0, 5_000);
      await proxy.set({ halfOpen: true });
      await proxy.clear();
      heard = 0;
      await change();
      await until("the change that nobody was told of", () => heard > 0, 12_000);
    } finally {
      await feed.close();
    }
  }),
);

test.concurrent("when one connection of a pool is silent, its idle ones are replaced: only one caller has to wait", ({
  expect,
}) =>
  inScene(async ({ proxy, proxied }) => {
    const pool = openPool({
      connectionString: proxied,
      schema: "nexus",
      maxConnections: 6,
      applicationName: "silence",
      log,
      statementTimeoutMs: 500,
    });
    try {
      await Promise.all(Array.from({ length: 6 }, () => pool.query("select pg_sleep(0.1)")));
      expect(pool.idleCount).toBe(6);
      await proxy.set({ halfOpen: true });
      await proxy.clear();
      const outcomes: string[] = [];
      for (let times = 0; times < 12; times += 1)
        outcomes.push(
          await pool.query("select 1").then(
            () => "answered",
            () => "lost",
          ),
        );
      expect(outcomes).toEqual(["lost", ...Array.from({ length: 11 }, () => "answered")]);
    } finally {
      await pool.end();
    }
  }));

test.concurrent("statements, transactions and waiting callers of a pool time out, and the pool works again", ({
  expect,
}) =>
  inScene(async ({ proxy, proxied }) => {
    const pool = openPool({
      connectionString: proxied,
      schema: "nexus",
      maxConnections: 2,
      applicationName: "silence",
      log,
      statementTimeoutMs: 500,
    });
    try {
      await Promise.all([pool.query("select 1"), pool.query("select 1")]);
      await proxy.set({ toClient: { blackhole: true } });
      const outcomes = await Promise.allSettled([
        pool.query("select 1"),
        inTransaction(pool, (client) => client.query("select 1")),
        pool.query("select 2"),
        pool.query("select 3"),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected", "rejected"]);
      await proxy.clear();
      for (let times = 0; times < 4; times += 1) {
        const { rows } = await pool.query<{ n: number }>("select $1::int as n", [times]);
        expect(rows[0]?.n).toBe(times);
      }
      expect(pool.totalCount).toBeLessThanOrEqual(2);
    } finally {
      await pool.end();
    }
  }));
