import { LLMock } from "@copilotkit/aimock";
import OpenAI, { APIError } from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestGateway, withAi, type TestGateway } from "../../../test/gateway.ts";
import { listenDoor } from "../../../test/listen-door.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusFacts } from "../../contracts/nexus-facts.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { createEgress } from "../../platform/egress/index.ts";
import { createOpenAiDoor, openAiErrorReply } from "./index.ts";

let world: TestGateway;
let ctx: CallContext;
let url: string;
let client: OpenAI;
const closing: (() => Promise<void>)[] = [];

const openDoor = async (gateway: Gateway): Promise<string> => {
  const door = await listenDoor({
    answer: createOpenAiDoor(gateway),
    encodeError: openAiErrorReply,
    context: (known) => ({ ...ctx, ...known, door: "openai" }),
  });
  closing.push(door.close);
  return door.url;
};

const clientOf = (base: string): OpenAI => new OpenAI({ apiKey: "unused", baseURL: `${base}/v1`, maxRetries: 0 });

beforeAll(async () => {
  world = await openTestGateway();
  url = await openDoor(world.gateway);
  client = clientOf(url);
});
beforeEach(async () => {
  await world.sandbox.reset();
  ctx = world.context();
});
afterAll(async () => {
  await Promise.all(closing.map((close) => close()));
  await world.close();
});

const user = (content: string) => [{ role: "user" as const, content }];
const models = ["openai/gpt-4o-mini", "anthropic/claude-haiku-4-5", "google/gemini-2.5-flash"];

const weather = {
  type: "function" as const,
  function: {
    name: "weather",
    description: "The weather in a city",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};

/** The member that Nexus adds to an answer. */
const factsIn = (answer: object): NexusFacts => NexusFacts.parse(Reflect.get(answer, "nexus"));

/** The row agrees with what the caller was told. */
const expectRow = async ({ operationId, costNanoUsd, usageSource }: NexusFacts): Promise<void> => {
  const row = await world.row(operationId);
  expect(row).toMatchObject({ state: "settled", source: usageSource, cost: BigInt(costNanoUsd) });
  expect(row.booked).toBe(row.cost);
};

const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

const caught = async (work: Promise<unknown>): Promise<APIError> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof APIError) return error;
  throw new Error(`not an API error: ${String(error)}`);
};

