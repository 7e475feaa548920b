import { createOpenAI } from "@ai-sdk/openai";
import { generateText, jsonSchema, stepCountIs, streamText, tool, type ModelMessage } from "ai";
import OpenAI, { APIError } from "openai";
import type { Response, ResponseOutputItem } from "openai/resources/responses/responses";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestGateway, type TestGateway } from "../../../test/gateway.ts";
import { listenDoor } from "../../../test/listen-door.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { call } from "../../gateway/call.ts";
import { generateTextRequest } from "../../families/ai/index.ts";
import { NexusFacts } from "../../contracts/nexus-facts.ts";
import { createOpenAiDoor, openAiErrorReply } from "../openai/index.ts";
import { createAnthropicDoor } from "../anthropic/index.ts";
import { createConversationsDoor, createResponsesDoor } from "./index.ts";

let world: TestGateway;
let ctx: CallContext;
let url: string;
let client: OpenAI;
let close: () => Promise<void>;

beforeAll(async () => {
  world = await openTestGateway();
  const { gateway, deps, metrics } = world;
  const responses = createResponsesDoor({ gateway, deps, metrics }, 10_000);
  const conversations = createConversationsDoor({ gateway, deps, metrics });
  const door = await listenDoor({
    answer: (request, of) => (request.path.startsWith("/v1/conversations") ? conversations : responses)(request, of),
    encodeError: openAiErrorReply,
    context: (known) => ({ ...ctx, ...known, door: "openai" }),
  });
  ({ url, close } = door);
  client = new OpenAI({ apiKey: "unused", baseURL: `${url}/v1`, maxRetries: 0 });
});
beforeEach(async () => {
  await world.sandbox.reset();
  ctx = world.context();
});
afterAll(async () => {
  await close();
  await world.close();
});

const models = ["openai/gpt-5-mini", "anthropic/claude-haiku-4-5", "google/gemini-2.5-flash"];

type HttpAnswer = ReturnType<typeof createOpenAiDoor>;

/** The classes in which something was used. */
const used = (units: object | null) =>
  Object.entries(units ?? {})
    .filter(([, count]) => count > 0)
    .sort(([one], [other]) => (one < other ? -1 : 1));

/** One pixel. */
const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const place = { type: "object" as const, properties: { city: { type: "string" as const } }, required: ["city"] };

const weather = {
  type: "function" as const,
  name: "weather",
  description: "The weather in a city",
  parameters: place,
  strict: false,
};

/** Items of an answer that are items of the next request, too. */
const goesBack = (item: ResponseOutputItem) =>
  item.type === "message" || item.type === "reasoning" || item.type === "function_call" ? [item] : [];

const expectRow = async (answer: object): Promise<void> => {
  const { operationId, costNanoUsd, usageSource } = NexusFacts.parse(Reflect.get(answer, "nexus"));
  const row = await world.row(operationId);
  expect(row).toMatchObject({ state: "settled", source: usageSource, cost: BigInt(costNanoUsd) });
  expect(row.booked).toBe(row.cost);
};

