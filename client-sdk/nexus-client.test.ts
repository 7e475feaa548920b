import { createServer } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestDoors, type TestDoors } from "../test/typed-doors.ts";
import {
  createNexusClient,
  NexusClientError,
  withIdempotencyKey,
  type NexusClientOptions,
  type StreamPart,
  withMaxAttempts,
} from "./src/index.ts";

let test: TestDoors;
/** Every request of the client, in order. */
let sent: { readonly url: string; readonly method: string; readonly headers: Headers }[];

beforeAll(async () => {
  test = await openTestDoors();
});
afterAll(() => test.close());
beforeEach(async () => {
  await test.sandbox.reset();
  test.callAs();
  sent = [];
});

const input = { model: "openai/gpt-4o-mini", prompt: "Which way to the station?", maxOutputTokens: 40 };

type Fetch = typeof globalThis.fetch;

/** Counts, and passes on; the first `cut` answers are lost on the way back. */
const recorded =
  (cut = 0): Fetch =>
  async (url, init) => {
    const request = new Request(url, init);
    sent.push({ url: request.url, method: request.method, headers: request.headers });
    const response = await fetch(request);
    if (sent.length > cut) return response;
    await response.text();
    throw new TypeError("fetch failed");
  };

const clientOf = (options: Partial<NexusClientOptions> = {}) =>
  createNexusClient({ baseUrl: test.trpcUrl, credential: { apiKey: "key" }, fetch: recorded(), ...options });

const failureOf = async (promise: Promise<unknown>): Promise<NexusClientError> => {
  const error: unknown = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!NexusClientError.is(error)) throw new Error("expected a NexusClientError", { cause: error });
  return error;
};

const read = async (parts: AsyncIterable<StreamPart>): Promise<StreamPart[]> => {
  const all: StreamPart[] = [];
  for await (const part of parts) all.push(part);
  return all;
};

const keyOf = (at: number): string | null | undefined => sent[at]?.headers.get("idempotency-key");

describe("a call", () => {
  it("answers with text and what it cost", async () => {
    const caller = test.callAs();
    const { text, nexus } = await clientOf().ai.generateText.mutate(input);
    expect(text.length).toBeGreaterThan(0);
    const [row] = await test.rows(caller.organizationId);
    expect(nexus).toMatchObject({ operationId: row?.operationId, costNanoUsd: String(row?.cost) });
  });

  it("travels alone when it costs money, and together when it reads", async () => {
    const nexus = clientOf();
    await Promise.all([nexus.ai.generateText.mutate(input), nexus.ai.generateText.mutate(input)]);
    expect(sent.map(({ url }) => new URL(url).pathname)).toEqual([
      "/api/trpc/ai.generateText",
      "/api/trpc/ai.generateText",
    ]);
    expect(keyOf(0)).toMatch(/^[0-9a-f-]{36}$/);
    expect(keyOf(1)).not.toBe(keyOf(0));
    sent.length = 0;
    await Promise.all([nexus.keys.list.query({}), nexus.preferences.get.query({})]);
    expect(sent.map(({ url, method }) => `${method} ${new URL(url).pathname}`)).toEqual([
      "GET /api/trpc/keys.list,preferences.get",
    ]);
    expect(keyOf(0)).toBeNull();
  });

  it.each([
    [{ bearer: "t" }, { authorization: "Bearer t" }],
    [{ bearer: async () => "fresh" }, { authorization: "Bearer fresh" }],
    [{ apiKey: "k" }, { "x-api-key": "k" }],
    [
      { serviceToken: "s", organizationId: "o", userId: "u" },
      { "x-nexus-service-token": "s", "x-nexus-organization-id": "o", "x-nexus-user-id": "u" },
    ],
  ])("carries the credential %j", async (credential, headers) => {
    await clientOf({ credential, app: "srv_app" }).preferences.get.query({});
    expect(Object.fromEntries(sent[0]?.headers ?? [])).toMatchObject({ ...headers, "x-service-id": "srv_app" });
  });
});