describe.each(models)("the official client with %s", (model) => {
  it("gets a chat completion that is paid for", async () => {
    const { data, response } = await client.chat.completions
      .create({ model, messages: [{ role: "system", content: "Be kind." }, ...user("Hello there")], max_tokens: 200 })
      .withResponse();
    expect(data.object).toBe("chat.completion");
    expect(data.choices[0]?.message.content).toContain("Hello there");
    expect(data.choices[0]?.finish_reason).toBe("stop");
    expect(data.usage?.completion_tokens).toBeGreaterThan(0);
    const facts = factsIn(data);
    expect(facts.usageSource).toBe("provider");
    expect(BigInt(facts.costNanoUsd)).toBeGreaterThan(0n);
    await expectRow(facts);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "x-nexus-operation-id": facts.operationId,
      "x-nexus-provider": facts.vendor,
      "x-nexus-model": facts.model,
      "x-nexus-credential-tier": "platform_default",
      "x-nexus-cost-nano-usd": facts.costNanoUsd,
      "x-nexus-usage-source": "provider",
      "x-nexus-attempts": "1",
      "cache-control": "no-store",
    });
    expect(response.headers.get("x-request-id")).toBeTruthy();
  });

  it("streams the same words, with usage only for those who ask", async () => {
    const ask = { model, messages: user("Hello stream"), max_tokens: 200 };
    const whole = await client.chat.completions.create(ask);
    for (const includeUsage of [true, false]) {
      const stream = await client.chat.completions.create({
        ...ask,
        stream: true,
        ...(includeUsage ? { stream_options: { include_usage: true } } : {}),
      });
      let text = "";
      let finish: string | undefined;
      const usages: number[] = [];
      const roles: string[] = [];
      for await (const chunk of stream) {
        const [choice] = chunk.choices;
        text += choice?.delta.content ?? "";
        finish = choice?.finish_reason ?? finish;
        if (choice?.delta.role) roles.push(choice.delta.role);
        if (chunk.usage) usages.push(chunk.usage.total_tokens);
      }
      expect(text).toBe(whole.choices[0]?.message.content);
      expect(finish).toBe("stop");
      expect(roles).toEqual(["assistant"]);
      expect(usages).toEqual(includeUsage ? [whole.usage?.total_tokens] : []);
    }
    const rows = await world.rows(ctx.organizationId);
    expect(new Set(rows.map(({ cost }) => cost)).size).toBe(1);
    expect(rows.map(({ state, source }) => `${state} ${source}`)).toEqual(Array(3).fill("settled provider"));
  });

  it("gets tool calls, complete and streamed, and answers them", async () => {
    const ask = { model, messages: user("Please call the tool"), tools: [weather], max_tokens: 300 };
    const whole = await client.chat.completions.create(ask);
    const [call] = whole.choices[0]?.message.tool_calls ?? [];
    if (call?.type !== "function") throw new Error("no tool call");
    expect(call.function.name).toBe("weather");
    expect(JSON.parse(call.function.arguments)).toHaveProperty("city");
    expect(whole.choices[0]?.finish_reason).toBe("tool_calls");

    const final = await client.chat.completions.stream(ask).finalChatCompletion();
    const [streamed] = final.choices[0]?.message.tool_calls ?? [];
    if (streamed?.type !== "function") throw new Error("no streamed tool call");
    expect(streamed.function.name).toBe("weather");
    expect(JSON.parse(streamed.function.arguments)).toEqual(JSON.parse(call.function.arguments));
    expect(final.choices[0]?.finish_reason).toBe("tool_calls");

    const answer = await client.chat.completions.create({
      ...ask,
      messages: [
        ...ask.messages,
        { role: "assistant", content: null, tool_calls: [call] },
        { role: "tool", tool_call_id: call.id, content: "21 degrees" },
      ],
    });
    expect(answer.choices[0]?.message.content).toContain("21 degrees");
  });

  it("gets a JSON object of the schema it asked for", async () => {
    const schema = {
      type: "object",
      properties: { name: { type: "string" }, age: { type: "integer" } },
      required: ["name", "age"],
      additionalProperties: false,
    };
    const answer = await client.chat.completions.create({
      model,
      messages: user("Who is it?"),
      response_format: { type: "json_schema", json_schema: { name: "person", schema, strict: true } },
    });
    const person: unknown = JSON.parse(answer.choices[0]?.message.content ?? "");
    expect(person).toMatchObject({ name: expect.any(String), age: expect.any(Number) });
  });
});

describe("the native road", () => {
  it("asks for usage and gives it to nobody who did not ask, and says the cost before the end", async () => {
    const response = await post("/v1/chat/completions", {
      model: "openai/gpt-4o-mini",
      messages: user("Hi"),
      stream: true,
    });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    expect(response.headers.get("x-accel-buffering")).toBe("no");
    const text = await response.text();
    expect(text).not.toContain('"usage":{');
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
    expect(text.match(/\[DONE\]/g)).toHaveLength(1);
    const comment = /^: nexus (\{.*\})\n\ndata: \[DONE\]\n\n$/m.exec(text)?.[1] ?? "";
    const facts = NexusFacts.parse(JSON.parse(comment));
    expect(facts.operationId).toBe(response.headers.get("x-nexus-operation-id"));
    await expectRow(facts);
  });

  it("answers several choices", async () => {
    const answer = await client.chat.completions.create({
      model: "openai/gpt-4o-mini",
      messages: user("Hi"),
      n: 3,
      max_tokens: 50,
    });
    expect(answer.choices).toHaveLength(3);
    expect(answer.choices.map(({ index }) => index)).toEqual([0, 1, 2]);
  });
});

