import { ApiError, FunctionCallingConfigMode, GoogleGenAI, Type, type GenerateContentResponse } from "@google/genai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FaultRule } from "../../../sandbox/script.ts";
import { openListeningGateway, type Holder, type ListeningGateway } from "../../../test/listening-gateway.ts";
import { publishedCost } from "../../../test/published-prices.ts";

let gateway: ListeningGateway;
let caller: ReturnType<ListeningGateway["issue"]>;
let client: GoogleGenAI;

const clientOf = (apiKey: string): GoogleGenAI => new GoogleGenAI({ apiKey, httpOptions: { baseUrl: gateway.url } });

const callAs = (holder?: Holder): void => {
  caller = gateway.issue(holder);
  client = clientOf(caller.credential);
};

beforeAll(async () => {
  gateway = await openListeningGateway();
});
afterAll(() => gateway.close());
beforeEach(async () => {
  await gateway.sandbox.reset();
  callAs();
});

const rows = () => gateway.rows(caller.organizationId);

const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${gateway.url}/v1beta/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-goog-api-key": caller.credential, ...headers },
    body: JSON.stringify(body),
  });

const hello = { contents: [{ role: "user", parts: [{ text: "Hello there" }] }] };

const refusal = async (work: Promise<unknown>): Promise<{ readonly status: number; readonly error: object }> => {
  const error: unknown = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof ApiError)) throw new Error(`no error of the client: ${String(error)}`);
  const [, body = error.message] = /^got status: \w+\. (.*)$/s.exec(error.message) ?? [];
  return { status: error.status, ...(JSON.parse(body) as { error: object }) };
};

const weather = {
  name: "weather",
  description: "The weather in a city",
  parameters: { type: Type.OBJECT, properties: { city: { type: Type.STRING } }, required: ["city"] },
};

const models = ["gemini-2.5-flash", "anthropic/claude-haiku-4-5", "openai/gpt-4o-mini"];

describe.each(models)("the official client with %s", (model) => {
  const config = { maxOutputTokens: 200, systemInstruction: "Be kind." };

  it("gets an answer that is paid for, whole and streamed alike", async () => {
    const whole = await client.models.generateContent({ model, contents: "Hello there", config });
    expect(whole.text).toContain("Hello there");
    expect(whole.candidates?.[0]?.finishReason).toBe("STOP");
    const pieces: GenerateContentResponse[] = [];
    for await (const piece of await client.models.generateContentStream({ model, contents: "Hello there", config }))
      pieces.push(piece);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.map(({ text = "" }) => text).join("")).toBe(whole.text);
    expect(pieces.at(-1)?.candidates?.[0]?.finishReason).toBe("STOP");
    expect(pieces.at(-1)?.usageMetadata?.totalTokenCount).toBe(whole.usageMetadata?.totalTokenCount);
    const [first, second, ...others] = await rows();
    expect(others).toEqual([]);
    expect(first).toMatchObject({ state: "settled", source: "provider" });
    expect(second).toMatchObject({ state: "settled", source: "provider", cost: first?.cost, units: first?.units });
    expect(first?.cost).toBeGreaterThan(0n);
    const { headers = {} } = whole.sdkHttpResponse ?? {};
    expect(headers).toMatchObject({ "x-nexus-cost-nano-usd": String(first?.cost) });
  });

  it("calls functions, answers them in a chat, and is held to one", async () => {
    const chat = client.chats.create({ model, config: { tools: [{ functionDeclarations: [weather] }] } });
    const asked = await chat.sendMessage({ message: "Please call the tool" });
    const [call] = asked.functionCalls ?? [];
    expect(call).toMatchObject({ name: "weather", args: { city: expect.any(String) } });
    const told: string[] = [];
    const answer = await chat.sendMessageStream({
      message: { functionResponse: { ...call, args: undefined, response: { output: "Sunny" } } } as never,
    });
    for await (const { text = "" } of answer) told.push(text);
    expect(told.join("")).not.toBe("");
    expect(chat.getHistory().map(({ role }) => role)).toEqual([
      "user",
      "model",
      "user",
      "model",
      ...Array(told.length - 1).fill("model"),
    ]);
    const forced = await client.models.generateContent({
      model,
      contents: "Hello",
      config: {
        tools: [{ functionDeclarations: [weather, { ...weather, name: "tides" }] }],
        toolConfig: {
          functionCallingConfig: { mode: FunctionCallingConfigMode.ANY, allowedFunctionNames: ["tides"] },
        },
      },
    });
    expect(forced.functionCalls?.map(({ name }) => name)).toEqual(["tides"]);
    expect((await rows()).map(({ state }) => state)).toEqual(["settled", "settled", "settled"]);
  });

  it.each([
    [
      "Google's own schema",
      {
        responseSchema: {
          type: Type.OBJECT,
          properties: { rivers: { type: Type.ARRAY, minItems: "1", items: { type: Type.STRING, nullable: false } } },
          required: ["rivers"],
          propertyOrdering: ["rivers"],
        },
      },
    ],
    [
      "JSON Schema",
      {
        responseJsonSchema: {
          type: "object",
          properties: { rivers: { type: "array", items: { type: "string" } } },
          required: ["rivers"],
          additionalProperties: false,
        },
      },
    ],
  ])("gets an object of %s", async (_name, schema) => {
    const { text = "" } = await client.models.generateContent({
      model,
      contents: "Name three rivers.",
      config: { responseMimeType: "application/json", ...schema },
    });
    expect(JSON.parse(text)).toMatchObject({ rivers: [expect.any(String)] });
  });

  it("counts tokens without paying", async () => {
    const { totalTokens } = await client.models.countTokens({ model, contents: "Hello there" });
    expect(totalTokens).toBeGreaterThan(0);
    expect(await rows()).toEqual([]);
  });
});