describe("a repeat", () => {
  it("after a lost answer brings back the first one, paid for once", async () => {
    const caller = test.callAs();
    const { nexus } = await clientOf({ fetch: recorded(1) }).ai.generateText.mutate(input);
    expect(sent).toHaveLength(2);
    expect(keyOf(1)).toBe(keyOf(0));
    const rows = await test.rows(caller.organizationId);
    expect(rows.map(({ operationId }) => operationId)).toEqual([nexus.operationId]);
    expect(test.sandbox.requests()).toHaveLength(1);
  });

  it("happens where the server says it is free, with the same key", async () => {
    test.sandbox.script({ vendor: "openai", times: 1, faults: [{ name: "rate-limited", retryAfter: 0 }] });
    await clientOf().ai.generateText.mutate(input);
    expect(sent).toHaveLength(2);
    expect(keyOf(1)).toBe(keyOf(0));
  });

  it("happens at most as often as the call itself allows", async () => {
    test.sandbox.script({ vendor: "openai", times: 1, faults: [{ name: "rate-limited", retryAfter: 0 }] });
    expect(await failureOf(clientOf().ai.generateText.mutate(input, withMaxAttempts(1)))).toMatchObject({
      retryable: true,
    });
    expect(sent).toHaveLength(1);
    test.sandbox.script({ vendor: "openai", times: 1, faults: [{ name: "rate-limited", retryAfter: 0 }] });
    await clientOf({ maxAttempts: 1 }).ai.generateText.mutate(input, withMaxAttempts(2));
    expect(sent).toHaveLength(3);
  });

  it("does not happen where the server says otherwise, nor beyond the limit", async () => {
    test.sandbox.script({ vendor: "openai", faults: [{ name: "bad-request" }] });
    expect(await failureOf(clientOf().ai.generateText.mutate(input))).toMatchObject({
      code: "PROVIDER_REJECTED",
      effect: "none",
      retryable: false,
    });
    expect(sent).toHaveLength(1);
    sent.length = 0;
    expect(await failureOf(clientOf({ fetch: recorded(9), maxAttempts: 2 }).preferences.get.query({}))).toMatchObject({
      code: "CONNECTION_FAILED",
      effect: "unknown",
    });
    expect(sent).toHaveLength(2);
  });

  it("never happens by itself to a change that could be made twice", async () => {
    const lost = clientOf({ fetch: recorded(1) }).usage.budgets.set.mutate({
      scope: "organization",
      period: "day",
      limitNanos: "1000",
    });
    expect(await failureOf(lost)).toMatchObject({ code: "CONNECTION_FAILED" });
    expect(sent).toHaveLength(1);
  });

  it("uses the caller's own key", async () => {
    const caller = test.callAs();
    const nexus = clientOf();
    const first = await nexus.ai.generateText.mutate(input, withIdempotencyKey("letter-17"));
    const second = await nexus.ai.generateText.mutate(input, withIdempotencyKey("letter-17"));
    expect(second).toEqual(first);
    expect(await test.rows(caller.organizationId)).toHaveLength(1);
    expect(
      await failureOf(nexus.ai.generateText.mutate({ ...input, prompt: "Another" }, withIdempotencyKey("letter-17"))),
    ).toMatchObject({ code: "IDEMPOTENCY_MISMATCH" });
  });
});