describe("the translated road", () => {
  it("names the settings it did not carry out", async () => {
    const { data, response } = await client.chat.completions
      .create({ model: "anthropic/claude-haiku-4-5", messages: user("Hi"), logit_bias: { "1": 1 }, user: "me" })
      .withResponse();
    expect(response.headers.get("x-nexus-warnings")?.split("; ")).toEqual(
      expect.arrayContaining(["logit_bias", "user"]),
    );
    expect(data.id).toBe(`chatcmpl-${response.headers.get("x-nexus-operation-id")}`);
  });

  it("looks at images", async () => {
    const image = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    const answer = await client.chat.completions.create({
      model: "anthropic/claude-haiku-4-5",
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "See" },
            { type: "image_url", image_url: { url: `data:image/png;base64,${image}` } },
          ],
        },
      ],
    });
    expect(answer.choices[0]?.message.content).toContain("the image");
  });

  it("refuses what only OpenAI's own models can, at no cost", async () => {
    const error = await caught(
      client.chat.completions.create({ model: "anthropic/claude-haiku-4-5", messages: user("Hi"), n: 2 }),
    );
    expect(error.status).toBe(422);
    expect(error.code).toBe("CAPABILITY_MISSING");
    expect(world.sandbox.requests()).toHaveLength(0);
    const [row] = await world.rows(ctx.organizationId);
    expect(row).toMatchObject({ state: "released", booked: 0n });
  });
});

describe("embeddings", () => {
  it.each(["openai/text-embedding-3-small", "google/gemini-embedding-001"])(
    "of %s, as floats and as base64",
    async (model) => {
      const input = ["one", "two"];
      const packed = await client.embeddings.create({ model, input });
      const plain = await client.embeddings.create({ model, input, encoding_format: "float" });
      expect(packed.data.map(({ index }) => index)).toEqual([0, 1]);
      expect(plain.data[0]?.embedding.length).toBeGreaterThan(10);
      for (const [at, { embedding }] of plain.data.entries()) {
        expect(packed.data[at]?.embedding.length).toBe(embedding.length);
        expect(packed.data[at]?.embedding[0]).toBeCloseTo(embedding[0] ?? Number.NaN, 5);
      }
      await expectRow(factsIn(plain));
    },
  );

  it("takes tokens where the vendor does", async () => {
    const answer = await client.embeddings.create({ model: "openai/text-embedding-3-small", input: [1, 2, 3] });
    expect(answer.data).toHaveLength(1);
    const error = await caught(client.embeddings.create({ model: "google/gemini-embedding-001", input: [1, 2, 3] }));
    expect(error.code).toBe("CAPABILITY_MISSING");
  });
});

describe("errors", () => {
  it("names the field in OpenAI's envelope", async () => {
    const response = await post("/v1/chat/completions", {
      model: "openai/gpt-4o-mini",
      messages: [{ role: "user", content: 7 }],
    });
    expect(response.status).toBe(400);
    expect(response.headers.get("x-should-retry")).toBe("false");
    expect(await response.json()).toMatchObject({
      error: {
        type: "invalid_request_error",
        code: "INVALID_INPUT",
        param: "messages[0].content",
        effect: "none",
        request_id: response.headers.get("x-request-id"),
      },
    });
    expect(await world.rows(ctx.organizationId)).toEqual([]);
  });

  it("tells the official client whose fault it was", async () => {
    expect(
      await caught(client.chat.completions.create({ model: "openai/gpt-none", messages: user("Hi") })),
    ).toMatchObject({ status: 404, code: "MODEL_UNKNOWN" });
    world.sandbox.script({ vendor: "openai", times: 1, faults: [{ name: "rate-limited" }] });
    // A door of its own: the refusal opens the vendor's circuit.
    const own = clientOf(await openDoor(world.fresh()));
    const limited = await caught(own.chat.completions.create({ model: "openai/gpt-4o-mini", messages: user("Hi") }));
    expect(limited).toMatchObject({ status: 429, code: "PROVIDER_RATE_LIMITED", type: "rate_limit_error" });
    expect(limited.headers?.get("x-should-retry")).toBe("true");
  });

  it("refuses other methods and other paths", async () => {
    const wrong = await fetch(`${url}/v1/chat/completions`);
    expect(wrong.status).toBe(405);
    expect((await post("/v1/other", {})).status).toBe(404);
    const form = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "text/plain" },
      body: "x",
    });
    expect(form.status).toBe(415);
  });

  it("throws in the middle of a stream that broke off, and holds what it may cost", async () => {
    world.sandbox.script({ vendor: "openai", times: 1, faults: [{ name: "cut-mid-stream" }] });
    const own = clientOf(await openDoor(world.fresh()));
    const stream = await own.chat.completions.create({
      model: "openai/gpt-4o-mini",
      messages: user("Hi"),
      stream: true,
    });
    let text = "";
    const read = (async () => {
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    })();
    const error = await caught(read);
    expect(error.code).toBe("PROVIDER_BAD_RESPONSE");
    expect(text).not.toBe("");
    const [row] = await world.rows(ctx.organizationId);
    expect(row).toMatchObject({ state: "uncertain", doubt: "cut", booked: 0n });
  });
});

