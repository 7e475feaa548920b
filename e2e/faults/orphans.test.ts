import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openFaultScene, type FaultScene } from "./fault-scene.ts";

let scene: FaultScene;

beforeAll(async () => {
  scene = await openFaultScene({ name: "orphans", overrides: { drainTimeoutMs: 20_000, logLevel: "debug" } });
}, 60_000);
afterAll(() => scene.close());

it(
  "a process whose parent has gone finishes what is under way, settles it, and ends",
  { timeout: 60_000 },
  async () => {
    const gateway = await scene.startGateway();
    scene.sandbox.script({ contains: "long story", faults: [{ name: "pace", everyMs: 25 }] });
    const told = await scene.ask(gateway, { content: "Tell me a long story. [[words:60]]", stream: true });
    expect(told.status).toBe(200);
    const operationId = told.headers.get("x-nexus-operation-id");
    const story = told.text();
    gateway.orphan();
    const began = performance.now();
    expect((await story).trimEnd().endsWith("data: [DONE]")).toBe(true);
    expect(await gateway.gone()).toBe(0);
    // Its end follows that of the stream; nothing waits for connections that nobody uses any more.
    expect(performance.now() - began).toBeLessThan(15_000);
    const { rows } = await scene.cluster.pool.query<{ state: string; source: string }>(
      "select state, source from nexus.operation where operation_id = $1",
      [operationId],
    );
    expect(rows).toEqual([{ state: "settled", source: "provider" }]);
  },
);

it("nobody who reads its output is needed", { timeout: 60_000 }, async () => {
  const gateway = await scene.startGateway();
  gateway.breakPipes();
  await sleep(50);
  // Each call is logged: the first line meets the broken pipe, and so do the others.
  for (let call = 0; call < 20; call += 1) expect((await scene.ask(gateway)).status).toBe(200);
  expect((await fetch(`${gateway.url}/api/nothing-here`)).status).toBeGreaterThanOrEqual(400);
  expect(gateway.alive()).toBe(true);
  expect(await gateway.stop()).toBe(0);
});
