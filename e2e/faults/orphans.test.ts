import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { openFaultScene, type FaultScene } from "./fault-scene.ts";

let scene: FaultScene;

beforeAll(async () => {
  scene = await openFaultScene({
    name: "orphans",
    overrides: {
      drainTimeoutMs: 20_000,
      callTimeoutMs: 8_000,
      backgroundTimeoutMs: 60_000,
      orphanAfterMs: 11_000,
      logLevel: "debug",
    },
  });
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

it(
  "a response in the background whose process is killed is told as failed by another one, with its hold in doubt",
  { timeout: 60_000 },
  async () => {
    const gateway = await scene.startGateway();
    scene.sandbox.script({ contains: "endless story", faults: [{ name: "pace", everyMs: 300 }] });
    const headers = { authorization: `Bearer ${scene.apiKey}`, "content-type": "application/json" };
    const begun = await fetch(`${gateway.url}/v1/responses`, {
      method: "POST",
      headers,
      body: JSON.stringify({
        model: "openai/gpt-4o-mini",
        input: "Tell an endless story. [[words:200]]",
        background: true,
      }),
    });
    expect(begun.status).toBe(200);
    const { id, status } = (await begun.json()) as { id: string; status: string };
    expect(status).toBe("queued");
    await vi.waitFor(() => expect(scene.sandbox.requests().some(({ faults }) => faults.includes("pace"))).toBe(true));
    await gateway.kill();
    const other = await scene.startGateway();
    const look = async (): Promise<unknown> => (await fetch(`${other.url}/v1/responses/${id}`, { headers })).json();
    expect(await look()).toMatchObject({ id, status: expect.stringMatching(/queued|in_progress/) });
    // Half a minute of silence goes by, of its process and of what it held.
    const { pool } = scene.cluster;
    await pool.query("update nexus.kept_response set alive_until = alive_until - interval '31 seconds'");
    expect(await look()).toMatchObject({ id, status: "failed", background: true, error: { code: "server_error" } });
    const row = async () =>
      (
        await pool.query(
          "select state, cost, held > 0 as held, result->>'doubt' doubt from nexus.operation where operation_id = $1",
          [id.slice(5)],
        )
      ).rows[0];
    await vi.waitFor(
      async () => expect(await row()).toEqual({ state: "uncertain", cost: null, held: true, doubt: "process_lost" }),
      {
        timeout: 40_000,
        interval: 200,
      },
    );
  },
);

it(
  "a video whose process is killed is followed by another one, and is made and charged once",
  { timeout: 60_000 },
  async () => {
    const gateway = await scene.startGateway();
    const headers = { authorization: `Bearer ${scene.apiKey}`, "content-type": "application/json" };
    const begun = await fetch(`${gateway.url}/api/ai/videos`, {
      method: "POST",
      headers,
      body: JSON.stringify({ model: "google/veo-3.1-fast-generate-preview", prompt: "A boat", durationSeconds: 4 }),
    });
    expect(begun.status).toBe(200);
    const { id, operationId } = (await begun.json()) as { id: string; operationId: string };
    await gateway.kill();
    const other = await scene.startGateway();
    const look = async (): Promise<unknown> => (await fetch(`${other.url}/api/ai/videos/${id}`, { headers })).json();
    // Half a minute goes by, in case it was killed while it asked: whoever asks after a video has it for so long.
    await scene.cluster.pool.query("update nexus.ai_video set leased_until = leased_until - interval '31 seconds'");
    await vi.waitFor(async () => expect(await look()).toMatchObject({ status: "completed" }), {
      timeout: 45_000,
      interval: 300,
    });
    const { rows } = await scene.cluster.pool.query(
      "select state, source, cost, held from nexus.operation where operation_id = $1",
      [operationId],
    );
    expect(rows).toEqual([{ state: "settled", source: "provider", cost: 400_000_000n, held: 400_000_000n }]);
    const asked = scene.sandbox.requests().filter(({ path }) => path.endsWith(":predictLongRunning"));
    expect(asked).toHaveLength(1);
    const content = await fetch(`${other.url}/v1/videos/${id}/content`, { headers });
    expect(content.status).toBe(200);
    expect((await content.arrayBuffer()).byteLength).toBeGreaterThan(4_000);
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
