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

const model = "openai/omni-moderation-latest";
const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const image = { type: "file", mediaType: "image/png", data: png };

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

const ask = async (path: string, init: RequestInit = {}): Promise<Answer> => {
  const response = await fetch(test.restUrl + path, init);
  return { status: response.status, headers: response.headers, body: await response.json() };
};

const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
const moderate = (body: object, headers?: Record<string, string>): Promise<Answer> =>
  post("/api/ai/moderate", { model, ...body }, headers);

describe("a moderation", () => {
  it("answers with a verdict, and leaves one row of a cost of zero, which the list of calls shows", async () => {
    const caller = test.callAs();
    const { status, headers, body } = await moderate({ content: "I will [[flag:violence]] hit you" });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      flagged: true,
      categories: { violence: true, hate: false },
      scores: { violence: expect.any(Number), hate: expect.any(Number) },
      usage: { inputTokens: null, outputTokens: null, units: { request: 1 } },
      nexus: { vendor: "openai", model: "omni-moderation-latest", costNanoUsd: "0", usageSource: "provider" },
    });
    const operationId = headers.get("x-nexus-operation-id");
    expect(await test.rows(caller.organizationId)).toMatchObject([
      {
        operationId,
        state: "settled",
        source: "provider",
        cost: 0n,
        booked: 0n,
        units: { request: 1 },
        errorCode: null,
      },
    ]);
    expect(await test.counters(caller.organizationId)).toEqual({ reserved: 0n, spent: 0n, overrun: 0n });
    const { body: listed } = await ask("/api/operations");
    expect(listed).toMatchObject({
      operations: [
        { operationId, operation: "ai.moderate", vendor: "openai", model: "omni-moderation-latest", state: "settled" },
      ],
    });
  });

  it("judges a text and an image together", async () => {
    const { body } = await moderate({ content: [{ type: "text", text: "Look" }, image] });
    expect(body).toMatchObject({ flagged: false });
    expect(test.sandbox.requests()).toHaveLength(1);
  });

  it("finds its vendor by the model's own name", async () => {
    const { status, body } = await moderate({ model: "omni-moderation-2024-09-26", content: "Hello" });
    expect(status).toBe(200);
    expect(body).toMatchObject({ nexus: { vendor: "openai", costNanoUsd: "0" } });
  });

  it("is asked for once under one idempotency key", async () => {
    const caller = test.callAs();
    const once = { "idempotency-key": "once" };
    const first = await moderate({ content: "[[flag:hate]]" }, once);
    const second = await moderate({ content: "[[flag:hate]]" }, once);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get("x-nexus-replayed")).toBe("true");
    expect(test.sandbox.requests()).toHaveLength(1);
    expect(await test.rows(caller.organizationId)).toHaveLength(1);
    expect((await moderate({ content: "Another" }, once)).status).toBe(422);
  });

  it("that the vendor refuses is released, in the vendor's words", async () => {
    const caller = test.callAs();
    const { status, body } = await moderate({ content: [image, image] });
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain("Number of images (2) exceeds maximum of 1");
    expect(await test.rows(caller.organizationId)).toMatchObject([{ state: "released", booked: 0n }]);
    expect(await test.counters(caller.organizationId)).toEqual({ reserved: 0n, spent: 0n, overrun: 0n });
  });

  it.each([
    ["content", { content: "" }],
    ["content", { content: [] }],
    ["content", {}],
    ["content.0", { content: [{ type: "text", text: "" }] }],
    ["content.0.mediaType", { content: [{ ...image, mediaType: "application/pdf" }] }],
    ["content.0", { content: [{ ...image, url: "https://pictures.example.com/a.png" }] }],
    ["content.0", { content: [{ type: "file", mediaType: "image/png" }] }],
    [
      "content.0.url",
      { content: [{ type: "file", mediaType: "image/png", url: "http://pictures.example.com/a.png" }] },
    ],
    ["input", { content: "Hello", input: "Hello" }],
  ])("with a wrong %s is refused before anything is asked: %j", async (_field, input) => {
    const caller = test.callAs();
    const { status, body } = await moderate(input);
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { code: "INVALID_INPUT" } });
    expect(JSON.stringify(body)).toMatch(/"field":"(content|input)/);
    expect(test.sandbox.requests()).toHaveLength(0);
    expect(await test.rows(caller.organizationId)).toEqual([]);
  });

  it.each([
    ["/api/ai/moderate", { model: "openai/gpt-4o-mini", content: "Hello" }, "ai.moderate"],
    ["/api/ai/moderate", { model: "anthropic/claude-haiku-4-5", content: "Hello" }, "ai.moderate"],
    ["/api/ai/generate-text", { model, prompt: "Hello" }, "ai.generateText"],
    ["/api/ai/embed", { model, values: ["Hello"] }, "ai.embed"],
  ])("%s of %j is refused: the model cannot do it", async (path, input, operation) => {
    const { status, body } = await post(path, input);
    expect(status).toBe(422);
    expect(body).toMatchObject({
      error: { code: "CAPABILITY_MISSING", message: `${input.model} cannot do ${operation}.` },
    });
    expect(test.sandbox.requests()).toHaveLength(0);
  });
});