describe("vectors", () => {
  it.each(["google/gemini-embedding-001", "openai/text-embedding-3-small"])("of %s, one and several", async (model) => {
    const several = await client.models.embedContent({
      model,
      contents: ["one", "two"],
      config: { outputDimensionality: 64 },
    });
    expect(several.embeddings?.map(({ values }) => values?.length)).toEqual([64, 64]);
    const single = await post(`models/${model}:embedContent`, {
      content: { parts: [{ text: "one" }] },
      output_dimensionality: 64,
    });
    expect(await single.json()).toMatchObject({
      embedding: { values: several.embeddings?.[0]?.values },
      nexus: { requestedModel: model },
    });
    expect((await rows()).map(({ state }) => state)).toEqual(["settled", "settled"]);
  });

  it("of media, and of two models at once, are refused", async () => {
    const media = { content: { parts: [{ inlineData: { mimeType: "image/png", data: "AA==" } }] } };
    expect((await post("models/gemini-embedding-001:embedContent", media)).status).toBe(400);
    const two = { requests: [{ model: "models/gemini-embedding-2", content: { parts: [{ text: "one" }] } }] };
    expect((await post("models/gemini-embedding-001:batchEmbedContents", two)).status).toBe(400);
    expect(await rows()).toEqual([]);
  });
});

it("takes a path without models/, as the AI SDK writes it for names with a slash", async () => {
  const answer = await post("google/gemini-2.5-flash:generateContent", hello);
  expect(await answer.json()).toMatchObject({ nexus: { requestedModel: "google/gemini-2.5-flash" } });
  for (const path of ["google:generateContent", "google/gemini-2.5-flash", "google/gemini-2.5-flash:none"])
    expect((await post(path, hello)).status, path).toBe(404);
});

describe("models", () => {
  it("are listed by pages, and found by name", async () => {
    const listed: string[] = [];
    for await (const { name = "" } of await client.models.list({ config: { pageSize: 7 } })) listed.push(name);
    expect(listed).toContain("models/google/gemini-2.5-flash");
    expect(listed).toContain("models/anthropic/claude-haiku-4-5");
    expect(new Set(listed).size).toBe(listed.length);
    const found = await client.models.get({ model: "anthropic/claude-haiku-4-5" });
    expect(found).toMatchObject({ name: "models/anthropic/claude-haiku-4-5", inputTokenLimit: expect.any(Number) });
    expect((await refusal(client.models.get({ model: "google/gemini-none" }))).status).toBe(404);
  });
});

