import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { listenDoor } from "../../../test/listen-door.ts";
import { openTestDoors, type TestDoors } from "../../../test/typed-doors.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { createOpenAiDoor, openAiErrorReply } from "../openai/index.ts";

let test: TestDoors;
let caller: CallContext;
let door: Awaited<ReturnType<typeof listenDoor>>;

beforeAll(async () => {
  test = await openTestDoors();
  door = await listenDoor({
    answer: createOpenAiDoor(test.gateway),
    encodeError: openAiErrorReply,
    context: (known) => ({ ...caller, ...known, door: "openai" }),
  });
});
afterAll(async () => {
  await door.close();
  await test.close();
});
beforeEach(async () => {
  await test.sandbox.reset();
  caller = test.callAs();
});

const model = "cohere/rerank-v4.0-fast";
const query = "On which river lies Vienna?";
const documents = ["Owls hunt at night.", "The Rhine flows through Cologne.", "Vienna lies on the river Danube."];
/** A search of Cohere's, in nano-USD, and in millionths of that a million tokens. */
const search = 2_000_000n;

const ask = async (body: object, headers: Readonly<Record<string, string>> = {}) => {
  const response = await fetch(`${test.restUrl}/api/ai/rerank`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ model, query, documents, ...body }),
  });
  const answer: unknown = await response.json();
  return { status: response.status, headers: response.headers, answer };
};

describe("a ranking", () => {
  it("has the best first, and is one row that costs what the vendor billed: a search", async () => {
    const { status, headers, answer } = await ask({ topN: 2 });
    expect(status).toBe(200);
    expect(answer).toMatchObject({
      ranking: [
        { index: 2, relevanceScore: expect.any(Number) },
        { index: 0, relevanceScore: expect.any(Number) },
      ],
      usage: { inputTokens: null, outputTokens: null, units: { search: 1 } },
      nexus: { vendor: "cohere", model: "rerank-v4.0-fast", costNanoUsd: String(search), usageSource: "provider" },
    });
    expect(await test.rows(caller.organizationId)).toMatchObject([
      {
        operationId: headers.get("x-nexus-operation-id"),
        state: "settled",
        source: "provider",
        cost: search,
        booked: search,
        units: { search: 1 },
      },
    ]);
    expect(await test.counters(caller.organizationId)).toEqual({ reserved: 0n, spent: search, overrun: 0n });
  });

  it("of version 5 is billed by tokens", async () => {
    const { answer } = await ask({ model: "cohere/rerank-v5.0-pro" });
    const [row] = await test.rows(caller.organizationId);
    expect(row?.units).toEqual({ input: expect.any(Number) });
    expect(row?.cost).toBe(BigInt(row?.units?.input ?? 0) * 50n);
    expect(answer).toMatchObject({ usage: { inputTokens: row?.units?.input } });
  });

  it("finds its vendor by the model's own name, and a long document is several", async () => {
    const long = "word ".repeat(4_000);
    const { status } = await ask({ model: "rerank-v3.5", documents: Array.from({ length: 60 }, () => long) });
    expect(status).toBe(200);
    const cut = await ask({ documents: Array.from({ length: 60 }, () => long), maxTokensPerDocument: 400 });
    expect(cut.status).toBe(200);
    const [whole, short] = await test.rows(caller.organizationId);
    expect(whole?.units?.search).toBeGreaterThan(short?.units?.search ?? 0);
    expect(short?.units).toEqual({ search: 1 });
  });

  it("is asked for once under one idempotency key", async () => {
    const once = { "idempotency-key": "once" };
    const first = await ask({}, once);
    const second = await ask({}, once);
    expect(second.answer).toEqual(first.answer);
    expect(second.headers.get("x-nexus-replayed")).toBe("true");
    expect(test.sandbox.requests()).toHaveLength(1);
    expect(await test.rows(caller.organizationId)).toHaveLength(1);
  });

  it("whose bill is not told is settled at what was held for it", async () => {
    test.sandbox.script({ vendor: "cohere", faults: [{ name: "usage-missing" }] });
    expect((await ask({})).status).toBe(200);
    expect(await test.rows(caller.organizationId)).toMatchObject([{ source: "estimated", cost: search }]);
  });

  it("that the vendor refuses is released, in the vendor's words", async () => {
    const { status, answer } = await ask({ query: "   " });
    expect(status).toBe(400);
    expect(JSON.stringify(answer)).toContain("query must not be empty or be only whitespace");
    expect(await test.rows(caller.organizationId)).toMatchObject([{ state: "released", booked: 0n }]);
  });

  it.each([
    ["query", { query: "" }],
    ["query", { query: "a".repeat(8_001) }],
    ["documents", { documents: [] }],
    ["documents.1", { documents: ["one", ""] }],
    ["documents.0", { documents: [{ text: "one" }] }],
    ["topN", { topN: 0 }],
    ["maxTokensPerDocument", { maxTokensPerDocument: 1.5 }],
    ["top_n", { top_n: 2 }],
  ])("with a wrong %s is refused before anything is asked", async (field, wrong) => {
    const { status, answer } = await ask(wrong);
    expect(status).toBe(400);
    expect(answer).toMatchObject({ error: { code: "INVALID_INPUT" } });
    expect(JSON.stringify(answer)).toContain(`"field":"${field}"`);
    expect(test.sandbox.requests()).toHaveLength(0);
  });

  it.each(["openai/gpt-4o-mini", "cohere/command-a-03-2025"])("is nothing that %s can do", async (other) => {
    expect(await ask({ model: other })).toMatchObject({
      status: 422,
      answer: { error: { code: "CAPABILITY_MISSING", message: `${other} cannot do ai.rerank.` } },
    });
  });
});

describe("POST /v1/rerank", () => {
  const post = async (body: object) => {
    const response = await fetch(`${door.url}/v1/rerank`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model, query, ...body }),
    });
    const answer: unknown = await response.json();
    return { status: response.status, answer };
  };

  it("answers in the dialect of Cohere and Jina, and leaves the same row", async () => {
    const { status, answer } = await post({ documents: documents.map((text) => ({ text })), top_n: 1 });
    expect(status).toBe(200);
    expect(answer).toMatchObject({
      id: expect.any(String),
      model: "rerank-v4.0-fast",
      results: [{ index: 2, relevance_score: expect.any(Number), document: { text: documents[2] } }],
      meta: { billed_units: { search_units: 1 } },
      usage: { search_units: 1, total_tokens: 0 },
      nexus: { costNanoUsd: String(search) },
    });
    await ask({ topN: 1 });
    const [dialect, typed] = await test.rows(caller.organizationId);
    expect({ ...dialect, operationId: "", vendorRequestId: "" }).toMatchObject({
      state: typed?.state,
      cost: typed?.cost,
      booked: typed?.booked,
      units: typed?.units,
      source: typed?.source,
    });
  });

  it("leaves documents out where that is asked for, and says so of fields that it does not know", async () => {
    const { answer } = await post({ documents, return_documents: false });
    expect(JSON.stringify(answer)).not.toContain("Danube");
    expect(await post({ documents, rank_fields: ["text"] })).toMatchObject({ status: 400 });
    expect(await post({ documents, priority: 1 })).toMatchObject({ status: 422 });
    expect(JSON.stringify((await post({ documents: [7] })).answer)).toContain("documents.0");
  });
});
