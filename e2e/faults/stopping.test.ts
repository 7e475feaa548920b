import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, inject, it } from "vitest";
import { startSandbox, type Sandbox } from "../../sandbox/start-sandbox.ts";
import { createTestDatabase, type TestDatabase } from "../../test/database.ts";
import { publishedCost } from "../../test/published-prices.ts";
import { appId, openCluster, type Cluster } from "./cluster.ts";
import type { GatewayProcess } from "./gateway-process.ts";

let database: TestDatabase;
let dataDir: string;
let sandbox: Sandbox;
let cluster: Cluster;
let gateway: GatewayProcess;
let apiKey: string;

beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), "nexus-stopping-"));
  sandbox = await startSandbox({ fsync: false });
  const { openai, anthropic, google } = sandbox.baseUrls;
  cluster = await openCluster({
    databaseUrl: database.url,
    dataDir,
    logDir: join(inject("logDir"), "stopping"),
    vendors: { openai, anthropic, google },
    overrides: { drainTimeoutMs: 4_000, callTimeoutMs: 60_000 },
  });
  apiKey = (await cluster.createApiKey(appId)).apiKey;
}, 90_000);
beforeEach(async () => {
  await sandbox.reset();
  gateway = await cluster.startGateway();
}, 60_000);
afterAll(async () => {
  await cluster.close();
  await sandbox.close();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

/** A caller that leaves once the vendor has been asked, and has said something where it streams. */
const askAndLeave = async (stream: boolean): Promise<void> => {
  const leaving = new AbortController();
  const asking = fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({
      model: "openai/gpt-4o-mini",
      messages: [{ role: "user", content: `Go on. [[words:60]] ${String(stream)}` }],
      max_completion_tokens: 400,
      stream,
    }),
    signal: leaving.signal,
  });
  asking.catch(() => undefined);
  await expect.poll(() => sandbox.requests().length, { timeout: 20_000 }).toBe(1);
  if (stream) await (await asking).body?.getReader().read();
  else await sleep(100);
  leaving.abort();
  await sleep(100);
};

interface Row {
  readonly state: string;
  readonly source: string | null;
  readonly cost: string | null;
  readonly doubt: string | null;
}

const row = async (): Promise<Row> => {
  const operationId = sandbox.requests().at(-1)?.operationId;
  const { rows } = await cluster.pool.query<Row>(
    "select state, source, cost::text, result->>'doubt' doubt from nexus.operation where operation_id = $1",
    [operationId],
  );
  const [found] = rows;
  if (!found) throw new Error("no row");
  return found;
};

const trueCost = (): string => String(publishedCost("gpt-4o-mini", { ...sandbox.requests().at(-1)?.units }));

it.each([
  ["an abandoned stream", true, { name: "pace", everyMs: 20 }],
  ["a call whose caller left", false, { name: "latency", delayMs: 1_500 }],
] as const)("SIGTERM waits for %s to be answered", async (_, stream, fault) => {
  sandbox.script({ faults: [fault] });
  await askAndLeave(stream);
  expect(await row()).toMatchObject({ state: "open" });
  expect(await gateway.stop()).toBe(0);
  expect(await row()).toEqual({ state: "settled", source: "drained", cost: trueCost(), doubt: null });
});

it.each([
  ["an abandoned stream", true, "hang-mid-body"],
  ["a call whose caller left", false, "hang-before-headers"],
] as const)("what is left of %s when time is up is in doubt, by the process itself", async (_, stream, name) => {
  sandbox.script({ faults: [{ name }] });
  await askAndLeave(stream);
  const began = performance.now();
  expect(await gateway.stop()).toBe(0);
  expect(performance.now() - began).toBeLessThan(15_000);
  expect(await row()).toEqual({ state: "uncertain", source: "none", cost: null, doubt: "process_lost" });
});
