import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { publishedCost } from "../../../test/published-prices.ts";
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

const schema = {
  type: "object",
  properties: { rivers: { type: "array", items: { type: "string" }, minItems: 1 } },
  required: ["rivers"],
  additionalProperties: false,
};
const request = { model: "openai/gpt-4o-mini", prompt: "Name three rivers.", schema, maxOutputTokens: 200 };

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

const generate = async (
  input: object = {},
  headers: Record<string, string> = {},
  path = "generate-object",
): Promise<Answer> => {
  const response = await fetch(`${test.restUrl}/api/ai/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ ...request, ...input }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
};

/** OpenAI's model writes exactly this. */
const writes = (content: string): void =>
  test.sandbox.script({
    vendor: "openai",
    faults: [
      {
        name: "raw",
        body: JSON.stringify({
          id: "chatcmpl-1",
          object: "chat.completion",
          created: 1_760_000_000,
          model: "gpt-4o-mini",
          choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
          usage: { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 },
        }),
      },
    ],
  });

describe("an object", () => {
  it.each([
    "openai/gpt-4o-mini",
    "anthropic/claude-sonnet-4-5",
    "anthropic/claude-haiku-4-5",
    "google/gemini-2.5-flash",
  ])("of %s fits its schema, and leaves one row", async (model) => {
    const caller = test.callAs();
    const { status, body } = await generate({ model });
    expect(body).toMatchObject({
      object: { rivers: [expect.any(String)] },
      text: expect.stringContaining("rivers"),
      usage: { inputTokens: expect.any(Number), outputTokens: expect.any(Number) },
      nexus: { requestedModel: model, usageSource: "provider" },
    });
    expect(status).toBe(200);
    expect(await test.rows(caller.organizationId)).toMatchObject([{ state: "settled", errorCode: null }]);
  });

  it("costs at most what the estimate says", async () => {
    const { body: told } = await generate({}, {}, "estimate");
    expect(told).toMatchObject({ error: { code: "INVALID_INPUT" } });
    const response = await fetch(`${test.restUrl}/api/ai/estimate`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ generateObject: request }),
    });
    const { boundNanoUsd } = (await response.json()) as { boundNanoUsd: string };
    const caller = test.callAs();
    await generate();
    const [row] = await test.rows(caller.organizationId);
    expect(row?.held).toBe(BigInt(boundNanoUsd));
    expect(row?.cost).toBeLessThanOrEqual(BigInt(boundNanoUsd));
  });
});

describe("an answer that does not fit", () => {
  const paid = publishedCost("gpt-4o-mini", { input: 100, output: 50 });

  it("is 502 with what was paid and what is wrong by path, and its row says so", async () => {
    const caller = test.callAs();
    writes('{"rivers":[7],"more":true}');
    const { status, headers, body } = await generate();
    expect(status, JSON.stringify(body)).toBe(502);
    const operationId = headers.get("x-nexus-operation-id");
    expect(body).toMatchObject({
      error: {
        code: "OBJECT_INVALID",
        effect: "done",
        retryable: false,
        operationId,
        issues: expect.arrayContaining([
          { field: "object.more", expected: "absent" },
          { field: "object.rivers.0", expected: "string" },
        ]),
        details: {
          vendor: "openai",
          costNanoUsd: String(paid),
          usageSource: "provider",
          finishReason: "stop",
          text: '{"rivers":[7],"more":true}',
        },
      },
    });
    expect(await test.rows(caller.organizationId)).toMatchObject([
      { operationId, state: "settled", source: "provider", cost: paid, booked: paid, errorCode: "OBJECT_INVALID" },
    ]);
    expect(await test.counters(caller.organizationId)).toEqual({ reserved: 0n, spent: paid, overrun: 0n });
    const listed = await fetch(`${test.restUrl}/api/operations`);
    expect(await listed.json()).toMatchObject({ operations: [{ operationId, errorCode: "OBJECT_INVALID" }] });
  });

  it("is told again under its idempotency key, without another call", async () => {
    const caller = test.callAs();
    writes(`{"rivers": "${"x".repeat(20_000)}`);
    const once = { "idempotency-key": "once" };
    const first = await generate({}, once);
    const second = await generate({}, once);
    expect([first.status, second.status]).toEqual([502, 502]);
    const told = (answer: Answer) => ({ ...(answer.body as { error: object }).error, requestId: "" });
    expect(told(second)).toEqual(told(first));
    expect(JSON.stringify(first.body).length).toBeLessThan(18_000);
    expect(test.sandbox.requests()).toHaveLength(1);
    expect(await test.rows(caller.organizationId)).toHaveLength(1);
  });
});

it.each([
  ["schema", { schema: undefined }],
  ["schema.type", { schema: { type: "strin" } }],
  ["schema.items.$ref", { schema: { items: { $ref: "https://schemas.example/a" } } }],
  ["schemaName", { schemaName: "three rivers" }],
  ["prompt", { prompt: undefined }],
  ["", { tools: [] }],
])("a wrong %s is refused before anything is asked", async (field, input) => {
  const caller = test.callAs();
  const { status, body } = await generate(input);
  expect(status).toBe(400);
  expect(body).toMatchObject({ error: { code: "INVALID_INPUT" } });
  expect((body as { error: { issues: { field: string }[] } }).error.issues[0]?.field).toMatch(field);
  expect(await test.rows(caller.organizationId)).toEqual([]);
});
