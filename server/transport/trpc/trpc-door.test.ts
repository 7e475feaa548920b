import { deserialize } from "superjson";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestDoors, type TestDoors } from "../../../test/typed-doors.ts";

let test: TestDoors;

beforeAll(async () => {
  test = await openTestDoors();
});
afterAll(() => test.close());
beforeEach(async () => {
  await test.sandbox.reset();
  test.callAs();
});

const prompt = { model: "openai/gpt-4o-mini", prompt: "Which way to the station?", maxOutputTokens: 40 };

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

const send = async (path: string, init: RequestInit = {}): Promise<Answer> => {
  const response = await fetch(`${test.trpcUrl}/api/trpc/${path}`, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
};

const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  send(path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

const has = <K extends string>(value: unknown, key: K): value is Record<K, unknown> =>
  typeof value === "object" && value !== null && key in value;

/** The error of an answer as the client reads it. */
const errorOf = (body: unknown): { readonly message: string; readonly data: { readonly nexus: object } } => {
  if (!has(body, "error") || !has(body.error, "json")) throw new Error(`no error in ${JSON.stringify(body)}`);
  return deserialize(JSON.parse(JSON.stringify(body.error)));
};

const nexusOf = (body: unknown): object => errorOf(body).data.nexus;

describe("a metered call", () => {
  it("answers, tells what it cost, and leaves one row", async () => {
    const caller = test.callAs();
    const { status, headers, body } = await post("ai.generateText", prompt);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      result: {
        data: { json: { finishReason: "stop", nexus: { vendor: "openai", credentialTier: "platform_default" } } },
      },
    });
    const [row, ...others] = await test.rows(caller.organizationId);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ operationId: headers.get("x-nexus-operation-id"), state: "settled" });
    expect(headers.get("x-nexus-cost-nano-usd")).toBe(String(row?.cost));
    expect(headers.get("x-nexus-usage-source")).toBe("provider");
    expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ["generateText", prompt],
    ["embed", { model: "openai/text-embedding-3-small", values: ["one", "another"] }],
    ["rerank", { model: "cohere/rerank-v4.0-fast", query: "rivers", documents: ["I like rivers."] }],
    ["moderate", { model: "openai/omni-moderation-latest", content: "I like rivers." }],
  ] as const)(
    "%s is estimated at exactly what is then set aside, and the estimate leaves no row",
    async (name, input) => {
      const caller = test.callAs();
      const { status, body } = await post("ai.estimate", { [name]: input });
      expect(status).toBe(200);
      expect(await test.rows(caller.organizationId)).toEqual([]);
      await post(`ai.${name}`, input);
      const [row] = await test.rows(caller.organizationId);
      expect(body).toMatchObject({
        result: {
          data: {
            json: {
              boundNanoUsd: String(row?.held),
              vendor: input.model.split("/")[0],
              credentialTier: "platform_default",
            },
          },
        },
      });
    },
  );

  it("is estimated for nobody who may not make it, and of one request at a time", async () => {
    test.callAs({ permissions: new Set(["srv_nexus.ai:read"]) });
    const refused = await post("ai.estimate", { generateText: prompt });
    expect(nexusOf(refused.body)).toMatchObject({ code: "SCOPE_DENIED", effect: "none" });
    test.callAs();
    for (const input of [{}, { generateText: prompt, moderate: { model: prompt.model, content: "x" } }])
      expect(nexusOf((await post("ai.estimate", input)).body)).toMatchObject({
        code: "INVALID_INPUT",
        issues: [{ field: "generateText" }],
      });
    const unknown = await post("ai.estimate", { generateText: { ...prompt, model: "openai/gpt-4o-mnii" } });
    expect(nexusOf(unknown.body)).toMatchObject({ code: "MODEL_UNKNOWN" });
  });

  it("is refused in a batch, before anything is asked", async () => {
    const { status, body } = await post("ai.generateText,ai.generateText?batch=1", { 0: prompt, 1: prompt });
    expect(status).toBe(400);
    expect(body).toHaveLength(2);
    for (const one of Array.isArray(body) ? body : []) expect(nexusOf(one)).toMatchObject({ code: "INVALID_INPUT" });
    expect(test.sandbox.requests()).toHaveLength(0);
  });

  it("is refused where a stream was asked for without a streaming link", async () => {
    const { status, body } = await post("ai.streamText", prompt);
    expect(status).toBe(400);
    expect(nexusOf(body)).toMatchObject({ code: "INVALID_INPUT" });
    expect(test.sandbox.requests()).toHaveLength(0);
  });

  it("replays the first answer for the same idempotency key", async () => {
    const caller = test.callAs();
    const first = await post("ai.generateText", prompt, { "idempotency-key": "once" });
    const second = await post("ai.generateText", prompt, { "idempotency-key": "once" });
    expect(second.body).toEqual(first.body);
    expect(second.headers.get("x-nexus-replayed")).toBe("true");
    expect(await test.rows(caller.organizationId)).toHaveLength(1);
    const other = await post("ai.generateText", { ...prompt, prompt: "Another" }, { "idempotency-key": "once" });
    expect(other.status).toBe(422);
    expect(nexusOf(other.body)).toMatchObject({ code: "IDEMPOTENCY_MISMATCH", effect: "none" });
  });

  it.each([
    ["openai", { serviceTier: "priority" }],
    ["openai", { maxCompletionTokens: 100_000 }],
    ["anthropic", { fallbacks: "default" }],
  ])("refuses an option of %s that would make the reservation wrong: %j", async (vendor, options) => {
    const { status, body } = await post("ai.generateText", { ...prompt, providerOptions: { [vendor]: options } });
    expect(status).toBe(422);
    expect(nexusOf(body)).toMatchObject({ code: "CAPABILITY_MISSING", effect: "none" });
    expect(test.sandbox.requests()).toHaveLength(0);
  });
});

