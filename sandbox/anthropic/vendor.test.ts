import Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { startSandbox } from "../start-sandbox.ts";
import type { Sandbox } from "../start-sandbox.ts";

let sandbox: Sandbox;
let client: Anthropic;

beforeAll(async () => {
  sandbox = await startSandbox();
  const baseURL = sandbox.baseUrls.anthropic.replace(/\/v1$/, "");
  client = new Anthropic({ baseURL, apiKey: "sk-ant-test", maxRetries: 0 });
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const model = "claude-haiku-4-5";
const ask = (content: string) => [{ role: "user" as const, content }];
const tools = [
  {
    name: "get_weather",
    input_schema: {
      type: "object" as const,
      properties: { city: { type: "string" } },
      required: ["city"],
    },
  },
];

it("answers and counts", async () => {
  const answer = await client.messages.create({
    model,
    max_tokens: 200,
    messages: ask("Hello there"),
  });
  const [block] = answer.content;
  const text = block?.type === "text" ? block.text : "";
  expect(text).toContain("“Hello there”");
  expect(answer).toMatchObject({ stop_reason: "end_turn", model, type: "message" });
  expect(answer.usage).toMatchObject({
    input_tokens: 7,
    output_tokens: Math.ceil(Buffer.byteLength(text) / 4),
  });
  expect(sandbox.requests()[0]?.reported).toEqual(sandbox.requests()[0]?.units);
});

it("streams the same message, thinking included, with cumulative usage at the end", async () => {
  const request = {
    model,
    max_tokens: 2_000,
    thinking: { type: "enabled" as const, budget_tokens: 1_024 },
    messages: ask("Think, then answer"),
  };
  const whole = await client.messages.create(request);
  const stream = client.messages.stream(request);
  const types = new Set<string>();
  stream.on("streamEvent", (event) => types.add(event.type));
  const streamed = await stream.finalMessage();
  expect(streamed.content.map((block) => block.type)).toEqual(["thinking", "text"]);
  expect(streamed.content).toEqual(whole.content);
  expect(streamed.usage).toMatchObject({
    input_tokens: whole.usage.input_tokens,
    output_tokens: whole.usage.output_tokens,
    output_tokens_details: { thinking_tokens: 64 },
  });
  expect([...types]).toEqual(
    expect.arrayContaining(["message_start", "content_block_delta", "message_delta", "message_stop"]),
  );
  const [logged] = sandbox.requests();
  expect(logged?.units).toMatchObject({ reasoning: 64, output: whole.usage.output_tokens - 64 });
});

it("calls a tool, streamed as partial JSON, and then uses its result", async () => {
  const messages = ask("Please call the tool");
  const stream = client.messages.stream({ model, max_tokens: 200, messages, tools });
  const fragments: string[] = [];
  stream.on("inputJson", (partial) => fragments.push(partial));
  const answer = await stream.finalMessage();
  const call = answer.content.find((block) => block.type === "tool_use");
  expect(answer.stop_reason).toBe("tool_use");
  expect(call?.input).toEqual({ city: "Sample city" });
  expect(fragments.length).toBeGreaterThan(1);

  const after = await client.messages.create({
    model,
    max_tokens: 200,
    tools,
    messages: [
      ...messages,
      { role: "assistant", content: answer.content },
      {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: call?.id ?? "", content: "18 degrees" }],
      },
    ],
  });
  expect(after.content[0]).toMatchObject({
    type: "text",
    text: expect.stringContaining("18 degrees"),
  });
});

it("tells cache writes by their time to live, and cache reads of long prompts", async () => {
  const { usage } = await client.messages.create({
    model,
    max_tokens: 200,
    system: [
      { type: "text", text: "a".repeat(400), cache_control: { type: "ephemeral" } },
      { type: "text", text: "b".repeat(800), cache_control: { type: "ephemeral", ttl: "1h" } },
    ],
    messages: ask("c".repeat(8_000)),
  });
  expect(usage).toMatchObject({
    input_tokens: 2_004 - 896,
    cache_read_input_tokens: 896,
    cache_creation_input_tokens: 300,
    cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 200 },
  });
  expect(sandbox.requests()[0]?.units).toMatchObject({
    input: 1_108,
    cacheRead: 896,
    cacheWrite5m: 100,
    cacheWrite1h: 200,
  });
});

it("stops at max_tokens, fits a schema, counts tokens for free and lists models", async () => {
  const cut = await client.messages.create({ model, max_tokens: 5, messages: ask("Hello") });
  expect(cut).toMatchObject({ stop_reason: "max_tokens", usage: { output_tokens: 5 } });

  const schema = { type: "object", properties: { ok: { type: "boolean" } }, required: ["ok"] };
  const fitted = await client.messages.create({
    model,
    max_tokens: 100,
    messages: ask("ok?"),
    output_config: { format: { type: "json_schema", schema } },
  });
  expect(fitted.content[0]).toMatchObject({ text: '{"ok":true}' });

  const counted = await client.messages.countTokens({ model, messages: ask("Hello there") });
  expect(counted.input_tokens).toBe(7);
  expect(sandbox.requests().at(-1)?.billed).toBe(false);
  expect((await client.models.list()).data.map((one) => one.id)).toContain(model);
});

it("refuses in Anthropic's words", async () => {
  const stranger = new Anthropic({ baseURL: client.baseURL, apiKey: "wrong", maxRetries: 0 });
  const request = { model, max_tokens: 10, messages: ask("Hi") };
  const type = (name: string) => ({ error: { type: "error", error: { type: name } } });
  await expect(stranger.messages.create(request)).rejects.toMatchObject({
    status: 401,
    ...type("authentication_error"),
  });
  await expect(client.messages.create({ ...request, model: "missing" })).rejects.toMatchObject({
    status: 404,
  });
  sandbox.script({ vendor: "anthropic", times: 1, faults: [{ name: "overloaded" }] });
  await expect(client.messages.create(request)).rejects.toMatchObject({
    status: 529,
    ...type("overloaded_error"),
  });
  const bare = await fetch(`${sandbox.baseUrls.anthropic}/messages`, {
    method: "POST",
    headers: { "x-api-key": "sk-x" },
    body: JSON.stringify(request),
  });
  expect(bare.status).toBe(400);
  expect(await bare.json()).toMatchObject({
    error: { message: "anthropic-version: header is required" },
  });
});
