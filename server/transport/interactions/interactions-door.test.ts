import { GoogleGenAI, type Interactions } from "@google/genai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestGateway, type TestGateway } from "../../../test/gateway.ts";
import { listenDoor } from "../../../test/listen-door.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { googleErrorReply } from "../google/index.ts";
import { createInteractionsDoor } from "./index.ts";
import { eventually } from "../../../test/eventually.ts";

type Event = Interactions.InteractionSSEEvent;

let world: TestGateway;
let ctx: CallContext;
let url: string;
/** The same caller at two gateways that share nothing but the database. */
let here: GoogleGenAI;
let elsewhere: GoogleGenAI;
const closers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  world = await openTestGateway();
  const open = async (): Promise<string> => {
    const { deps, metrics } = world;
    const door = await listenDoor({
      answer: createInteractionsDoor({ gateway: world.fresh({ callTimeoutMs: 1_000 }), deps, metrics }, 4_000),
      encodeError: googleErrorReply,
      context: (known) => ({ ...ctx, ...known, door: "google" }),
    });
    closers.push(door.close);
    return door.url;
  };
  const clientOf = (baseUrl: string): GoogleGenAI =>
    new GoogleGenAI({ apiKey: "unused", httpOptions: { baseUrl, retryOptions: { attempts: 1 } } });
  url = await open();
  [here, elsewhere] = [clientOf(url), clientOf(await open())];
});
beforeEach(async () => {
  await world.sandbox.reset();
  ctx = world.context();
});
afterAll(async () => {
  for (const close of closers) await close();
  await world.close();
});

const models = ["google/gemini-3-flash-preview", "anthropic/claude-haiku-4-5", "openai/gpt-5-mini"];
const generation_config = { max_output_tokens: 4_000 };
const weather = {
  type: "function" as const,
  name: "weather",
  description: "The weather in a city",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};

const read = async (stream: AsyncIterable<Event>, most = Infinity): Promise<Event[]> => {
  const events: Event[] = [];
  for await (const event of stream) {
    events.push(event);
    if (events.length >= most) break;
  }
  return events;
};

const textOf = (events: readonly Event[]): string =>
  events
    .map((event) => (event.event_type === "step.delta" && event.delta.type === "text" ? event.delta.text : ""))
    .join("");

const kindsOf = (events: readonly Event[]): readonly string[] => [...new Set(events.map((one) => one.event_type))];

const refusal = async (work: Promise<unknown>) => {
  const error: unknown = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof Error && "status" in error)) throw new Error(`no error of the client: ${String(error)}`);
  return { status: error.status, message: error.message };
};