describe.each(["openai/gpt-4o-mini", "anthropic/claude-haiku-4-5"])("a caller who leaves a stream of %s", (model) => {
  it("pays what the vendor counted, and not a row stays open", async () => {
    world.sandbox.settings.paceMs = 20;
    const leaving = new AbortController();
    const stream = await client.chat.completions.create(
      { model, messages: user("Tell me [[words:40]]"), stream: true },
      { signal: leaving.signal },
    );
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    leaving.abort();
    await expect
      .poll(async () => (await world.rows(ctx.organizationId)).map(({ state, source }) => `${state} ${source}`), {
        timeout: 10_000,
      })
      .toEqual(["settled drained"]);
    const [request] = world.sandbox.requests();
    expect(request?.answer?.usageSent).toBe(true);
    await expect.poll(() => world.gateway.liveStreams.size).toBe(0);
  });
});

describe("a route that fails", () => {
  it("is followed by one of another dialect, complete and streamed", async () => {
    world.sandbox.script({ vendor: "openai", faults: [{ name: "server-error" }] });
    const gateway = world.fresh();
    const models = ["openai/gpt-4o-mini", "anthropic/claude-haiku-4-5"];
    const chain = withAi(gateway, (ai) => ({
      routes: async (ctx, request) =>
        (await Promise.all(models.map((requestedModel) => ai.routes(ctx, { ...request, requestedModel })))).flat(),
    }));
    const own = clientOf(await openDoor(chain));
    const ask = { model: "openai/gpt-4o-mini", messages: user("Hello fallback"), max_tokens: 100 };
    const whole = await own.chat.completions.create(ask);
    const { vendor, attempts } = factsIn(whole);
    expect(vendor).toBe("anthropic");
    expect(attempts.map((attempt) => `${attempt.vendor} ${attempt.outcome}`)).toEqual([
      "openai refused",
      "anthropic answered",
    ]);
    const final = await own.chat.completions.stream(ask).finalChatCompletion();
    expect(final.choices[0]?.message.content).toBe(whole.choices[0]?.message.content);
    expect(final.model).toBe(whole.model);
  });
});

describe("idempotency keys", () => {
  it.each(["openai/gpt-4o-mini", "anthropic/claude-haiku-4-5"])(
    "replay the answer of %s byte for byte",
    async (model) => {
      const headers = { "idempotency-key": `key-${model}` };
      const body = { model, messages: user("Once"), logit_bias: {} };
      const first = await post("/v1/chat/completions", body, headers);
      const again = await post("/v1/chat/completions", body, headers);
      expect(again.headers.get("x-nexus-replayed")).toBe("true");
      expect(first.headers.get("x-nexus-replayed")).toBeNull();
      expect(again.headers.get("x-nexus-warnings")).toBe(first.headers.get("x-nexus-warnings"));
      expect(await again.text()).toBe(await first.text());
      expect(world.sandbox.requests()).toHaveLength(1);
      expect((await post("/v1/chat/completions", { ...body, seed: 1 }, headers)).status).toBe(422);
    },
  );

  it("replay a stream event for event", async () => {
    const headers = { "idempotency-key": "stream" };
    const body = {
      model: "anthropic/claude-haiku-4-5",
      messages: user("Once"),
      stream: true,
      stream_options: { include_usage: true },
    };
    const first = await (await post("/v1/chat/completions", body, headers)).text();
    const again = await (await post("/v1/chat/completions", body, headers)).text();
    expect(again).toBe(first);
    expect(world.sandbox.requests()).toHaveLength(1);
  });
});

