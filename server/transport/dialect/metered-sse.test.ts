import { expect, it } from "vitest";
import { NexusError } from "../../errors.ts";
import type { Ended, StreamReply } from "../../gateway/reply.ts";
import { silentLogger } from "../../platform/logger.ts";
import { meteredSse } from "./metered-sse.ts";

const end: Ended = {
  units: {},
  facts: {
    operationId: "op",
    vendor: "openai",
    model: "m",
    requestedModel: "openai/m",
    credentialTier: "byok",
    costNanoUsd: "42",
    usageSource: "provider",
    attempts: [],
  },
};
const start = { operationId: "op", vendor: "openai", model: "m", credentialTier: "byok" } as const;
const ending = { done: "DONE", failed: (error: NexusError) => `FAILED ${error.code}` };

const replyOf = (chunks: AsyncGenerator<Uint8Array, void, void>, ended: Promise<Ended>): StreamReply<Uint8Array> => ({
  start,
  chunks,
  end: ended,
  replayed: false,
  allowance: undefined,
});

const collect = async (reply: StreamReply<Uint8Array>, keepAliveMs = 1_000): Promise<string[]> => {
  const texts: string[] = [];
  for await (const chunk of meteredSse({ reply, ending, log: silentLogger, keepAliveMs }))
    texts.push(Buffer.from(chunk).toString());
  return texts;
};

const bytes = (text: string): Uint8Array => Buffer.from(text);
const comment = `: nexus ${JSON.stringify(end.facts)}\n\n`;

it("holds the ending back until the call is settled", async () => {
  const settled = Promise.withResolvers<Ended>();
  const body = meteredSse({
    reply: replyOf(
      (async function* () {
        yield bytes("a");
      })(),
      settled.promise,
    ),
    ending,
    log: silentLogger,
  });
  expect((await body.next()).value).toEqual(bytes("a"));
  const last = body.next();
  const first = await Promise.race([
    last.then(() => "told"),
    new Promise((resolve) => setTimeout(resolve, 30, "waiting")),
  ]);
  expect(first).toBe("waiting");
  settled.resolve(end);
  expect((await last).value).toBe(`${comment}DONE`);
  expect((await body.next()).done).toBe(true);
});

it("breaks silence with comments, between chunks alone", async () => {
  const texts = await collect(
    replyOf(
      (async function* () {
        yield bytes("a");
        await new Promise((resolve) => setTimeout(resolve, 130));
        yield bytes("b");
      })(),
      Promise.resolve(end),
    ),
    40,
  );
  expect(texts[0]).toBe("a");
  expect(texts.slice(1, -2).length).toBeGreaterThanOrEqual(2);
  expect(new Set(texts.slice(1, -2))).toEqual(new Set([": keep-alive\n\n"]));
  expect(texts.slice(-2)).toEqual(["b", `${comment}DONE`]);
});

it("ends with the error of a vendor that broke off, and with what that cost", async () => {
  const texts = await collect(
    replyOf(
      (async function* () {
        yield bytes("a");
        throw new NexusError("PROVIDER_BAD_RESPONSE");
      })(),
      Promise.resolve(end),
    ),
  );
  expect(texts).toEqual(["a", `${comment}FAILED PROVIDER_BAD_RESPONSE`]);
});

it("ends with an error where the row could not be settled", async () => {
  const ended = Promise.reject(new NexusError("LEDGER_UNAVAILABLE"));
  ended.catch(() => undefined);
  const texts = await collect(
    replyOf(
      (async function* () {
        yield bytes("a");
      })(),
      ended,
    ),
  );
  expect(texts).toEqual(["a", "FAILED LEDGER_UNAVAILABLE"]);
});

it("gives the chunks back when the reader leaves", async () => {
  let left = false;
  const body = meteredSse({
    reply: replyOf(
      (async function* () {
        try {
          yield bytes("a");
          yield bytes("b");
        } finally {
          left = true;
        }
      })(),
      new Promise(() => undefined),
    ),
    ending,
    log: silentLogger,
  });
  await body.next();
  await body.next();
  await body.return();
  await new Promise((resolve) => setImmediate(resolve));
  expect(left).toBe(true);
});
