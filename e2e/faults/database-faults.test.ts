import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase } from "../../test/database.ts";
import { publishedCost } from "../../test/published-prices.ts";
import { openFaultScene, openOwnDatabase, type FaultScene } from "./fault-scene.ts";
import type { GatewayProcess } from "./gateway-process.ts";
import type { OwnPostgres } from "./own-postgres.ts";

let postgres: OwnPostgres;
let scene: FaultScene;
let gateway: GatewayProcess;

beforeAll(async () => {
  scene = await openFaultScene({
    name: "database-faults",
    openDatabase: async (dataDir) => {
      const [own, auth] = await Promise.all([openOwnDatabase(dataDir), createTestDatabase()]);
      ({ postgres } = own);
      return {
        url: own.url,
        authUrl: auth.url,
        drop: () => Promise.all([own.drop(), auth.drop()]).then(() => undefined),
      };
    },
  });
  gateway = await scene.startGateway();
}, 90_000);
afterAll(() => scene.close());

const askOnce = async (): Promise<{ status: number; text: string }> => {
  const response = await scene.ask(gateway, { content: "Are you there?" });
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
    scene.sandbox.script({ contains: "long story", faults: [{ name: "pace", everyMs: 25 }] });
    const told = await scene.ask(gateway, { content: "Tell me a long story. [[words:60]]", stream: true });
    expect(told.status).toBe(200);
    const operationId = told.headers.get("x-nexus-operation-id");
    const story = told.text();

    await postgres.halt();
    const seenBefore = scene.sandbox.requests().length;
    // Each waits a second for the ledger; the stream's end waits ten.
    for (let call = 0; call < 4; call += 1) {
      const { status, text } = await askOnce();
      expect(status, text).toBe(503);
      const parsed: unknown = JSON.parse(text);
      expect(parsed).toMatchObject({
        error: { code: expect.stringMatching(/^(LEDGER_UNAVAILABLE|OVERLOADED)$/), effect: "none" },
      });
    }
    expect(scene.sandbox.requests().length).toBe(seenBefore);
    expect(await readyStatus()).toBe(503);
    expect((await fetch(`${gateway.url}/health`)).status).toBe(200);

    await postgres.restart();
    await untilAnswered();
    expect(gateway.alive() && gateway.pid === pid).toBe(true);

    const text = await story;
    expect(text).toContain("data: [DONE]");
    const request = scene.sandbox.requests().find((one) => one.operationId === operationId);
    const { rows } = await scene.cluster.pool.query<{ state: string; source: string; cost: bigint }>(
      "select state, source, cost from nexus.operation where operation_id = $1",
      [operationId],
    );
    expect(rows).toEqual([
      { state: "settled", source: "provider", cost: publishedCost("gpt-4o-mini", { ...request?.reported }) },
    ]);
    const { rows: open } = await scene.cluster.pool.query(
      "select operation_id from nexus.operation where state = 'open'",
    );
    expect(open).toEqual([]);
  },
);

it("outlives kill -9 of the postmaster in the same way", { timeout: 60_000 }, async () => {
  await postgres.kill();
  // Until the backends have gone with it, a call may still be admitted; its answer then waits for the ledger.
  while ((await readyStatus()) === 200) await sleep(50);
  for (let effect = "done", left = 50; effect !== "none"; left -= 1) {
    expect(left).toBeGreaterThan(0);
    const before = scene.sandbox.requests().length;
    const { status, text } = await askOnce();
    if (status === 200) continue;
    expect(status, text).toBe(503);
    effect = scene.sandbox.requests().length > before ? "done" : "none";
    expect(text).toContain(`"effect":"${effect}"`);
  }
  await postgres.restart();
  await untilAnswered();
  // A hold that landed after its caller had been refused is given back.
  const { rows } = await scene.cluster.pool.query<{ states: string[] }>(
    "select array_agg(distinct state order by state desc) states from nexus.operation",
  );
  expect(["settled", "settled,released"]).toContain(rows[0]?.states.join());
});