describe.each(models)("the official client with %s", (model) => {
  it("gets a response that is paid for, and the same in events", async () => {
    const ask = { model, instructions: "Be kind.", input: "Hello there", max_output_tokens: 2_000, store: false };
    const whole = await client.responses.create(ask);
    expect(whole).toMatchObject({ object: "response", status: "completed", store: false, max_output_tokens: 2_000 });
    expect(whole.output_text).toContain("Hello there");
    expect(whole.usage?.total_tokens).toBe((whole.usage?.input_tokens ?? 0) + (whole.usage?.output_tokens ?? 0));
    await expectRow(whole);

    const types: string[] = [];
    const numbers: number[] = [];
    let text = "";
    let last: Response | undefined;
    for await (const event of await client.responses.create({ ...ask, stream: true })) {
      types.push(event.type);
      numbers.push(event.sequence_number);
      if (event.type === "response.output_text.delta") text += event.delta;
      if (event.type === "response.completed") last = event.response;
    }
    expect(numbers).toEqual(numbers.map((_number, index) => index));
    expect(types.slice(0, 3)).toEqual(["response.created", "response.in_progress", "response.output_item.added"]);
    expect(types.at(-1)).toBe("response.completed");
    expect(text).toBe(whole.output_text);
    expect(last?.usage?.total_tokens).toBe(whole.usage?.total_tokens);
    expect(last?.output.map(({ type }) => type)).toEqual(whole.output.map(({ type }) => type));
    const rows = await world.rows(ctx.organizationId);
    expect(new Set(rows.map(({ cost, units }) => JSON.stringify([String(cost), units]))).size).toBe(1);
    expect(rows.map(({ operationId }) => `resp_${operationId}`)).toEqual([whole.id, last?.id]);
  });

  it("gets calls of functions and of free text, whole and streamed, and goes on with their outputs", async () => {
    const input = [{ role: "user" as const, content: "Please call the tool" }];
    const ask = { model, input, tools: [weather], store: false, include: ["reasoning.encrypted_content" as const] };
    const whole = await client.responses.create(ask);
    const call = whole.output.find((item) => item.type === "function_call");
    if (call === undefined) throw new Error("no call");
    expect(JSON.parse(call.arguments)).toHaveProperty("city");
    const streamed = await client.responses.stream(ask).finalResponse();
    const again = streamed.output.find((item) => item.type === "function_call");
    expect(again).toMatchObject({ name: "weather", arguments: call.arguments, status: "completed" });
    const answer = await client.responses.create({
      ...ask,
      input: [
        ...input,
        ...whole.output.flatMap(goesBack),
        { type: "function_call_output", call_id: call.call_id, output: "21 degrees" },
      ],
    });
    expect(answer.output_text).toContain("21 degrees");
  });

  it("gets a JSON object of the schema it asked for", async () => {
    const schema = {
      type: "object",
      properties: { name: { type: "string" }, age: { type: "integer" } },
      required: ["name", "age"],
      additionalProperties: false,
    };
    const answer = await client.responses.parse({
      model,
      input: "Who is it?",
      text: { format: { type: "json_schema", name: "person", schema, strict: true } },
    });
    expect(JSON.parse(answer.output_text)).toMatchObject({ name: expect.any(String), age: expect.any(Number) });
  });
});

const caught = async (work: Promise<unknown>): Promise<APIError> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof APIError) return error;
  throw new Error(`not an API error: ${String(error)}`);
};

it.each(models)("the AI SDK's own openai() carries a tool loop of several turns through %s", async (model) => {
  const openai = createOpenAI({ baseURL: `${url}/v1`, apiKey: "unused" });
  const tools = {
    weather: tool({
      description: "The weather in a city",
      inputSchema: jsonSchema<{ city: string }>(place),
      execute: () => "21 degrees",
    }),
  };
  const messages: ModelMessage[] = [{ role: "user", content: "Please call the tool" }];
  const first = await generateText({ model: openai(model), tools, messages, stopWhen: stepCountIs(3), maxRetries: 0 });
  expect(first.steps).toHaveLength(2);
  expect(first.text).toContain("21 degrees");
  messages.push(...first.response.messages, { role: "user", content: "Hello again" });
  const streamed = streamText({ model: openai(model), tools, messages, maxRetries: 0 });
  expect(await streamed.text).toContain("Hello again");
  expect((await streamed.usage).outputTokens).toBeGreaterThan(0);
  const rows = await world.rows(ctx.organizationId);
  expect(rows.map(({ state, source }) => `${state} ${source}`)).toEqual(Array(3).fill("settled provider"));
});

describe("the caller who leaves", () => {
  it.each(["openai/gpt-4o-mini", "anthropic/claude-haiku-4-5"])(
    "%s at any event: the answer is read on and booked once, and kept",
    async (model) => {
      const events = async (leaveAfter: number): Promise<number> => {
        const stream = await client.responses.create({ model, input: "Hello", stream: true });
        let seen = 0;
        for await (const event of stream) {
          seen += event.sequence_number >= 0 ? 1 : 0;
          if (seen === leaveAfter) break;
        }
        return seen;
      };
      const all = await events(Number.POSITIVE_INFINITY);
      for (let leaveAfter = 1; leaveAfter < all; leaveAfter += 4) expect(await events(leaveAfter)).toBe(leaveAfter);
      const settled = async () => (await world.rows(ctx.organizationId)).filter(({ state }) => state !== "open");
      const leaving = Math.ceil((all - 1) / 4);
      await expect.poll(async () => (await settled()).length, { timeout: 5_000 }).toBe(1 + leaving);
      const rows = await settled();
      expect(new Set(rows.map(({ cost, booked }) => `${cost} ${booked}`)).size).toBe(1);
      expect(rows.every(({ state, source }) => state === "settled" && source !== "estimated")).toBe(true);
      const kept = async () => {
        const { rows: found } = await world.deps.db.pool.query(
          "select from nexus.kept_response where organization_id = $1",
          [ctx.organizationId],
        );
        return found.length;
      };
      await expect.poll(kept, { timeout: 5_000 }).toBe(rows.length);
    },
  );
});