describe("with aimock as upstream", () => {
  const mock = new LLMock({ port: 0 });
  let mocked: OpenAI;

  beforeAll(async () => {
    await mock.start();
    const base: Readonly<Record<string, string>> = {
      openai: `${mock.url}/v1`,
      anthropic: `${mock.url}/v1`,
      google: `${mock.url}/v1beta`,
    };
    const egress = createEgress({
      allow: [new URL(mock.url).host],
      log: world.gateway.log,
      clock: world.gateway.clock,
    });
    const gateway: Gateway = {
      ...world.gateway,
      egress: {
        ...egress,
        attempt: (options) => egress.attempt({ ...options, baseUrl: base[options.vendor] ?? "" }),
      },
      // The stored secrets are bound to the sandbox's address.
      openCredential: () => ({ apiKey: "sk-mock" }),
    };
    mocked = clientOf(await openDoor(gateway));
    closing.push(
      () => egress.close(),
      async () => {
        await mock.stop();
      },
    );
  });

  it("passes other vendors' harmless fields, changes only what policy decides, and sends no header of the caller but one", async () => {
    mock.onMessage("unchanged", { content: "Fine." });
    const body = {
      model: "openai/gpt-4o-mini",
      messages: [{ role: "user", content: "unchanged", odd: 1 }],
      chat_template_kwargs: { deep: [true] },
      max_tokens: 20,
    };
    const response = await fetch(`${mocked.baseURL}/chat/completions`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "openai-beta": "x=1",
        "x-of-caller": "canary",
        authorization: "Bearer canary",
      },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(200);
    const sent = mock.getLastRequest();
    const { max_tokens: limit, ...rest } = body;
    expect(sent?.body).toMatchObject({ ...rest, model: "gpt-4o-mini", max_completion_tokens: limit });
    expect(sent?.body).not.toHaveProperty("max_tokens");
    expect(sent?.headers).toMatchObject({ "openai-beta": "x=1" });
    expect(JSON.stringify(sent)).not.toContain("canary");
  });

  it.each(models)("talks through %s, complete and streamed", async (model) => {
    mock.onMessage("aimock says", { content: "Hello from elsewhere." });
    const ask = { model, messages: user("aimock says"), max_tokens: 50 };
    const whole = await mocked.chat.completions.create(ask);
    expect(whole.choices[0]?.message.content).toBe("Hello from elsewhere.");
    const final = await mocked.chat.completions.stream(ask).finalChatCompletion();
    expect(final.choices[0]?.message.content).toBe("Hello from elsewhere.");
    expect(JSON.stringify(mock.getRequests())).not.toContain("unused");
  });

  it.each(models)("calls tools through %s, complete and streamed", async (model) => {
    mock.onMessage("weather please", { toolCalls: [{ name: "weather", arguments: '{"city":"Rome"}' }] });
    const ask = { model, messages: user("weather please"), tools: [weather], max_tokens: 50 };
    for (const answer of [
      await mocked.chat.completions.create(ask),
      await mocked.chat.completions.stream(ask).finalChatCompletion(),
    ]) {
      const [call] = answer.choices[0]?.message.tool_calls ?? [];
      expect(call?.type === "function" && call.function).toMatchObject({ name: "weather" });
      expect(call?.type === "function" && JSON.parse(call.function.arguments)).toEqual({ city: "Rome" });
    }
  });
});
