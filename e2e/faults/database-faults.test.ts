import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { startSandbox, type Sandbox } from "../../sandbox/start-sandbox.ts";
import { scanTables } from "../../test/canary-scan.ts";
import { createTestDatabase, type TestDatabase } from "../../test/database.ts";
import { publishedCost } from "../../test/published-prices.ts";
import { appId, openCluster, type Cluster } from "./cluster.ts";
import type { GatewayProcess } from "./gateway-process.ts";
import { startOwnPostgres, type OwnPostgres } from "./own-postgres.ts";

let authDatabase: TestDatabase;
let dataDir: string;
let postgres: OwnPostgres;
let sandbox: Sandbox;
let cluster: Cluster;
let gateway: GatewayProcess;
let apiKey: string;

beforeAll(async () => {
  authDatabase = await createTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), "nexus-database-faults-"));
  postgres = await startOwnPostgres(dataDir);
  sandbox = await startSandbox({ fsync: false });
  const { openai, anthropic, google } = sandbox.baseUrls;
  cluster = await openCluster({
    databaseUrl: postgres.databaseUrl,
    authDatabaseUrl: authDatabase.url,
    dataDir,
    vendorKey: inject("canaryKey"),
    logDir: join(inject("logDir"), "database-faults"),
    vendors: { openai, anthropic, google },
  });
  gateway = await cluster.startGateway();
  apiKey = (await cluster.createApiKey(appId)).apiKey;
}, 90_000);
afterAll(async () => {
  await cluster.close();
  await sandbox.close();
  const { found } = await scanTables(postgres.databaseUrl, inject("canaryKey"));
  await postgres.stop();
  await authDatabase.drop();
  await rm(dataDir, { recursive: true, force: true });
  expect(found, "tables that hold the vendor key").toEqual([]);
});

const ask = (content: string, stream = false): Promise<Response> =>
  fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({
      model: "openai/gpt-4o-mini",
      messages: [{ role: "user", content }],
      max_completion_tokens: 200,
      stream,
    }),
  });

const askOnce = async (): Promise<{ status: number; text: string }> => {
  const response = await ask("Are you there?");
  return { status: response.status, text: await response.text() };
};

const untilAnswered = async (): Promise<void> => {
  for (let left = 100; (await askOnce()).status !== 200; left -= 1) {
    if (left === 0) throw new Error("no call was answered again");
    await sleep(100);
  }
};

const readyStatus = async (): Promise<number> => (await fetch(`${gateway.url}/health/ready`)).status;

it(
  "refuses paid calls while PostgreSQL is stopped, finishes what runs, and goes on by itself",
  { timeout: 90_000 },
  async () => {
    expect((await askOnce()).status).toBe(200);
    expect(await readyStatus()).toBe(200);
    const { pid } = gateway;

    // A stream that outlives its database: the caller gets every delta, the end waits for the ledger.
    sandbox.script({ contains: "long story", faults: [{ name: "pace", everyMs: 25 }] });
    const told = await ask("Tell me a long story. [[words:60]]", true);
    expect(told.status).toBe(200);
    const operationId = told.headers.get("x-nexus-operation-id");
    const story = told.text();

    await postgres.halt();
    const seenBefore = sandbox.requests().length;
    // Each waits a second for the ledger; the stream's end waits ten.
    for (let call = 0; call < 4; call += 1) {
      const { status, text } = await askOnce();
      expect(status, text).toBe(503);
      const parsed: unknown = JSON.parse(text);
      expect(parsed).toMatchObject({
        error: { code: expect.stringMatching(/^(LEDGER_UNAVAILABLE|OVERLOADED)$/), effect: "none" },
      });
    }
    expect(sandbox.requests().length).toBe(seenBefore);
    expect(await readyStatus()).toBe(503);
    expect((await fetch(`${gateway.url}/health`)).status).toBe(200);

    await postgres.restart();
    await untilAnswered();
    expect(gateway.alive() && gateway.pid === pid).toBe(true);

    const text = await story;
    expect(text).toContain("data: [DONE]");
    const request = sandbox.requests().find((one) => one.operationId === operationId);
    const { rows } = await cluster.pool.query<{ state: string; source: string; cost: bigint }>(
      "select state, source, cost from nexus.operation where operation_id = $1",
      [operationId],
    );
    expect(rows).toEqual([
      { state: "settled", source: "provider", cost: publishedCost("gpt-4o-mini", { ...request?.reported }) },
    ]);
    const { rows: open } = await cluster.pool.query("select operation_id from nexus.operation where state = 'open'");
    expect(open).toEqual([]);
  },
);

it("outlives kill -9 of the postmaster in the same way", { timeout: 60_000 }, async () => {
  await postgres.kill();
  // Until the backends have gone with it, a call may still be admitted; its answer then waits for the ledger.
  while ((await readyStatus()) === 200) await sleep(50);
  for (let effect = "done", left = 50; effect !== "none"; left -= 1) {
    expect(left).toBeGreaterThan(0);
    const before = sandbox.requests().length;
    const { status, text } = await askOnce();
    if (status === 200) continue;
    expect(status, text).toBe(503);
    effect = sandbox.requests().length > before ? "done" : "none";
    expect(text).toContain(`"effect":"${effect}"`);
  }
  await postgres.restart();
  await untilAnswered();
  // A hold that landed after its caller had been refused is given back.
  const { rows } = await cluster.pool.query<{ states: string[] }>(
    "select array_agg(distinct state order by state desc) states from nexus.operation",
  );
  expect(["settled", "settled,released"]).toContain(rows[0]?.states.join());
});