describe("the wire", () => {
  const stream = "models/gemini-2.5-flash:streamGenerateContent";

  it("is read in either spelling, and told in a list where no events are asked for", async () => {
    const snake = {
      ...hello,
      system_instruction: { parts: [{ text: "Be kind." }] },
      generation_config: { max_output_tokens: 50, response_mime_type: "text/plain" },
    };
    const events = await (await post(`${stream}?alt=sse`, snake)).text();
    const list = await post(stream, snake);
    expect(list.headers.get("content-type")).toMatch("application/json");
    const elements: unknown[] = JSON.parse(await list.text());
    expect(events).not.toMatch(/^:/m);
    const told = events
      .split(/\n\n|\r\n\r\n/)
      .filter((event) => event.trim() !== "")
      .map((event): unknown => JSON.parse(event.trim().slice(6)));
    expect(told).toHaveLength(elements.length);
    expect(told.at(-1)).toMatchObject({ candidates: [{ finishReason: "STOP" }], nexus: { vendor: "google" } });
    expect(elements.at(-1)).toMatchObject({ candidates: [{ finishReason: "STOP" }], nexus: { vendor: "google" } });
    expect((await rows()).map(({ cost }) => cost)).toEqual(Array(2).fill((await rows())[0]?.cost));
  });

  it("carries a key in a header of Google's, in the address, or as a bearer; one of them", async () => {
    const path = `${gateway.url}/v1beta/models?pageSize=1`;
    const { credential } = caller;
    const status = async (url: string, headers = {}): Promise<number> => (await fetch(url, { headers })).status;
    expect(await status(path, { "x-goog-api-key": credential })).toBe(200);
    expect(await status(`${path}&key=${credential}`)).toBe(200);
    expect(await status(path, { authorization: `Bearer ${credential}` })).toBe(200);
    expect(await status(`${path}&key=${credential}`, { "x-goog-api-key": credential })).toBe(400);
    const missing = await fetch(path);
    expect(missing.status).toBe(401);
    expect(await missing.json()).toMatchObject({ error: { code: 401, status: "UNAUTHENTICATED" } });
    // Elsewhere it is a word like any other.
    expect(await status(`${gateway.url}/api/ai/models?key=${credential}`)).toBe(401);
  });

  it("is asked for once under one idempotency key, which is the model's and the method's", async () => {
    const once = { "idempotency-key": "once" };
    const first = await (await post("models/gemini-2.5-flash:generateContent", hello, once)).json();
    const second = await post("models/gemini-2.5-flash:generateContent", hello, once);
    expect([await second.json(), second.headers.get("x-nexus-replayed")]).toEqual([first, "true"]);
    expect((await post("models/openai/gpt-4o-mini:generateContent", hello, once)).status).toBe(422);
    const streamed = await (await post(`${stream}?alt=sse`, hello, once)).text();
    expect(await (await post(`${stream}?alt=sse`, hello, once)).text()).toBe(streamed);
    expect(gateway.sandbox.requests()).toHaveLength(2);
    expect(await rows()).toHaveLength(2);
  });

  it.each<[string, object, string]>([
    ["a cached prompt", { cachedContent: "cachedContents/a" }, "cachedContent"],
    ["the same in the other spelling", { cached_content: "cachedContents/a" }, "cachedContent"],
    ["a dearer tier", { service_tier: "priority" }, "serviceTier"],
    ["a tool that Google runs", { tools: [{ code_execution: {} }] }, "tools[0].codeExecution"],
    [
      "a file elsewhere",
      {
        contents: [
          {
            parts: [
              {
                file_data: {
                  file_uri: "https://example.org/a.pdf",
                  mime_type: "application/pdf",
                },
              },
            ],
          },
        ],
      },
      "contents[0].parts[0].fileData",
    ],
    [
      "more frames than there are",
      { contents: [{ parts: [{ text: "a", videoMetadata: { fps: 25 } }] }] },
      "contents[0].parts[0].videoMetadata.fps",
    ],
    ["speech", { generationConfig: { speechConfig: {} } }, "speechConfig"],
    ["both spellings at once", { generationConfig: {}, generation_config: {} }, "generation_config"],
    ["an unknown field", { newThing: 1 }, "newThing"],
  ])("with %s is refused by name", async (_what, extra, field) => {
    const response = await post("models/gemini-2.5-flash:generateContent", { ...hello, ...extra });
    const body: unknown = await response.json();
    expect([400, 422]).toContain(response.status);
    expect(body).toMatchObject({ error: { code: response.status, status: expect.any(String) } });
    expect(JSON.stringify(body)).toContain(`"field":"${field}"`);
    expect(gateway.sandbox.requests()).toEqual([]);
    expect(await rows()).toEqual([]);
  });

  it("carries thoughts and their signatures through other vendors, and keeps Google from those", async () => {
    const model = "anthropic/claude-sonnet-4-5";
    const chat = client.chats.create({
      model,
      config: {
        thinkingConfig: { thinkingBudget: 2_000, includeThoughts: true },
        maxOutputTokens: 4_000,
        tools: [{ functionDeclarations: [weather] }],
      },
    });
    const first = await chat.sendMessage({ message: "Please call the tool" });
    const parts = first.candidates?.[0]?.content?.parts ?? [];
    expect(parts.some(({ thought, thoughtSignature }) => thought === true && thoughtSignature !== undefined)).toBe(
      true,
    );
    const id = first.functionCalls?.[0]?.id ?? "";
    const next = await chat.sendMessage({
      message: { functionResponse: { id, name: "weather", response: { output: "Sunny" } } },
    });
    expect(next.text).not.toBe("");
    const elsewhere = await client.models.generateContent({
      model: "gemini-2.5-flash",
      contents: [...chat.getHistory(), { role: "user", parts: [{ text: "And now?" }] }],
    });
    expect(elsewhere.text).not.toBe("");
    expect((await rows()).map(({ state }) => state)).toEqual(["settled", "settled", "settled"]);
  });
});

