import { createOpenAI } from "@ai-sdk/openai";
import { generateText, streamText } from "ai";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startSandbox } from "../start-sandbox.ts";
import type { Sandbox } from "../start-sandbox.ts";

async function collect<T>(parts: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const part of parts) all.push(part);
  return all;
}

let sandbox: Sandbox;
let client: OpenAI;

beforeAll(async () => {
  sandbox = await startSandbox();
  client = new OpenAI({ baseURL: sandbox.baseUrls.openai, apiKey: "sk-test", maxRetries: 0 });
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const model = "gpt-4o-mini";
const ask = (content: string) => [{ role: "user" as const, content }];
const weather = {
  name: "get_weather",
  parameters: {
    type: "object",
    properties: { city: { type: "string" }, unit: { enum: ["celsius", "fahrenheit"] } },
    required: ["city"],
  },
};
const tools = [{ type: "function" as const, function: weather }];

describe("chat completions through the official client", () => {
  it("answers the same question with the same text and counted tokens", async () => {
    const first = await client.chat.completions.create({ model, messages: ask("Hello there") });
    const second = await client.chat.completions.create({ model, messages: ask("Hello there") });
    const text = first.choices[0]?.message.content ?? "";
    expect(text).toContain("“Hello there”");
    expect(second.choices).toEqual(first.choices);
    expect(first.usage).toMatchObject({
      prompt_tokens: Math.ceil("Hello there".length / 4) + 4,
      completion_tokens: Math.ceil(Buffer.byteLength(text) / 4),
      prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 0 },
    });
  });

  it("streams the same text, with usage only where it is asked for", async () => {
    const whole = await client.chat.completions.create({ model, messages: ask("Stream this") });
    for (const include_usage of [true, false]) {
      const stream = await client.chat.completions.create({
        model,
        messages: ask("Stream this"),
        stream: true,
        stream_options: { include_usage },
      });
      const chunks = await collect(stream);
      const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("");
      const told = chunks.filter((chunk) => chunk.usage);
      expect(text).toBe(whole.choices[0]?.message.content);
      expect(chunks.length).toBeGreaterThan(10);
      expect(told.map((chunk) => chunk.usage)).toEqual(include_usage ? [whole.usage] : []);
      expect(told.every((chunk) => chunk.choices.length === 0)).toBe(true);
    }
  });

  it("calls a tool with arguments that fit, streamed in fragments, and then uses its result", async () => {
    const question = ask("Please call the tool for Berlin");
    const answer = await client.chat.completions.create({ model, messages: question, tools });
    const call = answer.choices[0]?.message.tool_calls?.[0];
    expect(answer.choices[0]?.finish_reason).toBe("tool_calls");
    expect(call?.type === "function" && JSON.parse(call.function.arguments)).toEqual({
      city: "Sample city",
      unit: "celsius",
    });

    const stream = client.chat.completions.stream({ model, messages: question, tools });
    const fragments: string[] = [];
    stream.on("tool_calls.function.arguments.delta", ({ arguments_delta }) => fragments.push(arguments_delta));
    const streamed = (await stream.finalChatCompletion()).choices[0]?.message.tool_calls?.[0];
    expect(streamed).toMatchObject({ function: call?.type === "function" ? call.function : undefined });
    expect(fragments.filter((one) => one !== "").length).toBeGreaterThan(2);

    const after = await client.chat.completions.create({
      model,
      tools,
      messages: [
        ...question,
        { role: "assistant", tool_calls: call === undefined ? [] : [call] },
        { role: "tool", tool_call_id: call?.id ?? "", content: "18 degrees" },
      ],
    });
    expect(after.choices[0]?.message.content).toContain("18 degrees");
  });

  it("obeys tool_choice", async () => {
    const forced = await client.chat.completions.create({
      model,
      messages: ask("Hi"),
      tools,
      tool_choice: { type: "function", function: { name: "get_weather" } },
    });
    const none = await client.chat.completions.create({
      model,
      messages: ask("call the tool"),
      tools,
      tool_choice: "none",
    });
    expect(forced.choices[0]?.finish_reason).toBe("tool_calls");
    expect(none.choices[0]?.message.tool_calls).toBeUndefined();
  });

  it("fits a JSON schema, and makes an object where any will do", async () => {
    const schema = {
      type: "object",
      properties: { n: { type: "integer", minimum: 3 } },
      required: ["n"],
    };
    const strict = await client.chat.completions.create({
      model,
      messages: ask("A number"),
      response_format: { type: "json_schema", json_schema: { name: "n", schema } },
    });
    const loose = await client.chat.completions.create({
      model,
      messages: ask("JSON please"),
      response_format: { type: "json_object" },
    });
    expect(JSON.parse(strict.choices[0]?.message.content ?? "")).toEqual({ n: 3 });
    expect(JSON.parse(loose.choices[0]?.message.content ?? "")).toHaveProperty("answer");
  });

  it("honours n and the token limit, reasoning included", async () => {
    const cut = await client.chat.completions.create({
      model: "o4-mini",
      messages: ask("Long"),
      n: 2,
      max_completion_tokens: 40,
      reasoning_effort: "low",
    });
    expect(cut.choices.map((choice) => choice.finish_reason)).toEqual(["length", "length"]);
    expect(cut.usage).toMatchObject({
      completion_tokens: 80,
      completion_tokens_details: { reasoning_tokens: 64 },
    });
  });

  it("counts images, audio and the prompt cache, and logs disjoint units", async () => {
    const text = { type: "text" as const, text: "x".repeat(4_400) };
    const url =
      "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=";
    const seen = await client.chat.completions.create({
      model,
      messages: [{ role: "user", content: [text, { type: "image_url", image_url: { url } }] }],
    });
    const heard = await client.chat.completions.create({
      model: "gpt-audio",
      messages: [
        { role: "user", content: [text, { type: "input_audio", input_audio: { data: "AAAA", format: "wav" } }] },
      ],
    });
    expect(seen.usage).toMatchObject({
      prompt_tokens: 1_100 + 4 + 2_833 + 5_667,
      prompt_tokens_details: { cached_tokens: 4_736, audio_tokens: 0 },
    });
    expect(heard.usage).toMatchObject({
      prompt_tokens: 1_100 + 4 + 50,
      prompt_tokens_details: { cached_tokens: 512, audio_tokens: 50 },
    });
    expect(sandbox.requests().map((one) => one.units)).toMatchObject([
      { input: 9_604 - 4_736, cacheRead: 4_736 },
      { input: 1_104 - 512, cacheRead: 512, inputAudio: 50 },
    ]);
  });
});

describe("responses", () => {
  const functions = [{ ...weather, type: "function" as const, strict: false }];

  it("answers and streams the same, with reasoning and the cache counted", async () => {
    const request = { model: "gpt-5.1", input: "x".repeat(8_000), reasoning: { effort: "low" as const } };
    const whole = await client.responses.create(request);
    const streamed = await client.responses.stream(request).finalResponse();
    expect(whole.output_text).toContain("sandbox");
    expect(streamed.output_text).toBe(whole.output_text);
    expect(streamed.usage).toEqual(whole.usage);
    expect(whole.usage).toMatchObject({
      input_tokens: 2_004,
      input_tokens_details: { cached_tokens: 896 },
      output_tokens_details: { reasoning_tokens: 32 },
    });
    const [first, second] = sandbox.requests();
    expect(first?.units).toMatchObject({ input: 1_108, cacheRead: 896, reasoning: 32 });
    expect([first?.reported, second?.reported]).toEqual([first?.units, first?.units]);
  });

  it("calls a tool in fragments, uses its result, fits a schema and stops at the limit", async () => {
    const stream = client.responses.stream({ model, input: "call the tool", tools: functions });
    const fragments: string[] = [];
    stream.on("response.function_call_arguments.delta", ({ delta }) => fragments.push(delta));
    const call = (await stream.finalResponse()).output.find((item) => item.type === "function_call");
    expect(JSON.parse(call?.arguments ?? "")).toEqual({ city: "Sample city", unit: "celsius" });
    expect(fragments.join("")).toBe(call?.arguments);
    const after = await client.responses.create({
      model,
      tools: functions,
      input: [
        { role: "user", content: "call the tool" },
        { type: "function_call", call_id: "c1", name: "get_weather", arguments: call?.arguments ?? "" },
        { type: "function_call_output", call_id: "c1", output: "18 degrees" },
      ],
    });
    expect(after.output_text).toContain("18 degrees");
    const schema = { type: "object", properties: { ok: { type: "boolean" } } };
    const fitted = await client.responses.create({
      model,
      input: "ok?",
      text: { format: { type: "json_schema", name: "ok", schema } },
    });
    expect(JSON.parse(fitted.output_text)).toEqual({ ok: true });
    const cut = await client.responses.create({ model, input: "Hello", max_output_tokens: 16 });
    expect(cut).toMatchObject({ status: "incomplete", incomplete_details: { reason: "max_output_tokens" } });
    expect(cut.usage?.output_tokens).toBe(16);
  });

  it("is what the AI SDK speaks by default", async () => {
    const provider = createOpenAI({ baseURL: sandbox.baseUrls.openai, apiKey: "sk-test" });
    const whole = await generateText({ model: provider("gpt-4o-mini"), prompt: "Hello", maxRetries: 0 });
    const stream = streamText({ model: provider("gpt-4o-mini"), prompt: "Hello", maxRetries: 0 });
    expect((await collect(stream.textStream)).join("")).toBe(whole.text);
    expect(await stream.usage).toMatchObject({ inputTokens: 6, outputTokens: whole.usage.outputTokens });
  });
});

describe("the other routes", () => {
  it("embeds, the same in base64 and as numbers", async () => {
    const input = ["one", "two words"];
    const packed = await client.embeddings.create({
      model: "text-embedding-3-small",
      input,
      dimensions: 8,
    });
    const plain = await client.embeddings.create({
      model: "text-embedding-3-small",
      input,
      dimensions: 8,
      encoding_format: "float",
    });
    expect(plain.data.map((one) => one.embedding.length)).toEqual([8, 8]);
    const first = plain.data[0]?.embedding ?? [];
    packed.data[0]?.embedding.forEach((value, at) => expect(value).toBeCloseTo(first[at] ?? 9, 6));
    expect(plain.data[0]?.embedding).not.toEqual(plain.data[1]?.embedding);
    expect(plain.usage).toEqual({ prompt_tokens: 4, total_tokens: 4 });
  });

  it("moderates", async () => {
    const { results } = await client.moderations.create({ model: "omni-moderation-latest", input: ["Hello"] });
    expect(results).toHaveLength(1);
    expect(results[0]?.categories["self-harm/intent"]).toBe(false);
    expect(results[0]?.category_applied_input_types.hate).toEqual(["text"]);
    expect(sandbox.requests()[0]).toMatchObject({ billed: true, units: { request: 1 } });
  });

  it("names each answer with a request id", async () => {
    const { request_id } = await client.chat.completions.create({ model, messages: ask("Hi") }).withResponse();
    expect(request_id).toMatch(/^req_/);
  });

  it("lists models", async () => {
    const ids = (await collect(client.models.list())).map((one) => one.id);
    expect(ids).toContain(model);
    expect(await client.models.retrieve(model)).toMatchObject({ id: model, object: "model" });
  });

  it("serves a self-hosted server without a key", async () => {
    const local = new OpenAI({
      baseURL: sandbox.baseUrls.compatible,
      apiKey: "none",
      maxRetries: 0,
    });
    const answer = await local.chat.completions.create({ model: "llama3", messages: ask("Hi") });
    expect(answer.model).toBe("llama3");
    expect(sandbox.requests()[0]?.vendor).toBe("compatible");
  });
});

describe("refusals", () => {
  it("refuses a wrong key, an unknown model and a request without messages in OpenAI's words", async () => {
    const stranger = new OpenAI({
      baseURL: sandbox.baseUrls.openai,
      apiKey: "wrong",
      maxRetries: 0,
    });
    await expect(stranger.chat.completions.create({ model, messages: ask("Hi") })).rejects.toMatchObject({
      status: 401,
      code: "invalid_api_key",
      type: "invalid_request_error",
    });
    await expect(client.chat.completions.create({ model: "missing-model", messages: ask("Hi") })).rejects.toMatchObject(
      { status: 404, code: "model_not_found" },
    );
    await expect(client.chat.completions.create({ model, messages: [] })).rejects.toMatchObject({
      status: 400,
      param: "messages",
    });
    expect(sandbox.requests()).toHaveLength(3);
    expect(sandbox.requests().every((one) => !one.billed && one.units === null)).toBe(true);
  });

  it("accepts only the configured keys once there are some", async () => {
    sandbox.settings.keys = { openai: ["sk-only"] };
    await expect(client.models.list()).rejects.toMatchObject({ status: 401 });
    const only = new OpenAI({ baseURL: sandbox.baseUrls.openai, apiKey: "sk-only", maxRetries: 0 });
    expect((await only.models.list()).data.length).toBeGreaterThan(0);
  });
});