it("a model that OpenAI serves by responses alone is reached by every API, with tools, and costs the same", async () => {
  const model = "openai/gpt-5-codex";
  const asked = { role: "user" as const, content: "Please call the tool" };
  const typed = {
    model,
    maxOutputTokens: 2_000,
    tools: [{ name: "weather", description: weather.description, inputSchema: place, strict: false }],
  };
  const { result } = await call(world.gateway, generateTextRequest({ ...typed, messages: [asked] }), ctx);
  const toolCall = result.content.find((part) => part.type === "tool-call");
  if (toolCall === undefined) throw new Error("no call");
  const said = result.content.flatMap((part) =>
    part.type === "reasoning" ? [{ type: part.type, text: part.text, providerOptions: part.providerMetadata }] : [],
  );
  expect(said).toMatchObject([{ providerOptions: { openai: { reasoningEncryptedContent: expect.any(String) } } }]);
  const { toolCallId, toolName } = toolCall;
  const next = generateTextRequest({
    ...typed,
    messages: [
      asked,
      {
        role: "assistant",
        content: [
          ...said,
          { type: "tool-call", toolCallId, toolName, input: {}, providerOptions: toolCall.providerMetadata },
        ],
      },
      {
        role: "tool",
        content: [{ type: "tool-result", toolCallId, toolName, output: { type: "text", value: "21 degrees" } }],
      },
    ],
  });
  expect((await call(world.gateway, next, ctx)).result.text).toContain("21 degrees");
  const chat = createOpenAiDoor(world.gateway);
  const listening = await listenDoor({
    answer: chat,
    encodeError: openAiErrorReply,
    context: (known) => ({ ...ctx, ...known, door: "openai" }),
  });
  const other = new OpenAI({ apiKey: "unused", baseURL: `${listening.url}/v1`, maxRetries: 0 });
  const { parameters, description, name } = weather;
  const tools = [{ type: "function" as const, function: { name, description, parameters, strict: false } }];
  const whole = await other.chat.completions.create({ model, messages: [asked], tools, max_completion_tokens: 2_000 });
  const stream = other.chat.completions.stream({ model, messages: [asked], tools, max_completion_tokens: 2_000 });
  const streamed = await stream.finalChatCompletion();
  for (const { choices } of [whole, streamed]) expect(choices[0]?.message.tool_calls).toHaveLength(1);
  await listening.close();
  await client.responses.create({ model, input: [asked], tools: [weather], max_output_tokens: 2_000, store: false });
  const rows = await world.rows(ctx.organizationId);
  expect(rows.map(({ state, source }) => `${state} ${source}`)).toEqual(Array(5).fill("settled provider"));
  const costs = rows.filter((_row, at) => at !== 1).map(({ cost }) => String(cost));
  expect(new Set(costs).size).toBe(1);
});