describe("what goes wrong", () => {
  const usageMetadata = { promptTokenCount: 100, candidatesTokenCount: 5, totalTokenCount: 105 };
  const piece = (text: string, more: object = {}) => ({
    candidates: [{ content: { parts: [{ text }], role: "model" }, index: 0, ...more }],
    modelVersion: "gemini-2.5-flash",
    usageMetadata,
  });
  const answers = (vendor: FaultRule["vendor"], body: string): void =>
    gateway.sandbox.script({
      vendor,
      faults: [{ name: "raw", body, headers: { "content-type": "text/event-stream" } }],
    });
  const events = (...documents: object[]): string =>
    documents.map((one) => `data: ${JSON.stringify(one)}\r\n\r\n`).join("");
  const ask = { model: "gemini-2.5-flash", contents: "Which way?", config: { maxOutputTokens: 50 } };

  it("is told in Google's envelope, with what Nexus knows of it", async () => {
    callAs({ permissions: new Set() });
    const { status, error } = await refusal(client.models.generateContent(ask));
    expect(status).toBe(403);
    expect(error).toMatchObject({
      code: 403,
      status: "PERMISSION_DENIED",
      details: expect.arrayContaining([
        expect.objectContaining({
          "@type": "type.googleapis.com/google.rpc.ErrorInfo",
          reason: "SCOPE_DENIED",
          metadata: { effect: "none", retryable: "false" },
        }),
      ]),
    });
    callAs();
    expect((await refusal(client.models.generateContent({ ...ask, model: "gemini-none" }))).status).toBe(404);
  });

  it.each(["google", "openai"] as const)(
    "a stream of %s that breaks off reaches the client as an error, not as an end",
    async (vendor) => {
      const cut =
        vendor === "google"
          ? events(piece("Left, "))
          : `data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"role":"assistant","content":"Left, "}}]}\n\n`;
      answers(vendor, cut);
      const told: string[] = [];
      const model = vendor === "google" ? ask.model : "openai/gpt-4o-mini";
      const reading = async (): Promise<void> => {
        for await (const { text = "" } of await client.models.generateContentStream({ ...ask, model })) told.push(text);
      };
      expect((await refusal(reading())).error).toMatchObject({ details: expect.anything() });
      expect(told).toEqual(["Left, "]);
      expect((await rows()).map(({ state }) => state)).toEqual(["uncertain"]);
    },
  );

  it("after the last piece changes nothing of what was told and paid", async () => {
    answers(
      "google",
      events(piece("Left"), piece(".", { finishReason: "STOP" }), { usageMetadata, modelVersion: "gemini-2.5-flash" }),
    );
    const response = await post("models/gemini-2.5-flash:streamGenerateContent?alt=sse", hello);
    const text = await response.text();
    expect(text.match(/"nexus"/g)).toHaveLength(1);
    expect(text.trimEnd().split(/\n\n|\r\n\r\n/)).toHaveLength(3);
    const cost = publishedCost("gemini-2.5-flash", { input: 100, output: 5 });
    expect(await rows()).toMatchObject([{ state: "settled", source: "provider", cost }]);
  });

  it("a caller that leaves pays for what the vendor goes on to make", async () => {
    const leaving = new AbortController();
    const response = await fetch(`${gateway.url}/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-goog-api-key": caller.credential },
      body: JSON.stringify({ contents: [{ parts: [{ text: "Tell [[slow]] a long story" }] }] }),
      signal: leaving.signal,
    });
    const reader = response.body?.getReader();
    await reader?.read();
    leaving.abort();
    await expect
      .poll(async () => (await rows()).map(({ state, source }) => `${state} ${source}`), { timeout: 10_000 })
      .toEqual([expect.stringMatching(/^settled (drained|provider)$/)]);
  });
});

describe("the same logical call", () => {
  it.each(["google/gemini-2.5-flash", "anthropic/claude-haiku-4-5", "openai/gpt-4o-mini"])(
    "to %s leaves the same row through every door",
    async (model) => {
      const said = [{ role: "user", content: "Which way?" }];
      const asked: readonly (readonly [string, object])[] = [
        [
          `/v1beta/models/${model}:generateContent`,
          { contents: [{ role: "user", parts: [{ text: "Which way?" }] }], generationConfig: { maxOutputTokens: 50 } },
        ],
        ["/v1/chat/completions", { model, messages: said, max_tokens: 50 }],
        ["/v1/messages", { model, messages: said, max_tokens: 50 }],
        ["/api/ai/generate-text", { model, prompt: "Which way?", maxOutputTokens: 50 }],
      ];
      for (const [path, body] of asked) {
        const response = await fetch(gateway.url + path, {
          method: "POST",
          headers: {
            "content-type": "application/json",
            authorization: `Bearer ${caller.credential}`,
            "anthropic-version": "2023-06-01",
          },
          body: JSON.stringify(body),
        });
        expect(response.status, path).toBe(200);
        await response.arrayBuffer();
      }
      const [first, ...others] = (await rows()).map(({ units, cost, source, state }) => ({
        units,
        cost,
        source,
        state,
      }));
      expect(others).toEqual([first, first, first]);
    },
  );
});

// Last, as the vendor's credential rests for a while after it.
it("a vendor's limit is told with when to come again", async () => {
  gateway.sandbox.script({ faults: [{ name: "rate-limited" }] });
  const config = { maxOutputTokens: 50 };
  const busy = await refusal(
    client.models.generateContent({ model: "google/gemini-2.5-flash", contents: "Which way?", config }),
  );
  expect(busy).toMatchObject({ status: 429, error: { status: "RESOURCE_EXHAUSTED" } });
  expect(JSON.stringify(busy.error)).toMatch(/RetryInfo","retryDelay":"[\d.]+s"/);
});
