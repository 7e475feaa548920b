import { describe, expect, it } from "vitest";
import type { StreamPart } from "../../contracts/ai/stream-text.ts";
import type { NexusFacts } from "../../contracts/nexus-facts.ts";
import type { VendorStreamPart } from "../../contracts/ai-vendor.ts";
import { NexusError } from "../../errors.ts";
import type { StreamReply } from "../../gateway/reply.ts";
import { streamPartsOf } from "./stream-parts.ts";

const facts: NexusFacts = {
  operationId: "op",
  vendor: "openai",
  model: "m",
  requestedModel: "openai/m",
  credentialTier: "byok",
  costNanoUsd: "1",
  usageSource: "provider",
  attempts: [],
};

/** A reply over a list of parts, that tells whether it was begun and returned. */
const replyOf = (parts: readonly VendorStreamPart[], failure?: Error) => {
  const seen = { begun: false, ended: false };
  const generate = async function* (): AsyncGenerator<VendorStreamPart, void, void> {
    seen.begun = true;
    try {
      yield* parts;
      if (failure) throw failure;
    } finally {
      seen.ended = true;
    }
  };
  const reply: StreamReply<VendorStreamPart> = {
    start: { operationId: "op", vendor: "openai", model: "m", credentialTier: "byok" },
    chunks: generate(),
    end: Promise.resolve({ facts, units: { input: 3, output: 2 } }),
    replayed: false,
    allowance: undefined,
  };
  return { reply, seen };
};

const read = async (parts: AsyncIterable<StreamPart>): Promise<StreamPart[]> => {
  const all: StreamPart[] = [];
  for await (const part of parts) all.push(part);
  return all;
};

const here = new AbortController().signal;
const delta = { type: "text-delta", id: "0", delta: "x" } as const;

describe("the parts of a stream", () => {
  it("begin with the operation and end with the settled facts", async () => {
    const { reply } = replyOf([
      { type: "stream-start", warnings: [] },
      delta,
      { type: "finish", finishReason: "stop" },
    ]);
    expect(await read(streamPartsOf(reply, here))).toEqual([
      { type: "stream-start", operationId: "op", warnings: [] },
      delta,
      {
        type: "finish",
        finishReason: "stop",
        usage: expect.objectContaining({ inputTokens: 3, outputTokens: 2 }),
        nexus: facts,
      },
    ]);
  });

  it("begin with the operation even where the vendor does not say so", async () => {
    const { reply } = replyOf([delta]);
    expect((await read(streamPartsOf(reply, here))).map(({ type }) => type)).toEqual([
      "stream-start",
      "text-delta",
      "finish",
    ]);
    expect((await read(streamPartsOf(replyOf([]).reply, here))).at(-1)).toMatchObject({
      type: "finish",
      finishReason: "interrupted",
    });
  });

  it("end with an error that tells nothing of the inside", async () => {
    const { reply } = replyOf([delta], new Error("connect ECONNREFUSED 10.0.0.7"));
    expect((await read(streamPartsOf(reply, here))).at(-1)).toEqual({
      type: "error",
      error: { code: "INTERNAL", message: "Something went wrong on our side.", effect: "unknown" },
    });
    const known = replyOf([], new NexusError("PROVIDER_BAD_RESPONSE", { effect: "done", operationId: "op" }));
    expect((await read(streamPartsOf(known.reply, here))).at(-1)).toMatchObject({
      error: { code: "PROVIDER_BAD_RESPONSE", effect: "done", operationId: "op" },
    });
  });

  it("carry nothing that is not declared", async () => {
    const leaky = { ...delta, raw: { apiKey: "sk-canary" } };
    expect(JSON.stringify(await read(streamPartsOf(replyOf([leaky]).reply, here)))).not.toContain("canary");
  });

  it.each(["left before the first part", "had left already", "gave it back unread"])(
    "are begun and ended where the caller %s",
    async (how) => {
      const { reply, seen } = replyOf([delta, delta]);
      const caller = new AbortController();
      if (how === "had left already") caller.abort();
      const parts = streamPartsOf(reply, caller.signal);
      if (how === "gave it back unread") await parts.return?.();
      else caller.abort();
      await expect.poll(() => seen).toEqual({ begun: true, ended: true });
    },
  );
});