it.each(["openai/gpt-4o-mini", "google/gemini-2.5-flash"])(
  "%s costs the same by chat, by responses, by messages and typed",
  async (model) => {
    const chat = createOpenAiDoor(world.gateway);
    const messages = createAnthropicDoor(world.gateway);
    const asked = { role: "user" as const, content: "Hello there" };
    const ask = async (door: HttpAnswer, path: string, body: object): Promise<void> => {
      const listening = await listenDoor({
        answer: door,
        encodeError: openAiErrorReply,
        context: (known) => ({ ...ctx, ...known, door: "openai" }),
      });
      const { status } = await fetch(listening.url + path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      expect(status).toBe(200);
      await listening.close();
    };
    await ask(chat, "/v1/chat/completions", { model, messages: [asked], max_completion_tokens: 300 });
    await client.responses.create({ model, input: [asked], max_output_tokens: 300, store: false });
    await ask(messages, "/v1/messages", { model, messages: [asked], max_tokens: 300 });
    await call(world.gateway, generateTextRequest({ model, prompt: asked.content, maxOutputTokens: 300 }), ctx);
    const rows = await world.rows(ctx.organizationId);
    expect(rows).toHaveLength(4);
    const told = rows.map(({ state, source, cost, booked, vendor, model: of, units, tier }) =>
      // OpenAI's chat tells zeros of sound, too.
      JSON.stringify([state, source, String(cost), String(booked), vendor, of, used(units), tier]),
    );
    expect(new Set(told).size).toBe(1);
  },
);

describe("other vendors", () => {
  const patch = { type: "custom" as const, name: "apply_patch", description: "Applies a patch." };
  const custom = { model: models[1], input: "Please call the tool", tools: [patch], store: false };

  it("call tools of free text and of namespaces by names of their own, and the caller by its", async () => {
    const whole = await client.responses.create(custom);
    expect(whole.output.find(({ type }) => type === "custom_tool_call")).toMatchObject({
      name: "apply_patch",
      input: expect.any(String),
    });
    const done: string[] = [];
    for await (const event of await client.responses.create({ ...custom, stream: true }))
      if (event.type === "response.custom_tool_call_input.done") done.push(event.input);
    expect(done).toHaveLength(1);
    const spaced = await client.responses.create({
      ...custom,
      tools: [{ type: "namespace", name: "skies", description: "The weather", tools: [weather] }],
    });
    const call = spaced.output.find((item) => item.type === "function_call");
    expect(call).toMatchObject({ name: "weather", namespace: "skies" });
    const [request] = world.sandbox.requests().slice(-1);
    expect(JSON.stringify(request)).not.toContain("previous_response_id");
  });

  it("see images and files, and what has no translation is named or refused", async () => {
    const content = [
      { type: "input_text" as const, text: "What is it?" },
      { type: "input_image" as const, image_url: `data:image/png;base64,${png}`, detail: "auto" as const },
    ];
    for (const model of models) {
      const seen = await client.responses.create({ model, input: [{ role: "user", content }] });
      expect(seen.output_text).toContain("image");
    }
    const { response } = await client.responses
      .create({ model: models[1], input: "Hi", truncation: "auto", prompt_cache_key: "k", store: false })
      .withResponse();
    expect(response.headers.get("x-nexus-warnings")).toContain("truncation");
    for (const [fields, field] of [
      [{ tools: [{ type: "file_search", vector_store_ids: [] }] }, "tools[0].type"],
      [{ service_tier: "priority" }, "service_tier"],
      [{ prompt: { id: "pmpt_1" } }, "prompt"],
      [{ max_output_tokens: 15 }, "max_output_tokens"],
      [{ previous_response_id: "msg_1" }, "previous_response_id"],
    ] as const) {
      const refused = await fetch(`${url}/v1/responses`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ model: models[0], input: "Hi", ...fields }),
      });
      expect(refused.status).toBeGreaterThanOrEqual(400);
      expect(await refused.json()).toMatchObject({ error: { param: field } });
    }
    expect(world.sandbox.requests().every(({ path }) => path !== "/files")).toBe(true);
  });
});

