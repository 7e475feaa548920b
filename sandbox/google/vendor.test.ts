import { createGoogleGenerativeAI } from "@ai-sdk/google";
import { embedMany, generateText, jsonSchema, Output, streamText, tool } from "ai";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { startSandbox } from "../start-sandbox.ts";
import type { Sandbox } from "../start-sandbox.ts";

async function collect<T>(parts: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const part of parts) all.push(part);
  return all;
}

let sandbox: Sandbox;
let google: ReturnType<typeof createGoogleGenerativeAI>;
const maxRetries = 0;

beforeAll(async () => {
  sandbox = await startSandbox();
  google = createGoogleGenerativeAI({ baseURL: sandbox.baseUrls.google, apiKey: "AIza-test" });
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const citySchema = jsonSchema<{ city: string }>({
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
});

it("answers, streams the same and counts", async () => {
  const model = google("gemini-2.5-flash");
  const whole = await generateText({ model, prompt: "Hello there", maxRetries });
  const stream = streamText({ model, prompt: "Hello there", maxRetries });
  const deltas = await collect(stream.textStream);
  expect(whole.text).toContain("“Hello there”");
  expect(deltas.join("")).toBe(whole.text);
  expect(deltas.length).toBeGreaterThan(5);
  expect(await stream.usage).toMatchObject({
    inputTokens: 7,
    outputTokens: Math.ceil(Buffer.byteLength(whole.text) / 4),
  });
  expect(await stream.finishReason).toBe("stop");
  const [first, second] = sandbox.requests();
  expect(first).toMatchObject({ vendor: "google", model: "gemini-2.5-flash", stream: false });
  expect(second).toMatchObject({ stream: true, units: first?.units, reported: first?.units });
});

it("calls a tool, fits a schema and stops at the limit", async () => {
  const model = google("gemini-2.5-flash");
  const weather = tool({ description: "weather", inputSchema: citySchema });
  const called = await generateText({
    model,
    prompt: "call the tool",
    tools: { weather },
    maxRetries,
  });
  expect(called.toolCalls[0]).toMatchObject({
    toolName: "weather",
    input: { city: "Sample city" },
  });
  const fitted = await generateText({
    model,
    prompt: "a city",
    output: Output.object({ schema: citySchema }),
    maxRetries,
  });
  expect(fitted.output).toEqual({ city: "Sample city" });
  const cut = await generateText({ model, prompt: "Hello", maxOutputTokens: 3, maxRetries });
  expect(cut).toMatchObject({ finishReason: "length", usage: { outputTokens: 3 } });
});

it("tells thoughts beside the candidates, the cache inside the prompt and tool use beside it", async () => {
  const { reasoningText } = await generateText({
    model: google("gemini-2.5-flash"),
    prompt: "x".repeat(8_000),
    providerOptions: { google: { thinkingConfig: { thinkingBudget: 60, includeThoughts: true } } },
    tools: { code: google.tools.codeExecution({}) },
    maxRetries,
  });
  expect(reasoningText).toContain("I read the question");
  expect(sandbox.requests()[0]?.units).toMatchObject({
    input: 2_004 - 896 + 50,
    cacheRead: 896,
    reasoning: 60,
  });
});

it("embeds one and many", async () => {
  const model = google.embedding("gemini-embedding-001");
  const providerOptions = { google: { outputDimensionality: 16 } };
  const one = await embedMany({ model, values: ["alpha"], providerOptions, maxRetries });
  const many = await embedMany({ model, values: ["alpha", "beta"], providerOptions, maxRetries });
  expect(many.embeddings.map((vector) => vector.length)).toEqual([16, 16]);
  expect(many.embeddings[0]).toEqual(one.embeddings[0]);
  expect(sandbox.requests().map((request) => request.units)).toEqual([{ input: 2 }, { input: 3 }]);
});

it("refuses in Google's words", async () => {
  const post = (model: string, headers: Record<string, string>) =>
    fetch(`${sandbox.baseUrls.google}/models/${model}:generateContent`, {
      method: "POST",
      headers,
      body: JSON.stringify({ contents: [{ parts: [{ text: "Hi" }] }] }),
    });
  const nobody = await post("gemini-2.5-flash", {});
  expect(nobody.status).toBe(403);
  expect(await nobody.json()).toMatchObject({ error: { code: 403, status: "PERMISSION_DENIED" } });
  sandbox.settings.keys = { google: ["k"] };
  const stranger = await post("gemini-2.5-flash", { "x-goog-api-key": "other" });
  expect(stranger.status).toBe(400);
  expect(await stranger.json()).toMatchObject({
    error: {
      code: 400,
      status: "INVALID_ARGUMENT",
      message: "API key not valid. Please pass a valid API key.",
      details: [{ reason: "API_KEY_INVALID" }],
    },
  });
  const missing = await post("missing", { "x-goog-api-key": "k" });
  expect(await missing.json()).toMatchObject({ error: { code: 404, status: "NOT_FOUND" } });
  sandbox.script({ vendor: "google", faults: [{ name: "rate-limited" }] });
  const limited = await post("gemini-2.5-flash", { "x-goog-api-key": "k" });
  expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "1"]);
  expect(await limited.json()).toMatchObject({ error: { status: "RESOURCE_EXHAUSTED" } });
});
