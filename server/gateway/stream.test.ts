import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CallContext } from "../contracts/call-context.ts";
import { NexusError } from "../errors.ts";
import { openTestGateway, type LedgerRow, type TestGateway } from "../../test/gateway.ts";
import { readAll } from "../../test/read-all.ts";
import { publishedCost } from "../../test/published-prices.ts";
import { aiStream, streamTextRequest } from "../families/ai/index.ts";
import { stream } from "./call.ts";
import type { Gateway } from "./gateway.ts";
import type { StreamRequest } from "../families/family.ts";

let test: TestGateway;
let gateway: Gateway;

beforeAll(async () => {
  test = await openTestGateway({ further: ["bedrock", "mistral"] });
});
afterAll(() => test.close());
beforeEach(async () => {
  await test.sandbox.reset();
  gateway = test.fresh({ callTimeoutMs: 8_000 });
});

const prompt = "Tell me a story. [[words:24]]";
const typed = (model: string): StreamRequest<unknown> =>
  asUnknown(streamTextRequest({ model, prompt, maxOutputTokens: 200 }));

/** Chunks are only counted here. */
const asUnknown = <C>(request: StreamRequest<C>): StreamRequest<unknown> => request as StreamRequest<unknown>;

/** As the door does it: the ending is its own to send. */
async function* withoutEnding(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks)
    if (!/\[DONE\]|^event: message_stop/.test(Buffer.from(chunk).toString())) yield chunk;
}

/** Google's events as they come; nothing stands behind the last one. */
const nativeContents = (model: string): StreamRequest<unknown> => {
  const base = streamTextRequest({ model, prompt, maxOutputTokens: 200 });
  const by = aiStream<Uint8Array>(
    { ...base, dialect: "google.generateContent" },
    {
      encodeChunk: (chunk) => chunk,
      decodeChunk: (bytes) => bytes,
      open: async (vendor, io) => {
        const road = vendor.native["google.generateContent"]?.stream;
        if (!road) throw new Error("no native road");
        const body = { contents: [{ role: "user", parts: [{ text: prompt }] }] };
        const path = "/models/{model}:streamGenerateContent?alt=sse";
        return road({ path, headers: {}, body, includeUsage: true }, io);
      },
    },
  );
  return asUnknown(by);
};

/** OpenAI's bytes as they come, for a caller who did not ask for the usage chunk. */
const native = (model: string): StreamRequest<unknown> => {
  const base = streamTextRequest({ model, prompt, maxOutputTokens: 200 });
  const by = aiStream<Uint8Array>(
    { ...base, dialect: "openai.chat" },
    {
      encodeChunk: (chunk) => chunk,
      decodeChunk: (bytes) => bytes,
      open: async (vendor, io) => {
        const road = vendor.native["openai.chat"]?.stream;
        if (!road) throw new Error("no native road");
        const body = {
          model: io.model,
          messages: [{ role: "user", content: prompt }],
          max_completion_tokens: io.maxOutputTokens,
          stream: true,
        };
        const { chunks, meter } = await road({ path: "/chat/completions", headers: {}, body, includeUsage: false }, io);
        return { chunks: withoutEnding(chunks), meter };
      },
    },
  );
  return asUnknown(by);
};

/** OpenAI's responses as they come; their last event has the numbers. */
const nativeResponses = (model: string): StreamRequest<unknown> => {
  const base = streamTextRequest({ model, prompt, maxOutputTokens: 200 });
  const by = aiStream<Uint8Array>(
    { ...base, dialect: "openai.responses" },
    {
      encodeChunk: (chunk) => chunk,
      decodeChunk: (bytes) => bytes,
      open: async (vendor, io) => {
        const road = vendor.native["openai.responses"]?.stream;
        if (!road) throw new Error("no native road");
        const body = { model: io.model, input: prompt, stream: true };
        return road({ path: "/responses", headers: {}, body, includeUsage: true }, io);
      },
    },
  );
  return asUnknown(by);
};

/** Anthropic's events as they come; the ending is the door's, as above. */
const nativeMessages = (model: string): StreamRequest<unknown> => {
  const base = streamTextRequest({ model, prompt, maxOutputTokens: 200 });
  const by = aiStream<Uint8Array>(
    { ...base, dialect: "anthropic.messages" },
    {
      encodeChunk: (chunk) => chunk,
      decodeChunk: (bytes) => bytes,
      open: async (vendor, io) => {
        const road = vendor.native["anthropic.messages"]?.stream;
        if (!road) throw new Error("no native road");
        const body = {
          model: io.model,
          messages: [{ role: "user", content: prompt }],
          max_tokens: io.maxOutputTokens,
          stream: true,
        };
        const { chunks, meter } = await road({ path: "/messages", headers: {}, body, includeUsage: true }, io);
        return { chunks: withoutEnding(chunks), meter };
      },
    },
  );
  return asUnknown(by);
};