describe("an error", () => {
  it("names the fields", async () => {
    const error = await failureOf(clientOf().ai.generateText.mutate({ ...input, temperature: 9 }));
    expect(error).toMatchObject({ code: "INVALID_INPUT", issues: [{ field: "temperature" }], effect: "none" });
    expect(error.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(error).toBeInstanceOf(NexusClientError);
  });

  it("says that nobody answered where no gateway is", async () => {
    const closed = await new Promise<number>((resolve) => {
      const server = createServer().listen(0, "127.0.0.1", () => {
        const address = server.address();
        server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
      });
    });
    const nexus = createNexusClient({
      baseUrl: `http://127.0.0.1:${closed}`,
      credential: { apiKey: "k" },
      maxAttempts: 1,
    });
    expect(await failureOf(nexus.ai.generateText.mutate(input))).toMatchObject({
      code: "CONNECTION_FAILED",
      effect: "none",
      message: `Nothing listens at http://127.0.0.1:${closed}: is Nexus started, and is this its port? It prints its address when it starts.`,
    });
  });

  it("says that the caller ended the call", async () => {
    test.sandbox.script({ vendor: "openai", faults: [{ name: "latency", delayMs: 400 }] });
    const error = await failureOf(clientOf().ai.generateText.mutate(input, { signal: AbortSignal.timeout(100) }));
    expect(error).toMatchObject({ code: "ABORTED" });
    expect(sent).toHaveLength(1);
  });
});

describe("a stream", () => {
  it("is an iterable of parts, with the settled facts last", async () => {
    const caller = test.callAs();
    const parts = await read(await clientOf().ai.streamText.mutate(input));
    expect(parts[0]).toMatchObject({ type: "stream-start" });
    expect(parts.filter(({ type }) => type === "text-delta").length).toBeGreaterThan(1);
    const [row] = await test.rows(caller.organizationId);
    expect(parts.at(-1)).toMatchObject({
      type: "finish",
      nexus: { operationId: row?.operationId, costNanoUsd: String(row?.cost) },
    });
    expect(keyOf(0)).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("comes part by part, not all at once", async () => {
    test.sandbox.script({ vendor: "openai", faults: [{ name: "pace", everyMs: 30 }] });
    const times: number[] = [];
    for await (const part of await clientOf().ai.streamText.mutate(input))
      if (part.type === "text-delta") times.push(performance.now());
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(60);
  });

  it("is replayed part by part for the same key", async () => {
    const nexus = clientOf();
    const first = await read(await nexus.ai.streamText.mutate(input, withIdempotencyKey("tale")));
    expect(await read(await nexus.ai.streamText.mutate(input, withIdempotencyKey("tale")))).toEqual(first);
    expect(test.sandbox.requests()).toHaveLength(1);
  });

  it("throws before it began, as a call does", async () => {
    test.callAs({ permissions: new Set() });
    expect(await failureOf(clientOf().ai.streamText.mutate(input))).toMatchObject({ code: "SCOPE_DENIED" });
  });

  it("is settled where the reader leaves the loop", async () => {
    const caller = test.callAs();
    test.sandbox.script({ vendor: "openai", faults: [{ name: "pace", everyMs: 20 }] });
    for await (const part of await clientOf().ai.streamText.mutate({ ...input, maxOutputTokens: 200 }))
      if (part.type === "text-delta") break;
    await expect
      .poll(async () => (await test.rows(caller.organizationId))[0], { timeout: 10_000 })
      .toMatchObject({ state: "settled", source: "drained" });
  });

  it("throws ABORTED where the signal ends it, and is settled", async () => {
    const caller = test.callAs();
    test.sandbox.script({ vendor: "openai", faults: [{ name: "pace", everyMs: 20 }] });
    const controller = new AbortController();
    const parts = await clientOf().ai.streamText.mutate(
      { ...input, maxOutputTokens: 200 },
      { signal: controller.signal },
    );
    const reading = (async () => {
      for await (const part of parts) if (part.type === "text-delta") controller.abort();
    })();
    expect(await failureOf(reading)).toMatchObject({ code: "ABORTED" });
    await expect
      .poll(async () => (await test.rows(caller.organizationId))[0], { timeout: 10_000 })
      .toMatchObject({ state: "settled" });
  });

  it("ends with an error part where the vendor breaks off, and is held", async () => {
    const caller = test.callAs();
    test.sandbox.script({ vendor: "openai", faults: [{ name: "cut-mid-stream" }] });
    const parts = await read(await clientOf().ai.streamText.mutate({ ...input, maxOutputTokens: 200 }));
    expect(parts.at(-1)).toMatchObject({ type: "error", error: { code: "PROVIDER_BAD_RESPONSE", effect: "done" } });
    const [row] = await test.rows(caller.organizationId);
    expect(row).toMatchObject({ state: "uncertain", doubt: "cut" });
  });

  it("says that its numbers are estimated where the vendor told none", async () => {
    test.sandbox.script({ vendor: "openai", faults: [{ name: "end-early" }] });
    const parts = await read(await clientOf().ai.streamText.mutate(input));
    expect(parts.at(-1)).toMatchObject({
      type: "finish",
      nexus: { usageSource: "estimated" },
    });
  });
});
