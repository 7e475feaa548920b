import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { startSandbox, type Sandbox } from "../../sandbox/start-sandbox.ts";
import { createTestDatabase, type TestDatabase } from "../../test/database.ts";
import { appId, openCluster, type Cluster } from "./cluster.ts";
import type { GatewayProcess } from "./gateway-process.ts";

let database: TestDatabase;
let dataDir: string;
let sandbox: Sandbox;
let cluster: Cluster;
let apiKey: string;

beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), "nexus-orphans-"));
  sandbox = await startSandbox({ fsync: false });
  const { openai, anthropic, google } = sandbox.baseUrls;
  cluster = await openCluster({
    databaseUrl: database.url,
    dataDir,
    vendorKey: inject("canaryKey"),
    logDir: join(inject("logDir"), "orphans"),
    vendors: { openai, anthropic, google },
    overrides: { drainTimeoutMs: 20_000, logLevel: "debug" },
  });
  apiKey = (await cluster.createApiKey(appId)).apiKey;
}, 60_000);
afterAll(async () => {
  await cluster.close();
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
      max_completion_tokens: 200,
      stream,
    }),
  });

it(
  "a process whose parent has gone finishes what is under way, settles it, and ends",
  { timeout: 60_000 },
  async () => {
    const gateway = await cluster.startGateway();
    sandbox.script({ contains: "long story", faults: [{ name: "pace", everyMs: 25 }] });
    const told = await ask(gateway, "Tell me a long story. [[words:60]]", true);
    expect(told.status).toBe(200);
    const operationId = told.headers.get("x-nexus-operation-id");
    const story = told.text();
    gateway.orphan();
    const began = performance.now();
    expect((await story).trimEnd().endsWith("data: [DONE]")).toBe(true);
    expect(await gateway.gone()).toBe(0);
    // Its end follows that of the stream; nothing waits for connections that nobody uses any more.
    expect(performance.now() - began).toBeLessThan(15_000);
    const { rows } = await cluster.pool.query<{ state: string; source: string }>(
      "select state, source from nexus.operation where operation_id = $1",
      [operationId],
    );
    expect(rows).toEqual([{ state: "settled", source: "provider" }]);
  },
);

it("nobody who reads its output is needed", { timeout: 60_000 }, async () => {
  const gateway = await cluster.startGateway();
  gateway.breakPipes();
  await sleep(50);
  // Each call is logged: the first line meets the broken pipe, and so do the others.
  for (let call = 0; call < 20; call += 1) expect((await ask(gateway, "Hello", false)).status).toBe(200);
  expect((await fetch(`${gateway.url}/api/nothing-here`)).status).toBeGreaterThanOrEqual(400);
  expect(gateway.alive()).toBe(true);
  expect(await gateway.stop()).toBe(0);
});