const shapes = [
  {
    shape: "OpenAI, untranslated",
    model: "gpt-4o-mini",
    request: () => native("openai/gpt-4o-mini"),
    vendor: "openai",
  },
  {
    shape: "OpenAI's responses, untranslated",
    model: "gpt-4o-mini",
    request: () => nativeResponses("openai/gpt-4o-mini"),
    vendor: "openai",
  },
  {
    shape: "Anthropic, untranslated",
    model: "claude-sonnet-4-5",
    request: () => nativeMessages("anthropic/claude-sonnet-4-5"),
    vendor: "anthropic",
  },
  { shape: "OpenAI", model: "gpt-4o-mini", request: () => typed("openai/gpt-4o-mini"), vendor: "openai" },
  {
    shape: "Anthropic",
    model: "claude-sonnet-4-5",
    request: () => typed("anthropic/claude-sonnet-4-5"),
    vendor: "anthropic",
  },
  { shape: "Google", model: "gemini-2.5-flash", request: () => typed("google/gemini-2.5-flash"), vendor: "google" },
  {
    shape: "Google, untranslated",
    model: "gemini-2.5-flash",
    request: () => nativeContents("google/gemini-2.5-flash"),
    vendor: "google",
  },
  {
    shape: "Bedrock's binary events",
    model: "amazon.nova-lite-v1:0",
    request: () => typed("bedrock/amazon.nova-lite-v1:0"),
    vendor: "bedrock",
  },
  {
    shape: "Cohere",
    model: "command-r-08-2024",
    request: () => typed("cohere/command-r-08-2024"),
    vendor: "cohere",
  },
  {
    shape: "Mistral, untranslated",
    model: "mistral-small-2603",
    request: () => native("mistral/mistral-small-2603"),
    vendor: "mistral",
  },
] as const;

const onlyRow = async ({ organizationId }: CallContext): Promise<LedgerRow> => {
  const [row, ...others] = await test.rows(organizationId);
  if (!row || others.length > 0) throw new Error(`expected one row, found ${others.length + (row ? 1 : 0)}`);
  return row;
};

/** The row once nothing of it is open any more. */
const settledRow = async (ctx: CallContext): Promise<LedgerRow> => {
  for (let left = 200; left > 0; left -= 1) {
    const row = await onlyRow(ctx);
    if (row.state !== "open") return row;
    await sleep(20);
  }
  throw new Error("still open");
};

const trueCost = (model: string): bigint => publishedCost(model, { ...test.sandbox.requests().at(-1)?.reported });

const settledExactly = async (ctx: CallContext, model: string, source: "provider" | "drained"): Promise<void> => {
  const row = await settledRow(ctx);
  const cost = trueCost(model);
  expect(row).toMatchObject({ state: "settled", source, cost, booked: cost });
  expect(await test.counters(ctx.organizationId)).toEqual({ reserved: 0n, spent: cost, overrun: 0n });
  expect(gateway.liveStreams.size).toBe(0);
};

/** A caller that can leave. */
const caller = () => {
  const leaving = new AbortController();
  return { ctx: test.context({ signal: leaving.signal }), leave: () => leaving.abort() };
};

/** How many chunks the whole answer has. */
const lengthOf = async (request: StreamRequest<unknown>): Promise<number> => {
  const reply = await stream(gateway, request, test.context());
  return (await readAll(reply.chunks)).length;
};

/** Reads so many chunks, then leaves as a door does: the signal first, then the generator. */
const readAndLeave = async (request: StreamRequest<unknown>, count: number): Promise<CallContext> => {
  const { ctx, leave } = caller();
  const reply = await stream(gateway, request, ctx);
  for (let read = 0; read < count; read += 1) await reply.chunks.next();
  leave();
  await reply.chunks.return();
  await reply.end;
  return ctx;
};

