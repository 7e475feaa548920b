import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { RealtimeTalk } from "../../test/realtime-talk.ts";
import { openFaultScene, type FaultScene } from "./fault-scene.ts";
import { eventually } from "../../test/eventually.ts";

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
  "a batch is charged once, whoever is killed: before its row knows that its vendor has it, and while answers are read",
  { timeout: 90_000 },
  async () => {
    const { sandbox, cluster } = scene;
    const { pool } = cluster;
    const meets = (name: string): boolean => sandbox.requests().some(({ faults }) => faults.includes(name));
    const headers = { authorization: `Bearer ${scene.apiKey}`, "content-type": "application/json" };
    sandbox.script(
      { path: "/batches", nth: 1, faults: [{ name: "hang-before-headers" }] },
      { path: "/content", nth: 1, faults: [{ name: "hang-mid-body" }] },
    );
    const first = await scene.startGateway();
    const lost = fetch(`${first.url}/api/ai/batches`, {
      method: "POST",
      headers: { ...headers, "idempotency-key": "batch-of-a-killed-process" },
      body: JSON.stringify({
        endpoint: "/v1/chat/completions",
        requests: ["north", "south"].map((customId) => ({
          customId,
          body: { model: "gpt-4o-mini", messages: [{ role: "user", content: `Greet ${customId}.` }], max_tokens: 40 },
        })),
      }),
    }).catch(() => undefined);
    await eventually(() => expect(meets("hang-before-headers")).toBe(true));
    await first.kill();
    await lost;
    const rows = async () =>
      (
        await pool.query(
          `select b.vendor_batch_id is not null known, b.ended_at is not null ended, o.state, o.source, o.held > 0 held, o.cost::text,
             (select coalesce(sum(case when e.kind = 'adjust_down' then -e.amount else e.amount end), 0)::text
                from nexus.entry e where e.operation_id = o.operation_id) booked
             from nexus.operation o left join nexus.ai_batch b using (operation_id) where o.name = 'ai.batches.create'`,
        )
      ).rows;
    expect(await rows()).toEqual([
      { known: false, ended: false, state: "open", source: null, held: true, cost: null, booked: "0" },
    ]);
    const second = await scene.startGateway();
    // It is found by the id that it carries, goes on, and is read once it has ended.
    await eventually(() => expect(meets("hang-mid-body")).toBe(true), { timeout: 50_000, interval: 50 });
    expect(await rows()).toEqual([
      { known: true, ended: false, state: "open", source: null, held: true, cost: null, booked: "0" },
    ]);
    await second.kill();
    const third = await scene.startGateway();
    // The lease of the process that was killed runs out.
    await pool.query("update nexus.ai_batch set leased_until = clock_timestamp(), look_at = clock_timestamp()");
    await eventually(async () => expect((await rows())[0]).toMatchObject({ ended: true }), {
      timeout: 20_000,
      interval: 50,
    });
    const [{ cost, ...row }, ...others] = await rows();
    expect(others).toEqual([]);
    expect(row).toEqual({ known: true, ended: true, state: "settled", source: "provider", held: true, booked: cost });
    const page = await fetch(`${third.url}/api/ai/batches`, { headers });
    const { batches } = (await page.json()) as { batches: { id: string; status: string; costNanoUsd: string }[] };
    expect(batches).toMatchObject([{ status: "completed", costNanoUsd: cost }]);
    const results = await fetch(`${third.url}/api/ai/batches/${batches[0]?.id}/results`, { headers });
    // gpt-4o-mini: 150 and 600 nano-USD a token, half of that in a batch.
    const answers = (await results.json()) as {
      results: { body: { usage: { prompt_tokens: number; completion_tokens: number } } }[];
    };
    const billed = answers.results
      .map(({ body: { usage } }) => (usage.prompt_tokens * 150 + usage.completion_tokens * 600) / 2)
      .reduce((sum, nanos) => sum + nanos, 0);
    expect(Number(cost)).toBe(billed);
    expect(
      sandbox.requests().filter(({ method, path }) => method === "POST" && path.endsWith("/batches")),
    ).toHaveLength(1);
    expect(await third.stop()).toBe(0);
  },
);

it(
  "a response in the background, or in a realtime session, whose process is killed has failed, with its hold in doubt",
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
    await eventually(() => expect(scene.sandbox.requests().some(({ faults }) => faults.includes("pace"))).toBe(true));
    const talk = await RealtimeTalk.open(gateway.url, { credential: scene.apiKey, model: "openai/gpt-realtime" });
    await talk.say("Tell one too. [[words:200]]");
    const spoken = { output_modalities: ["text"], instructions: "Tell an endless story." };
    talk.send({ type: "response.create", response: spoken });
    await talk.next("response.output_text.delta");
    await gateway.kill();
    const other = await scene.startGateway();
    const look = async (): Promise<unknown> => (await fetch(`${other.url}/v1/responses/${id}`, { headers })).json();
    expect(await look()).toMatchObject({ id, status: expect.stringMatching(/queued|in_progress/) });
    // Half a minute of silence goes by, of its process and of what it held.
    const { pool } = scene.cluster;
    await pool.query("update nexus.kept_response set alive_until = alive_until - interval '31 seconds'");
    expect(await look()).toMatchObject({ id, status: "failed", background: true, error: { code: "server_error" } });
    const rows = async () =>
      (
        await pool.query(
          `select state, cost, held > 0 as held, result->>'doubt' doubt from nexus.operation
             where operation_id = $1 or name = 'ai.realtime'`,
          [id.slice(5)],
        )
      ).rows;
    const inDoubt = { state: "uncertain", cost: null, held: true, doubt: "process_lost" };
    await eventually(async () => expect(await rows()).toEqual([inDoubt, inDoubt]), {
      timeout: 40_000,
      interval: 200,
    });
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
    await eventually(async () => expect(await look()).toMatchObject({ status: "completed" }), {
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
