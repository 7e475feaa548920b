import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { startFaultProxy } from "../../../sandbox/fault-proxy.ts";
import {
  catalog,
  migrationBench,
  queryOnce,
  twoScripts,
  unfinished,
  withConnection,
} from "../../../test/migration-bench.ts";
import { migrate } from "./migrate.ts";

const { database, defer, folderOf } = migrationBench();

const freshCatalog = async (scripts: Readonly<Record<string, string>>): Promise<string> => {
  const url = await database();
  await migrate({ connectionString: url, schema: "t", folder: await folderOf(scripts) });
  return catalog(url, "t");
};

const slow = {
  "1_one": "create table t.one (id int); select pg_sleep(0.3); create table t.half (id int);",
  "2_two": `drop table t.half; select pg_sleep(0.3); ${twoScripts["2_two"]}`,
};

const startMigrating = (url: string, folder: string): ChildProcess =>
  fork(join(import.meta.dirname, "..", "..", "..", "test", "migrate-process.ts"), [url, folder], {
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });

/** Moments to interrupt at, some of them side by side: most of the time is waiting. */
const moments = (count: number) => fc.array(fc.integer({ min: 0, max: 900 }), { minLength: count, maxLength: count });

test("after a kill at any moment the next start ends with the same schema", { timeout: 120_000 }, async () => {
  const folder = await folderOf(slow);
  const whole = await freshCatalog(slow);
  const killAfter = async (afterMs: number): Promise<void> => {
    const url = await database();
    const child = startMigrating(url, folder);
    await once(child, "message");
    await pause(afterMs);
    child.kill("SIGKILL");
    await migrate({ connectionString: url, schema: "t", folder });
    expect(await catalog(url, "t")).toEqual(whole);
    expect(await unfinished(url, "t")).toEqual({ open: 0, done: 2 });
  };
  await fc.assert(
    fc.asyncProperty(moments(4), (afterMs) => Promise.all(afterMs.map(killAfter)).then(() => undefined)),
    { numRuns: 2 },
  );
});

test("a session that the server ends at any moment is started again", { timeout: 60_000 }, async () => {
  const folder = await folderOf(slow);
  const whole = await freshCatalog(slow);
  const endAfter = async (afterMs: number): Promise<void> => {
    const url = await database();
    const migrating = migrate({ connectionString: url, schema: "t", folder });
    await pause(afterMs);
    await queryOnce(
      url,
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'nexus-migrations t%' and datname = current_database()",
    );
    expect((await migrating).at(-1)).toBe("2_two");
    expect(await catalog(url, "t")).toEqual(whole);
  };
  await fc.assert(
    fc.asyncProperty(moments(3), (afterMs) => Promise.all(afterMs.map(endAfter)).then(() => undefined)),
    { numRuns: 2 },
  );
});

test(
  "a connection that goes silent in either direction in the middle of a migration is replaced",
  { timeout: 120_000 },
  async () => {
    const folder = await folderOf({ ...twoScripts, "2_two": `select pg_sleep(1); ${twoScripts["2_two"]}` });
    const whole = await freshCatalog(twoScripts);
    const silence = async (direction: "toTarget" | "toClient"): Promise<void> => {
      const url = await database();
      const target = new URL(url);
      const proxy = await startFaultProxy({ target: { host: target.hostname, port: Number(target.port) } });
      defer(() => proxy.close());
      const proxied = new URL(url);
      proxied.port = String(proxy.port);
      const migrating = migrate({ connectionString: proxied.href, schema: "t", folder, silenceMs: 1_200 });
      while (!(await withConnection(url, (c) => c.query("select to_regclass('t.one') as one"))).rows[0].one)
        await pause(50);
      await proxy.set({ [direction]: { blackhole: true } });
      await pause(6_000);
      await proxy.clear();
      expect(await migrating).toContain("2_two");
      expect(await catalog(url, "t")).toEqual(whole);
    };
    await Promise.all([silence("toTarget"), silence("toClient")]);
  },
);