describe("what is kept", () => {
  it("goes on at any vendor, by response, by reference and in a conversation, and is nobody else's", async () => {
    const first = await client.responses.create({
      model: "openai/gpt-5-mini",
      input: "Please call the tool",
      tools: [weather],
      metadata: { ticket: "7" },
    });
    const call = first.output.find((item) => item.type === "function_call");
    if (call === undefined) throw new Error("no call");
    const output = { type: "function_call_output" as const, call_id: call.call_id, output: "21 degrees" };
    for (const model of models) {
      const next = await client.responses.create({
        model,
        tools: [weather],
        previous_response_id: first.id,
        input: [output],
      });
      expect(next.output_text).toContain("21 degrees");
      expect(next.previous_response_id).toBe(first.id);
      const third = await client.responses.create({ model, previous_response_id: next.id, input: "Hello again" });
      expect(third.output_text).toContain("Hello again");
    }
    const references = first.output.map(({ id }) => ({ type: "item_reference" as const, id: String(id) }));
    const referring = await client.responses.create({
      model: "openai/gpt-5-mini",
      tools: [weather],
      input: [{ role: "user", content: "Please call the tool" }, ...references, output],
    });
    expect(referring.output_text).toContain("21 degrees");

    const { nexus: _nexus, ...told } = { nexus: undefined, ...first };
    expect(await client.responses.retrieve(first.id)).toMatchObject({
      id: first.id,
      output: told.output,
      metadata: { ticket: "7" },
    });
    const items = await client.responses.inputItems.list(first.id);
    expect(items.data).toMatchObject([
      { role: "user", content: [{ text: "Please call the tool" }], id: expect.any(String) },
    ]);
    const { rows } = await world.deps.db.pool.query<{ content: Buffer }>(
      "select content from nexus.kept_response where organization_id = $1",
      [ctx.organizationId],
    );
    expect(rows.length).toBeGreaterThan(6);
    expect(rows.some(({ content }) => content.includes("Please call"))).toBe(false);

    const conversation = await client.conversations.create({ items: [{ role: "user", content: "My name is Ada." }] });
    await client.responses.create({
      model: "anthropic/claude-haiku-4-5",
      conversation: conversation.id,
      input: "Hello one",
    });
    const two = await client.responses.create({
      model: "openai/gpt-4o-mini",
      conversation: conversation.id,
      input: "Hello two",
      store: false,
    });
    expect(two.conversation).toEqual({ id: conversation.id });
    const listed = await client.conversations.items.list(conversation.id, { order: "asc" });
    expect(listed.data.map((item) => (item.type === "message" ? item.role : item.type))).toEqual([
      "user",
      "user",
      "assistant",
      "user",
      "assistant",
    ]);
    const whole = await client.responses.create({ model: "openai/gpt-4o-mini", input: "Hello two", store: false });
    expect(two.usage?.input_tokens).toBeGreaterThan(whole.usage?.input_tokens ?? Infinity);

    const own = ctx;
    ctx = world.context();
    expect(await caught(client.responses.retrieve(first.id))).toMatchObject({ status: 404 });
    expect(await caught(client.responses.delete(first.id))).toMatchObject({ status: 404 });
    expect(await caught(client.conversations.retrieve(conversation.id))).toMatchObject({ status: 404 });
    expect(
      await caught(client.responses.create({ model: models[0], previous_response_id: first.id, input: "Hi" })),
    ).toMatchObject({
      status: 400,
      code: "previous_response_not_found",
      param: "previous_response_id",
    });
    ctx = own;
    await client.responses.delete(first.id);
    expect(await caught(client.responses.retrieve(first.id))).toMatchObject({ status: 404 });
    await client.conversations.delete(conversation.id);
    expect(await caught(client.conversations.items.list(conversation.id).then((page) => page))).toMatchObject({
      status: 404,
    });
  });

  it("is one turn, however often the same call is sent, and is told again to its last event", async () => {
    const idempotencyKey = `turn-${ctx.organizationId}`;
    for (const model of ["openai/gpt-4o-mini", "anthropic/claude-haiku-4-5"]) {
      const once = async (): Promise<string> => {
        const response = await fetch(`${url}/v1/responses`, {
          method: "POST",
          headers: { "content-type": "application/json", "idempotency-key": `${idempotencyKey}-${model}` },
          body: JSON.stringify({ model, input: "Hello", stream: true }),
        });
        return (await response.text()).replaceAll(/^:.*\n\n/gm, "");
      };
      const first = await once();
      expect(first).toMatch(/event: response\.completed\ndata: .*\n\n$/);
      expect(await once()).toBe(first);
    }
    expect(await world.rows(ctx.organizationId)).toHaveLength(2);
    const { rows } = await world.deps.db.pool.query("select from nexus.kept_response where organization_id = $1", [
      ctx.organizationId,
    ]);
    expect(rows).toHaveLength(2);
  });

  it("is not what was sent with store: false", async () => {
    const { id } = await client.responses.create({ model: "openai/gpt-4o-mini", input: "Hi", store: false });
    expect(await caught(client.responses.retrieve(id))).toMatchObject({ status: 404, code: "NOT_FOUND" });
  });
});
