import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { migrateDatabases, startDatabase } from "../../server/process/start-database.ts";
import { readEnv } from "../../server/platform/env.ts";
import { createLogger } from "../../server/platform/logger.ts";
import { publishedCost } from "../../test/published-prices.ts";
import { fillDisk, mayMountDisks, mountSmallDisk, type SmallDisk } from "../../test/small-disk.ts";
import { openFaultScene, searchAndStop, type FaultScene, type SceneDatabase } from "./fault-scene.ts";
import type { GatewayProcess } from "./gateway-process.ts";

// The embedded PostgreSQL, Auth's rows and the gateway's log on disks that fill and have space again. Mounting a disk takes
// root; what every user can try stands in server/platform/logger.test.ts and server/platform/ledger/full-disk.test.ts.

describe.skipIf(!mayMountDisks)("disks that fill (needs root, to mount small ones)", () => {
  let dataDisk: SmallDisk;
  let logDisk: SmallDisk;
  let scene: FaultScene;
  let gateway: GatewayProcess;
  let logFile: string;

  /** The embedded PostgreSQL, on a disk of its own. */
  const openDatabase = async (): Promise<SceneDatabase> => {
    const log = createLogger({
      name: "supervisor",
      level: "debug",
      destination: join(inject("logDir"), "disk-supervisor.log"),
    });
    const databases = await startDatabase(readEnv({}), join(dataDisk.folder, "nexus"), log);
    await migrateDatabases(databases, true, log);
    return { url: databases.nexusUrl, drop: () => searchAndStop(databases.nexusUrl, databases.stop) };
  };

  beforeAll(async () => {
    const root = await mkdtemp(join(tmpdir(), "nexus-disks-"));
    dataDisk = await mountSmallDisk(join(root, "data"), 560 * 1024);
    logDisk = await mountSmallDisk(join(root, "log"), 2 * 1024);
    logFile = join(logDisk.folder, "gateway.log");
    scene = await openFaultScene({
      name: "disk-faults",
      openDatabase,
      overrides: { logFile, dataDir: dataDisk.folder },
    });
    gateway = await scene.startGateway();
  }, 120_000);
  afterAll(async () => {
    await scene.close();
    await dataDisk.unmount();
    await logDisk.unmount();
    await rm(join(dataDisk.folder, ".."), { recursive: true, force: true });
  }, 60_000);

  const askOnce = async (): Promise<{ status: number; text: string }> => {
    const response = await scene.ask(gateway, { content: "Are you there?" });
    return { status: response.status, text: await response.text() };
  };

  const readyStatus = async (): Promise<number> => (await fetch(`${gateway.url}/health/ready`)).status;

  const until = async (what: string, seconds: number, isSo: () => Promise<boolean>): Promise<void> => {
    for (const end = Date.now() + seconds * 1_000; !(await isSo()); await sleep(200))
      if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
  };

  const sql = async <T>(work: (client: Client) => Promise<T>): Promise<T> => {
    const client = new Client({ connectionString: scene.databaseUrl, connectionTimeoutMillis: 2_000 });
    client.on("error", () => undefined);
    try {
      await client.connect();
      return await work(client);
    } finally {
      await client.end().catch(() => undefined);
    }
  };

  const databaseAnswers = (): Promise<boolean> =>
    sql(async (client) => (await client.query("select 1")).rowCount === 1).catch(() => false);

  /** Writes what the disk has no space for, until the server cannot go on: its log of changes has none either. */
  const exhaustWal = (): Promise<void> =>
    until("PostgreSQL ends", 60, async () => {
      await sql(async (client) => {
        await client.query("select pg_logical_emit_message(false, 'fill', repeat('x', 4000000))");
        await client.query("select pg_switch_wal()");
      }).catch(() => undefined);
      return !(await databaseAnswers());
    });

  // Auth's rows are in the same database.
  const refusals = /^(LEDGER_UNAVAILABLE|OVERLOADED|AUTH_UNAVAILABLE)$/;

  /** Every call meanwhile: 503, nothing has happened, and the vendor has not heard of it. */
  const expectRefusals = async (calls: number): Promise<void> => {
    for (let call = 0; call < calls; call += 1) {
      const before = scene.sandbox.requests().length;
      const { status, text } = await askOnce();
      expect(status, text).toBe(503);
      expect(JSON.parse(text)).toMatchObject({
        error: { code: expect.stringMatching(refusals), effect: "none" },
      });
      expect(scene.sandbox.requests().length).toBe(before);
    }
  };

  const expectItGoesOn = async (pid: number): Promise<void> => {
    await until("a call is answered", 60, async () => (await askOnce()).status === 200);
    await until("ready", 30, async () => (await readyStatus()) === 200);
    expect([gateway.alive(), gateway.pid]).toEqual([true, pid]);
    await until("every hold has its end", 60, async () => {
      const { rows } = await scene.cluster.pool.query("select operation_id from nexus.operation where state = 'open'");
      return rows.length === 0;
    });
  };

  /** Each request the vendor billed has one row with its cost, and the sums are those of the rows. */
  const expectExactRows = async (): Promise<void> => {
    const { rows } = await scene.cluster.pool.query<{ operation_id: string; state: string; cost: bigint | null }>(
      "select operation_id, state, cost from nexus.operation",
    );
    const byId = new Map(rows.map((row) => [row.operation_id, row]));
    const billed = scene.sandbox.requests().filter((request) => request.billed);
    for (const { operationId, reported } of billed)
      expect(byId.get(operationId ?? "")).toEqual({
        operation_id: operationId,
        state: "settled",
        cost: publishedCost("gpt-4o-mini", { ...reported }),
      });
    const sent = new Set(billed.map(({ operationId }) => operationId));
    expect(rows.filter(({ operation_id, state }) => !sent.has(operation_id) && state !== "released")).toEqual([]);
    const { rows: sums } = await scene.cluster.pool.query(
      `select b.id from nexus.budget b where b.rule_id is null and (b.reserved <> 0
          or b.spent + b.overrun <> (select coalesce(sum(e.amount), 0) from nexus.entry e where e.org_id = b.org_id))`,
    );
    expect(sums).toEqual([]);
  };

  it("a full log disk is nobody's concern but the log's", { timeout: 120_000 }, async () => {
    const { pid } = gateway;
    expect((await askOnce()).status).toBe(200);
    const free = await fillDisk(logDisk);
    for (let call = 0; call < 20; call += 1) expect((await askOnce()).status).toBe(200);
    expect(await readyStatus()).toBe(200);
    await free();
    await expectItGoesOn(pid);
    for (const line of (await readFile(logFile, "utf8")).trim().split("\n"))
      expect(() => JSON.parse(line)).not.toThrow();
    await expectExactRows();
  });

  it(
    "a full data disk, with that of the log: paid calls are refused, what was paid is booked once there is space, nothing is started by hand",
    { timeout: 300_000 },
    async () => {
      const { pid } = gateway;
      expect((await askOnce()).status).toBe(200);
      scene.sandbox.script({ contains: "long story", faults: [{ name: "pace", everyMs: 100 }] });
      const told = await scene.ask(gateway, { content: "Tell me a long story. [[words:60]]", stream: true });
      const story = told.text();
      const operationId = told.headers.get("x-nexus-operation-id");

      const [freeData, freeLog] = [await fillDisk(dataDisk), await fillDisk(logDisk)];
      await exhaustWal();
      await until("not ready", 30, async () => (await readyStatus()) === 503);
      await expectRefusals(6);
      expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
      // It is tried again and again, and stays away.
      await sleep(3_000);
      expect(await databaseAnswers()).toBe(false);
      await expectRefusals(2);

      await freeData();
      await freeLog();
      await expectItGoesOn(pid);
      // The caller had every word; the end is that of the ledger's, or says that the answer is paid.
      expect(await story).toMatch(/\[DONE\]|"effect":"done"/);
      const { rows } = await scene.cluster.pool.query(
        "select state, source from nexus.operation where operation_id = $1",
        [operationId],
      );
      expect(rows).toEqual([{ state: "settled", source: "provider" }]);
      await expectExactRows();
    },
  );

  it("the tables alone have no space: the same, and PostgreSQL stays", { timeout: 300_000 }, async () => {
    const { pid } = gateway;
    // Space in its log of changes, which is made ahead, and none for a page of a table.
    const free = await fillDisk(dataDisk);
    let refused = 0;
    for (let call = 0; call < 200 && refused < 3; call += 1) {
      const before = scene.sandbox.requests().length;
      const { status, text } = await askOnce();
      if (status === 200) continue;
      refused += 1;
      expect(status, text).toBe(503);
      expect(text).toMatch(/"effect":"(none|done)"/);
      expect(scene.sandbox.requests().length - before).toBe(text.includes('"effect":"none"') ? 0 : 1);
    }
    expect(refused).toBe(3);
    expect([gateway.alive(), gateway.pid]).toEqual([true, pid]);
    await free();
    await expectItGoesOn(pid);
    await expectExactRows();
  });
});