describe.each(shapes)("the caller of $shape", ({ model, request, vendor }) => {
  const paced = () => test.sandbox.script({ vendor, faults: [{ name: "pace", everyMs: 4 }] });

  it("stays: the vendor's numbers", async () => {
    const ctx = test.context();
    const reply = await stream(gateway, request(), ctx);
    const chunks = await readAll(reply.chunks);
    expect(chunks.length).toBeGreaterThan(5);
    const { facts } = await reply.end;
    expect(facts).toMatchObject({ usageSource: "provider", costNanoUsd: String(trueCost(model)) });
    await settledExactly(ctx, model, "provider");
  });

  it("leaves at byte 0, before the vendor's first: drained", async () => {
    test.sandbox.script({ vendor, faults: [{ name: "latency", delayMs: 150 }] });
    const { ctx, leave } = caller();
    const opening = stream(gateway, request(), ctx);
    opening.catch(() => undefined);
    while (test.sandbox.requests().length === 0) await sleep(5);
    leave();
    await (
      await opening
    ).end;
    await settledExactly(ctx, model, "drained");
  });

  it("leaves at the first delta: drained", async () => {
    paced();
    await settledExactly(await readAndLeave(request(), 1), model, "drained");
  });

  it("leaves in the middle: drained", async () => {
    const half = Math.floor((await lengthOf(request())) / 2);
    paced();
    await settledExactly(await readAndLeave(request(), half), model, "drained");
  });

  it("leaves while it waits for the next chunk: drained", async () => {
    test.sandbox.script({ vendor, faults: [{ name: "slow-drip", bytes: 400, everyMs: 25 }] });
    const { ctx, leave } = caller();
    const reply = await stream(gateway, request(), ctx);
    await reply.chunks.next();
    const waiting = (async () => {
      while (!(await reply.chunks.next()).done);
    })();
    await sleep(30);
    leave();
    // As a door's generator is returned: behind the read under way.
    await Promise.all([waiting, reply.chunks.return()]);
    await settledExactly(ctx, model, "drained");
  });

  it("leaves after usage: the vendor's numbers", async () => {
    const { ctx, leave } = caller();
    const reply = await stream(gateway, request(), ctx);
    const live = () => gateway.liveStreams.get(reply.start.operationId);
    for (let next = await reply.chunks.next(); !next.done && live() !== undefined;) next = await reply.chunks.next();
    leave();
    await reply.chunks.return();
    await settledExactly(ctx, model, "provider");
  });
});

describe.each(shapes)("the caller of $shape, whose vendor tells its numbers late", ({ model, request, vendor }) => {
  /** How many chunks come before the numbers. */
  const lengthBeforeUsage = async (): Promise<number> => {
    test.sandbox.script({ vendor, faults: [{ name: "cut-after-last-delta" }] });
    const reply = await stream(gateway, request(), test.context());
    let count = 0;
    try {
      for await (const chunk of reply.chunks) if (chunk !== undefined) count += 1;
    } catch (error) {
      if (!NexusError.is(error)) throw error;
    }
    expect(count).toBeGreaterThan(5);
    await test.sandbox.reset();
    return count;
  };

  /** A caller that has read every delta, while the vendor has not told its numbers. */
  const readDeltas = async () => {
    const count = await lengthBeforeUsage();
    test.sandbox.script({ vendor, faults: [{ name: "delay-before-usage", delayMs: 400 }] });
    const { ctx, leave } = caller();
    const { chunks, end } = await stream(gateway, request(), ctx);
    for (let read = 0; read < count; read += 1) expect(await chunks.next()).toMatchObject({ done: false });
    expect(test.sandbox.requests()).toMatchObject([{ answer: null }]);
    return { ctx, leave, chunks, end };
  };

  it("leaves after the last delta: drained", async () => {
    const { ctx, leave, chunks, end } = await readDeltas();
    leave();
    await chunks.return();
    await end;
    await settledExactly(ctx, model, "drained");
  });

  it("leaves after the last delta, while it waits for more: drained", async () => {
    const { ctx, leave, chunks } = await readDeltas();
    const waiting = chunks.next();
    await sleep(30);
    leave();
    await Promise.all([waiting, chunks.return()]);
    await settledExactly(ctx, model, "drained");
  });
});