const post = async (body: object, headers: Readonly<Record<string, string>> = {}) => {
  const response = await fetch(`${url}/v1beta/interactions`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
};

const rowOf = (id: string) => world.row(id.slice("int_".length));

const ended = (client: GoogleGenAI, id: string) =>
  eventually(async () => {
    const found = await client.interactions.get(id);
    expect(found.status).not.toMatch(/queued|in_progress/);
    return found;
  });

describe.each(models)("the official client with %s", (model) => {
  it("gets an interaction that is paid for and kept, and the same as events", async () => {
    const whole = await here.interactions.create({ model, input: "Hello there", generation_config });
    expect(whole).toMatchObject({ object: "interaction", status: "completed", usage: { total_tool_use_tokens: 0 } });
    expect(whole.output_text).toContain("Hello there");
    const row = await rowOf(whole.id);
    expect(row).toMatchObject({ state: "settled", source: "provider" });
    expect(row.cost).toBeGreaterThan(0n);
    expect(whole).toMatchObject({ nexus: { operationId: whole.id.slice(4), costNanoUsd: String(row.cost) } });
    expect(await elsewhere.interactions.get(whole.id)).toMatchObject({ id: whole.id, steps: whole.steps });
    expect(await elsewhere.interactions.get(whole.id, { include_input: true })).toMatchObject({
      input: [{ type: "user_input", content: [{ type: "text", text: "Hello there" }] }],
    });

    const events = await read(
      await here.interactions.create({ model, input: "Hello there", generation_config, stream: true }),
    );
    expect(textOf(events)).toBe(whole.output_text);
    expect(kindsOf(events)).toEqual([
      "interaction.created",
      "interaction.status_update",
      "step.start",
      "step.delta",
      "step.stop",
      "interaction.completed",
    ]);
    const last = events.at(-1);
    if (last?.event_type !== "interaction.completed") throw new Error("no last event");
    expect(last.interaction).toMatchObject({ status: "completed", usage: { total_tokens: whole.usage?.total_tokens } });
    expect(await rowOf(last.interaction.id)).toMatchObject({ state: "settled", cost: row.cost, units: row.units });
    // What was streamed is kept as whole as what was not, and is told again as events.
    const kept = await elsewhere.interactions.get(last.interaction.id);
    expect(kept.output_text).toBe(whole.output_text);
    const again = await read(await elsewhere.interactions.get(last.interaction.id, { stream: true }));
    expect(textOf(again)).toBe(whole.output_text);
    const { event_id } = again[2] ?? {};
    const behind = await read(
      await here.interactions.get(last.interaction.id, { stream: true, last_event_id: event_id ?? "" }),
    );
    expect(behind).toEqual(again.slice(3));
  });

  it("calls functions, and goes on by the interaction's id with their results alone", async () => {
    const asked = await here.interactions.create({
      model,
      input: "Please call the tool",
      tools: [weather],
      generation_config: { ...generation_config, thinking_level: "low" },
    });
    expect(asked.status).toBe("requires_action");
    const call = asked.steps.find((step) => step.type === "function_call");
    expect(call).toMatchObject({ name: "weather", arguments: { city: expect.any(String) } });
    const result = { type: "function_result" as const, call_id: call?.id ?? "", name: "weather", result: "Sunny" };
    const goesOn = { model, tools: [weather], generation_config, input: [result] };
    const answer = await elsewhere.interactions.create({ ...goesOn, previous_interaction_id: asked.id });
    expect(answer).toMatchObject({ status: "completed", previous_interaction_id: asked.id });
    expect(answer.output_text).toContain("Sunny");
    // The same without anything that is kept: the client brings all steps back, signatures among them.
    const { output_text: stateless } = await here.interactions.create({
      ...goesOn,
      store: false,
      input: [
        { type: "user_input", content: [{ type: "text", text: "Please call the tool" }] },
        ...asked.steps,
        result,
      ],
    });
    expect(stateless).toBe(answer.output_text);

    const events = await read(
      await here.interactions.create({
        model,
        input: "Please call the tool",
        tools: [weather],
        generation_config: {
          ...generation_config,
          tool_choice: { allowed_tools: { mode: "any", tools: ["weather"] } },
        },
        stream: true,
      }),
    );
    const last = events.at(-1);
    if (last?.event_type !== "interaction.completed") throw new Error("no last event");
    expect(last.interaction.status).toBe("requires_action");
    const kept = await here.interactions.get(last.interaction.id);
    expect(kept.steps.find((step) => step.type === "function_call")).toMatchObject({
      arguments: { city: expect.any(String) },
    });
  });

  it("begins one that goes on without it, resumes its events at another gateway, and cancels another", async () => {
    world.sandbox.script({ faults: [{ name: "latency", delayMs: 200 }] });
    const input = "Hello there";
    const stream = await here.interactions.create({ model, input, generation_config, background: true, stream: true });
    const [created, next] = await read(stream, 2);
    if (created?.event_type !== "interaction.created") throw new Error("no first event");
    const { id } = created.interaction;
    const rest = await read(
      await elsewhere.interactions.get(id, { stream: true, last_event_id: next?.event_id ?? "" }),
    );
    expect(textOf(rest)).toContain("Hello there");
    expect(rest.at(-1)?.event_type).toBe("interaction.completed");
    const done = await ended(elsewhere, id);
    expect(done).toMatchObject({ id, status: "completed" });
    expect(done.output_text).toBe(textOf(rest));
    expect(await rowOf(id)).toMatchObject({ state: "settled" });

    world.sandbox.script({ faults: [{ name: "latency", delayMs: 3_000 }] });
    const slow = await here.interactions.create({ model, input, generation_config, background: true });
    expect(slow).toMatchObject({ status: "in_progress", steps: [] });
    expect(await here.interactions.cancel(slow.id)).toMatchObject({ id: slow.id, status: "cancelled" });
    await here.interactions.delete(slow.id);
    expect(await refusal(here.interactions.get(slow.id))).toMatchObject({ status: 404 });
  });
});

describe.each(models)("a stream of %s", (model) => {
  const ask = { model, input: "Tell a story. [[words:40]]", generation_config, stream: true } as const;

  const soon = (told: () => Promise<void>) => eventually(told);

  const begun = (events: readonly Event[]): string => {
    const [created] = events;
    if (created?.event_type !== "interaction.created") throw new Error("no first event");
    return created.interaction.id;
  };

  it("whose caller leaves is read on, booked once at the vendor's numbers, and kept whole", async () => {
    const whole = await read(await here.interactions.create(ask));
    const { cost, units } = await rowOf(begun(whole));
    world.sandbox.script({ faults: [{ name: "pace", everyMs: 5 }] });
    const left = begun(await read(await here.interactions.create(ask), 4));
    await soon(async () =>
      expect(await rowOf(left)).toMatchObject({ state: "settled", source: "drained", cost, booked: cost, units }),
    );
    expect(await world.counters(ctx.organizationId)).toMatchObject({ reserved: 0n, spent: 2n * (cost ?? 0n) });
    await soon(async () =>
      expect(await elsewhere.interactions.get(left)).toMatchObject({ status: "completed", output_text: textOf(whole) }),
    );
  });

  it.each([
    { vendor: "breaks off", fault: { name: "cut-mid-stream" } },
    { vendor: "breaks off before its numbers", fault: { name: "cut-after-last-delta" } },
    { vendor: "falls silent", fault: { name: "hang-mid-body" } },
  ])("whose vendor $vendor ends with one error, and keeps the whole hold as doubt", async ({ fault }) => {
    world.sandbox.script({ faults: [fault] });
    const { body } = await fetch(`${url}/v1beta/interactions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(ask),
    });
    const told = await new Response(body).text();
    const kinds = [...told.matchAll(/^event: (.+)$/gm)].map(([, kind]) => kind);
    expect(kinds.filter((kind) => kind === "error")).toHaveLength(1);
    expect(kinds.slice(-2)).toEqual(["error", "done"]);
    expect(kinds).not.toContain("interaction.completed");
    await soon(async () => {
      const [row, ...others] = await world.rows(ctx.organizationId);
      expect(others).toEqual([]);
      expect(row).toMatchObject({ state: "uncertain", booked: 0n });
      expect(await world.counters(ctx.organizationId)).toEqual({ reserved: row?.held, spent: 0n, overrun: 0n });
    });
  });
});

describe("what an interaction may be asked for", () => {
  const model = "openai/gpt-4o-mini";
  const ask = { model, input: "Hello there" };

  it("is JSON by a schema, media, and thinking that is told", async () => {
    const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
    for (const format of [
      { response_format: { type: "text" as const, mime_type: "application/json", schema } },
      { response_format: [{ type: "text" as const, mime_type: "application/json", schema }] },
      { response_format: schema, response_mime_type: "application/json" },
    ]) {
      const { output_text: said = "" } = await here.interactions.create({ ...ask, ...format });
      expect(JSON.parse(said)).toEqual({ city: expect.any(String) });
    }
    const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    const seen = await here.interactions.create({
      model: "gemini-2.5-flash",
      input: [
        { type: "image", mime_type: "image/png", data: pixel },
        { type: "text", text: "What is this?" },
      ],
      generation_config: { thinking_level: "low", thinking_summaries: "auto", max_output_tokens: 4_000 },
    });
    expect(seen.steps.find((step) => step.type === "thought" && step.summary !== undefined)).toBeDefined();
    expect(seen.usage?.total_thought_tokens).toBeGreaterThan(0);
  });

  it("is one interaction for one idempotency key, and told whole even when it is no longer kept", async () => {
    const again = () => post({ ...ask, background: true }, { "idempotency-key": "once" });
    const { body: begun } = await again();
    const whole = await ended(here, begun.id);
    expect((await again()).body).toMatchObject({ id: whole.id, status: "completed" });
    await here.interactions.delete(whole.id);
    expect((await again()).body).toMatchObject({ id: whole.id, steps: whole.steps });
  });

  it("is kept by nobody where it says so, and is not found by another caller", async () => {
    const { body } = await post({ ...ask, store: false });
    expect(body).not.toHaveProperty("id");
    const kept = await here.interactions.create(ask);
    ctx = world.context();
    expect(await refusal(here.interactions.get(kept.id))).toMatchObject({ status: 404 });
    expect(await refusal(here.interactions.create({ ...ask, previous_interaction_id: kept.id }))).toMatchObject({
      status: 400,
      message: expect.stringContaining("previous_interaction_id"),
    });
  });

  it("searches the web with a model of another vendor, and tells the pages, whole and as events", async () => {
    const search = {
      ...ask,
      model: "anthropic/claude-haiku-4-5",
      tools: [{ type: "google_search" as const }, weather],
    };
    const events = await read(await here.interactions.create({ ...search, stream: true }));
    const told = events.find((one) => one.event_type === "step.delta" && one.delta.type === "text_annotation_delta");
    expect(JSON.stringify(told)).toMatch(/"type":"url_citation","url":"https:[^}]+"start_index":0,"end_index":\d/);
    const { steps } = await here.interactions.create(search);
    expect(JSON.stringify(steps)).toContain('"annotations":[{"type":"url_citation"');
    const [row] = await world.rows(ctx.organizationId);
    expect(row?.units?.search).toBeGreaterThan(0);
  });

  it.each([
    [{ agent: "deep-research-preview-04-2026", input: "Find out", background: true }, /agent is not offered here/, 422],
    [{ ...ask, tools: [{ type: "google_maps" }] }, /tools\.0 is not offered here/, 422],
    [{ ...ask, tools: [{ type: "google_search", search_types: ["image_search"] }] }, /tools\.0\.search_types/, 422],
    [{ ...ask, tools: [{ type: "mcp_server", url: "https://example.com" }] }, /tools\.0 is not offered here/, 422],
    [{ ...ask, continuation_token: "t" }, /bills the whole conversation again/, 422],
    [{ ...ask, cached_content: "cachedContents/1" }, /cached_content is not offered/, 422],
    [{ ...ask, service_tier: "priority" }, /service_tier is not offered/, 422],
    [{ ...ask, response_format: { type: "video" } }, /response_format is not offered/, 422],
    [{ ...ask, background: true, store: false }, /store: true or absent/, 400],
    [{ ...ask, input: [{ type: "image", uri: "gs://bucket/a.png" }] }, /https address/, 400],
    [{ ...ask, input: [{ type: "function_result", call_id: "c", result: "x" }] }, /call_id/, 400],
    [{ ...ask, temprature: 1 }, /Unknown field/, 400],
    [{ model }, /input/, 400],
  ])("is refused with words, and costs nothing: %j", async (body, told, status) => {
    const refused = await post(body);
    expect(refused.status).toBe(status);
    expect(JSON.stringify(refused.body)).toMatch(told);
    expect(world.sandbox.requests()).toEqual([]);
  });
});