describe("input", () => {
  const hostile = [
    "id",
    "orgId",
    "organizationId",
    "role",
    "isSuperadmin",
    "spent",
    "limit",
    "__proto__",
    "constructor",
  ];

  it.each(hostile)("names the unknown field %s", async (field) => {
    const { status, body } = await post(
      "ai.generateText",
      `{"model":"openai/gpt-4o-mini","prompt":"x","${field}":{"polluted":true}}`,
    );
    expect(status).toBe(400);
    expect(nexusOf(body)).toMatchObject({ code: "INVALID_INPUT", issues: [{ field, expected: "no such field" }] });
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it("is plain JSON: superjson's envelope is one more unknown field", async () => {
    const { body } = await post("ai.generateText", { json: prompt, meta: { values: { prompt: ["regexp"] } } });
    expect(nexusOf(body)).toMatchObject({
      code: "INVALID_INPUT",
      issues: expect.arrayContaining([{ field: "json", expected: "no such field" }]),
    });
  });

  it("never comes back in an error", async () => {
    const { body } = await post("ai.generateText", { ...prompt, temperature: "a secret in the wrong place" });
    expect(JSON.stringify(body)).not.toContain("secret");
    expect(nexusOf(body)).toMatchObject({ issues: [{ field: "temperature" }] });
  });
});

describe("bounds", () => {
  it.each([
    ["text/plain", 415, "UNSUPPORTED_MEDIA_TYPE"],
    ["multipart/form-data; boundary=x", 415, "UNSUPPORTED_MEDIA_TYPE"],
    ["application/octet-stream", 415, "UNSUPPORTED_MEDIA_TYPE"],
  ])("refuses a body of %s", async (type, status, code) => {
    const answer = await post("ai.generateText", JSON.stringify(prompt), { "content-type": type });
    expect(answer.status).toBe(status);
    expect(nexusOf(answer.body)).toMatchObject({ code });
  });

  it("refuses to read by POST and to act by GET", async () => {
    const act = await send(`keys.create?input=${encodeURIComponent(JSON.stringify({}))}`);
    expect(act.status).toBe(405);
    expect(nexusOf(act.body)).toMatchObject({ code: "METHOD_NOT_ALLOWED" });
    expect((await post("keys.list", {})).status).toBe(405);
    expect((await send("keys.list", { method: "DELETE" })).status).toBe(405);
  });

  it("takes ten calls in a batch, and not eleven", async () => {
    const batch = (count: number) =>
      send(
        `${Array.from({ length: count }, () => "preferences.get").join(",")}?batch=1&input=${encodeURIComponent(JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, at) => [at, {}]))))}`,
      );
    expect((await batch(10)).status).toBe(200);
    const eleven = await batch(11);
    expect(eleven.status).toBe(400);
    expect(nexusOf(eleven.body)).toMatchObject({ code: "INVALID_INPUT" });
  });

  it("takes one MiB, and more where the operation says so", async () => {
    const long = "x".repeat(1_200_000);
    const management = await post("keys.create", { vendor: long });
    expect(management.status).toBe(413);
    expect(nexusOf(management.body)).toMatchObject({ code: "PAYLOAD_TOO_LARGE" });
    expect((await post("ai.generateText", { ...prompt, prompt: long })).status).not.toBe(413);
  });

  it("refuses nesting that would spend the stack", async () => {
    const deep = await post("ai.generateText", `${"[".repeat(20_000)}${"]".repeat(20_000)}`);
    expect(nexusOf(deep.body)).toMatchObject({ code: "INVALID_INPUT" });
    const query = await send(`keys.list?input=${"[".repeat(40)}${"]".repeat(40)}`);
    expect(nexusOf(query.body)).toMatchObject({ code: "INVALID_INPUT" });
  });
});

describe("an error", () => {
  it("carries the public part, headers for clients that retry, and no stack", async () => {
    test.callAs({ permissions: new Set() });
    const { status, headers, body } = await post("ai.generateText", prompt);
    expect(status).toBe(403);
    expect(nexusOf(body)).toMatchObject({
      code: "SCOPE_DENIED",
      effect: "none",
      retryable: false,
      requestId: headers.get("x-request-id"),
      details: { permission: "srv_nexus.ai:invoke" },
    });
    expect(headers.get("x-should-retry")).toBe("false");
    expect(JSON.stringify(body)).not.toMatch(/stack|\.ts:\d/);
  });

  it("keeps what broke inside to itself, and tells the process", async () => {
    const { errors } = test;
    errors.length = 0;
    const broken = test.callAs({ organizationId: "org\u0000broken" });
    const { status, body } = await send("preferences.get?input=%7B%7D");
    expect(broken.organizationId).toContain("\u0000");
    expect(status).toBe(500);
    expect(errorOf(body).message).toBe("Something went wrong on our side.");
    expect(nexusOf(body)).toMatchObject({ code: "INTERNAL" });
    expect(errors).toMatchObject([{ code: "INTERNAL", cause: expect.anything() }]);
  });

  it("is NOT_FOUND for a procedure that is not there", async () => {
    for (const name of ["ai.nothing", "__proto__.x", "constructor", "ai.generateText.constructor"]) {
      const { status, body } = await post(name, {});
      expect(status, name).toBe(404);
      expect(nexusOf(body)).toMatchObject({ code: "NOT_FOUND" });
    }
  });
});
