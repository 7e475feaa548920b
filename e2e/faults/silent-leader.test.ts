import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { startFaultProxy, type FaultProxy } from "../../sandbox/fault-proxy.ts";
import { startSandbox, type Sandbox } from "../../sandbox/start-sandbox.ts";
import { createTestDatabase, type TestDatabase } from "../../test/database.ts";
import { appId, openCluster, type Cluster } from "./cluster.ts";
import type { GatewayProcess } from "./gateway-process.ts";

let database: TestDatabase;
let line: FaultProxy;
let dataDir: string;
let sandbox: Sandbox;
let cluster: Cluster;
let apiKey: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const url = new URL(database.url);
  line = await startFaultProxy({ target: { host: url.hostname, port: Number(url.port) } });
  url.port = String(line.port);
  dataDir = await mkdtemp(join(tmpdir(), "nexus-silent-leader-"));
  sandbox = await startSandbox({ fsync: false });
  const { openai, anthropic, google } = sandbox.baseUrls;
  cluster = await openCluster({
    databaseUrl: database.url,
    dataDir,
    vendorKey: inject("canaryKey"),
    logDir: join(inject("logDir"), "silent-leader"),
    vendors: { openai, anthropic, google },
    overrides: { orphanAfterMs: 12_000, uncertainSettleAfterMs: 1_000 },
  });
  apiKey = (await cluster.createApiKey(appId)).apiKey;
}, 60_000);
afterAll(async () => {
  await line.clear();
  await cluster.close();
  await line.close();
  await sandbox.close();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

const ask = (gateway: GatewayProcess, content: string, stream: boolean): Promise<Response> =>
  fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({
      model: "openai/gpt-4o-mini",
      messages: [{ role: "user", content }],
      max_completion_tokens: 400,
      stream,
    }),
  });

const until = async <T>(what: string, limitMs: number, find: () => Promise<T | undefined>): Promise<T> => {
  for (const began = performance.now(); ;) {
    const found = await find();
    if (found !== undefined) return found;
    if (performance.now() - began > limitMs) throw new Error(`not within ${limitMs} ms: ${what}`);
    await sleep(100);
  }
};

const leader = async (): Promise<string | undefined> =>
  (
    await cluster.pool.query<{ holder: string }>(
      "select holder from nexus.worker_lease where leased_until > clock_timestamp()",
    )
  ).rows[0]?.holder;

const count = async (sql: string): Promise<number> =>
  Number((await cluster.pool.query<{ n: bigint }>(`select count(*) n from ${sql}`)).rows[0]?.n);

it(
  "a leader that falls silent is followed by another process: holds end and entries are rolled up",
  { timeout: 60_000 },
  async () => {
    const silentUrl = new URL(database.url);
    silentUrl.port = String(line.port);
    const silent = await cluster.startGateway({ databaseUrl: silentUrl.href });
    const first = await until("a first leader", 10_000, leader);
    const other = await cluster.startGateway();

    sandbox.script({ contains: "long story", faults: [{ name: "pace", everyMs: 60 }] });
    const stories = await Promise.all(
      Array.from({ length: 5 }, () => ask(silent, "Tell me a long story. [[words:300]]", true)),
    );
    expect(stories.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const readers = stories.map((story) => story.text().catch(() => "broken"));

    const began = performance.now();
    await line.set({ halfOpen: true, toTarget: { blackhole: true }, toClient: { blackhole: true } });
    const second = await until("another leader", 15_000, async () => {
      const holder = await leader();
      return holder === first ? undefined : holder;
    });
    expect(second).not.toBe(first);
    for (let call = 0; call < 10; call += 1) expect((await ask(other, "Hello", false)).status).toBe(200);
    await until("no hold is open", 30_000, async () =>
      (await count("nexus.operation where state in ('open', 'uncertain')")) === 0 ? true : undefined,
    );
    await until("every entry is rolled up", 10_000, async () =>
      (await count("nexus.rollup_queue")) === 0 ? true : undefined,
    );
    expect(await count("nexus.entry")).toBeGreaterThanOrEqual(15);
    expect(performance.now() - began).toBeLessThan(40_000);
    expect((await fetch(`${other.url}/health/ready`)).status).toBe(200);
    expect((await fetch(`${silent.url}/health/ready`)).status).toBe(503);

    // Back again, it serves without a restart and leaves the lead where it is.
    await line.clear();
    await until("ready again", 15_000, async () =>
      (await fetch(`${silent.url}/health/ready`)).status === 200 ? true : undefined,
    );
    expect((await ask(silent, "Hello", false)).status).toBe(200);
    expect(await leader()).toBe(second);
    await Promise.all(readers);
  },
);