describe.each(shapes)("the vendor of $shape", ({ model, request, vendor }) => {
  const run = async (ctx: CallContext): Promise<NexusError | undefined> => {
    try {
      const reply = await stream(gateway, request(), ctx);
      for await (const chunk of reply.chunks) expect(chunk).toBeDefined();
      return undefined;
    } catch (error) {
      if (NexusError.is(error)) return error;
      throw error;
    }
  };

  it.each(["cut-at-byte", "cut-before-first-delta", "cut-mid-stream", "cut-after-last-delta"])(
    "%s: in doubt, the whole hold kept, and said so",
    async (name) => {
      const ctx = test.context();
      test.sandbox.script({ vendor, faults: [{ name }] });
      const error = await run(ctx);
      expect(error).toMatchObject({ effect: "done" });
      const row = await settledRow(ctx);
      expect(row).toMatchObject({ state: "uncertain", doubt: "cut", errorCode: error?.code, cost: null, booked: 0n });
      expect(await test.counters(ctx.organizationId)).toEqual({ reserved: row.held, spent: 0n, overrun: 0n });
      expect(gateway.liveStreams.size).toBe(0);
    },
  );

  it("cut-after-last-delta: the row tells no less than what was delivered", async () => {
    const ctx = test.context();
    test.sandbox.script({ vendor, faults: [{ name: "cut-after-last-delta" }] });
    await run(ctx);
    const row = await settledRow(ctx);
    expect(row.units?.output).toBeGreaterThanOrEqual(test.sandbox.requests().at(-1)?.units?.output ?? Infinity);
  });

  it("cut-after-usage: the vendor's numbers all the same", async () => {
    const ctx = test.context();
    test.sandbox.script({ vendor, faults: [{ name: "cut-after-usage" }] });
    await run(ctx);
    const row = await settledRow(ctx);
    const cost = trueCost(model);
    expect(row).toMatchObject({ state: "settled", source: "provider", cost, booked: cost });
  });

  it.each(["usage-missing", "usage-negative"])("%s: estimated, never below the bill", async (name) => {
    const ctx = test.context();
    test.sandbox.script({ vendor, faults: [{ name }] });
    await run(ctx);
    const row = await settledRow(ctx);
    expect(row).toMatchObject({ state: "settled", source: "estimated" });
    expect(row.cost).toBeGreaterThanOrEqual(publishedCost(model, { ...test.sandbox.requests().at(-1)?.units }));
    expect(row.cost).toBeLessThanOrEqual(row.held);
  });

  it("usage-cumulative: the last one counts, once", async () => {
    const ctx = test.context();
    test.sandbox.script({ vendor, faults: [{ name: "usage-cumulative" }] });
    await run(ctx);
    await settledExactly(ctx, model, "provider");
  });
});

it("moves to the next route while no byte has reached the caller, under a second hold", async () => {
  const ctx = test.context();
  const { setPreferences } = await import("../domain/preferences/index.ts");
  await setPreferences(test.deps, ctx, {
    revision: 0,
    fallbackModels: { "openai/gpt-4o-mini": ["google/gemini-2.5-flash"] },
  });
  await test.refresh();
  test.sandbox.script({ vendor: "openai", faults: [{ name: "cut-at-byte" }] });
  const reply = await stream(gateway, typed("openai/gpt-4o-mini"), ctx);
  await readAll(reply.chunks);
  await reply.end;
  const [first, second] = await test.rows(ctx.organizationId);
  expect(first).toMatchObject({ state: "uncertain", doubt: "cut", vendor: "openai" });
  const cost = trueCost("gemini-2.5-flash");
  expect(second).toMatchObject({
    operationId: reply.start.operationId,
    state: "settled",
    source: "provider",
    vendor: "google",
    cost,
  });
});

it("settles a hundred streams abandoned at once", async () => {
  test.sandbox.script({ faults: [{ name: "pace", everyMs: 3 }] });
  const ctx = test.context();
  const ends = await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      const leaving = new AbortController();
      const reply = await stream(gateway, typed("openai/gpt-4o-mini"), { ...ctx, signal: leaving.signal });
      for (let read = 0; read < index % 7; read += 1) await reply.chunks.next();
      return async () => {
        leaving.abort();
        // A generator that was never begun is left for the call path to find.
        if (index % 7 > 0) await reply.chunks.return();
        else void reply.chunks.next().then(() => reply.chunks.return());
        return reply.end;
      };
    }),
  );
  await Promise.all(ends.map((leave) => leave()));
  const rows = await test.rows(ctx.organizationId);
  expect(rows).toHaveLength(100);
  const costs = new Map(
    test.sandbox
      .requests()
      .map(({ operationId, reported }) => [operationId, publishedCost("gpt-4o-mini", { ...reported })]),
  );
  for (const row of rows)
    expect(row).toMatchObject({ state: "settled", cost: costs.get(row.operationId), booked: row.cost });
  // On a slow machine a vendor may have told its numbers before its caller left.
  const sources = new Set(rows.map(({ source }) => source));
  expect(sources).toContain("drained");
  expect([...sources].every((source) => source === "drained" || source === "provider")).toBe(true);
  const { reserved } = await test.counters(ctx.organizationId);
  expect(reserved).toBe(0n);
  expect(gateway.liveStreams.size).toBe(0);
});
