import { generateImage, generateSpeech, generateText, rerank, streamText, transcribe } from "ai";
import { describe, expect, it } from "vitest";
import { createNexusProvider } from "./src/ai-sdk/index.ts";
import { z } from "zod";
import {
  generateObject,
  NexusClientError,
  ObjectMismatchError,
  withCustomer,
  withIdempotencyKey,
} from "./src/index.ts";
import { createTestNexus, nexusRefusal, objectAnswer, textAnswer, UnscriptedCallError } from "./src/testing/index.ts";

const ask = { model: "openai/gpt-4o-mini", prompt: "Where is it?" };
const mail = { from: "app@example.com", to: ["ann@example.org"], subject: "Hello", text: "Hello." };
const checkout = {
  reference: "invoice-7",
  mode: "payment" as const,
  successUrl: "https://app.example/done",
  lines: [{ name: "Chairs", amount: { amount: "1050", currency: "USD" as const }, quantity: 2 }],
};

const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  const error: unknown = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (NexusClientError.is(error)) return error.code;
  throw new Error("expected a NexusClientError", { cause: error });
};

describe("an in-memory Nexus", () => {
  it("answers as a test says, and remembers what it was asked", async () => {
    const test = createTestNexus();
    test.answer("ai.generateText", textAnswer("Paris"));
    expect((await test.nexus.ai.generateText.mutate(ask)).text).toBe("Paris");
    test.answer("ai.generateText", ({ model }) => textAnswer(model));
    expect((await test.nexus.ai.generateText.mutate(ask)).text).toBe(ask.model);
    test.answer("usage.budgets.list", { budgets: [], spendingStopped: null });
    expect(await test.nexus.usage.budgets.list.query({})).toEqual({ budgets: [], spendingStopped: null });
    expect(test.inputsOf("ai.generateText")).toEqual([ask, ask]);
    expect(test.calls.map(({ name, idempotencyKey }) => [name, idempotencyKey?.length])).toEqual([
      ["ai.generateText", 36],
      ["ai.generateText", 36],
      ["usage.budgets.list", undefined],
    ]);
    test.reset();
    expect(test.calls).toEqual([]);
  });

  it("streams, embeds, ranks, moderates, draws, speaks, listens and carries the AI SDK without a word of the test's", async () => {
    const { nexus, spentNanoUsd } = createTestNexus();
    const types: string[] = [];
    for await (const { type } of await nexus.ai.streamText.mutate(ask)) types.push(type);
    expect([types[0], types.at(-1)]).toEqual(["stream-start", "finish"]);
    const model = "openai/text-embedding-3-small";
    const { embeddings } = await nexus.ai.embed.mutate({ model, values: ["a", "a", "b"] });
    expect(embeddings[0]).toEqual(embeddings[1]);
    expect(embeddings[0]).not.toEqual(embeddings[2]);
    expect((await nexus.ai.moderate.mutate({ model: "openai/omni-moderation-latest", content: "x" })).flagged).toBe(
      false,
    );
    const provider = createNexusProvider(nexus);
    const { text, providerMetadata } = await generateText({ model: provider(ask.model), prompt: ask.prompt });
    expect(text.length).toBeGreaterThan(0);
    expect(providerMetadata?.["nexus"]).toMatchObject({ costNanoUsd: "1000000", vendor: "openai" });
    expect((await streamText({ model: provider(ask.model), prompt: ask.prompt }).text).length).toBeGreaterThan(0);
    const { images } = await generateImage({ model: provider.image("openai/gpt-image-1.5"), prompt: "A boat", n: 2 });
    expect(images.map(({ mediaType }) => mediaType)).toEqual(["image/png", "image/png"]);
    const { audio } = await generateSpeech({ model: provider.speech("openai/tts-1"), text: "Hello" });
    expect(audio.mediaType).toBe("audio/wav");
    const { ranking } = await rerank({
      model: provider.reranking("cohere/rerank-v3.5"),
      query: "q",
      documents: ["a", "b"],
    });
    expect(ranking.map(({ document }) => document)).toEqual(["a", "b"]);
    const heard = await transcribe({ model: provider.transcription("openai/whisper-1"), audio: audio.uint8Array });
    expect(heard.text.length).toBeGreaterThan(0);
    expect(spentNanoUsd()).toBe(9_000_000n);
  });

  it("gives objects of the caller's own schema, which has the last word", async () => {
    const test = createTestNexus();
    const river = z.object({ name: z.string().min(6), km: z.int().min(3), bank: z.enum(["left", "right"]).nullable() });
    const schema = z.object({ rivers: z.array(river).min(2), found: z.iso.datetime().optional() }).transform((one) => ({
      ...one,
      count: one.rivers.length,
    }));
    const made = await generateObject(test.nexus, { ...ask, schema: z.object({ rivers: z.array(river).min(2) }) });
    expect(made.object.rivers).toEqual(Array.from({ length: 2 }, () => ({ name: "text--", km: 3, bank: "left" })));
    test.answer("ai.generateObject", objectAnswer({ rivers: [], found: "yesterday" }));
    const error: unknown = await generateObject(test.nexus, { ...ask, schema }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ObjectMismatchError);
    expect(error).toMatchObject({ answer: { object: { rivers: [] }, nexus: { costNanoUsd: "1000000" } } });
    const two = [river.parse({ name: "Danube", km: 2850, bank: null }), { name: "Vltava", km: 430, bank: "left" }];
    test.answer("ai.generateObject", objectAnswer({ rivers: two }));
    expect((await generateObject(test.nexus, { ...ask, schema })).object).toEqual({ rivers: two, count: 2 });
  });

  it("says which operation a test has forgotten", async () => {
    const { nexus, answer } = createTestNexus();
    const error: unknown = await nexus.preferences.get.query({}).catch((caught: unknown) => caught);
    expect(NexusClientError.is(error) && error.cause).toBeInstanceOf(UnscriptedCallError);
    expect(String(error)).toContain('test.answer("preferences.get", …)');
    const typo: string = "ai.generateTexts";
    expect(() => Reflect.apply(answer, undefined, [typo, {}])).toThrow("Nexus has no operation ai.generateTexts");
  });
});

describe("an in-memory Nexus refuses what the real one refuses", () => {
  it("wrong fields, by the same schemas and in the same words", async () => {
    const { nexus } = createTestNexus();
    const error: unknown = await nexus.ai.generateText
      .mutate({ ...ask, temperature: 9 })
      .catch((caught: unknown) => caught);
    expect(NexusClientError.is(error) && error).toMatchObject({
      code: "INVALID_INPUT",
      effect: "none",
      issues: [{ field: "temperature" }],
    });
    expect(await codeOf(nexus.ai.generateText.mutate({ model: ask.model }))).toBe("INVALID_INPUT");
    expect(await codeOf(nexus.email.send.mutate({ ...mail, stream: "broadcast" }))).toBe("INVALID_INPUT");
    const lines = [{ name: "Chairs", amount: { amount: "10.50", currency: "USD" as const } }];
    expect(await codeOf(nexus.payments.checkout.create.mutate({ ...checkout, lines }))).toBe("INVALID_INPUT");
  });

  it("calls without the permission, beyond the budget, and of customers without money", async () => {
    const { nexus } = createTestNexus({
      permissions: ["srv_nexus.ai:invoke"],
      budgetNanoUsd: 2_500_000n,
      wallets: { ann: 1_000_000n },
    });
    expect(await codeOf(nexus.email.send.mutate(mail))).toBe("SCOPE_DENIED");
    await nexus.ai.generateText.mutate(ask, withCustomer("ann"));
    expect(await codeOf(nexus.ai.generateText.mutate(ask, withCustomer("ann")))).toBe("WALLET_EMPTY");
    expect(await codeOf(nexus.ai.generateText.mutate(ask, withCustomer("nobody")))).toBe("CUSTOMER_UNKNOWN");
    await nexus.ai.generateText.mutate(ask);
    expect(await codeOf(nexus.ai.generateText.mutate(ask))).toBe("BUDGET_EXCEEDED");
  });

  it("a key that was used with another request; the same one is answered again and paid once", async () => {
    const { nexus, spentNanoUsd, calls } = createTestNexus();
    const first = await nexus.ai.generateText.mutate(ask, withIdempotencyKey("k"));
    expect(await nexus.ai.generateText.mutate(ask, withIdempotencyKey("k"))).toEqual(first);
    expect(spentNanoUsd()).toBe(1_000_000n);
    expect(calls).toHaveLength(2);
    expect(await codeOf(nexus.ai.generateText.mutate({ ...ask, prompt: "Other" }, withIdempotencyKey("k")))).toBe(
      "IDEMPOTENCY_MISMATCH",
    );
    for (let round = 0; round < 2; round += 1) {
      const parts: unknown[] = [];
      for await (const part of await nexus.ai.streamText.mutate(ask, withIdempotencyKey("s"))) parts.push(part);
      expect(parts.length).toBeGreaterThan(3);
    }
  });

  it("mail to suppressed addresses", async () => {
    const test = createTestNexus();
    test.suppress("Ann@example.org");
    expect(await codeOf(test.nexus.email.send.mutate(mail))).toBe("RECIPIENT_SUPPRESSED");
    const sent = await test.nexus.email.send.mutate({ ...mail, cc: ["bob@example.org"] });
    expect(sent.status === "sent" && sent.recipients.map(({ status }) => status)).toEqual(["suppressed", "accepted"]);
  });

  it("a second payment of a reference, and more refunded than was captured", async () => {
    const test = createTestNexus();
    const { payments } = test.nexus;
    const made = await payments.checkout.create.mutate(checkout);
    if (!("checkoutId" in made)) throw new Error("expected a checkout");
    expect(made.total).toEqual({ amount: "2100", currency: "USD" });
    expect(await codeOf(payments.checkout.create.mutate(checkout))).toBe("CONFLICT");
    const { checkoutId } = made;
    expect(await codeOf(payments.refund.create.mutate({ checkoutId }))).toBe("CONFLICT");
    test.pay(checkoutId);
    expect(await payments.checkout.get.query({ checkoutId })).toMatchObject({
      status: "complete",
      payment: "captured",
    });
    const part = await payments.refund.create.mutate({ checkoutId, amount: { amount: "100", currency: "USD" } });
    expect("remaining" in part && part.remaining).toEqual({ amount: "2000", currency: "USD" });
    const more = { checkoutId, amount: { amount: "2001", currency: "USD" as const } };
    expect(await codeOf(payments.refund.create.mutate(more))).toBe("CONFLICT");
    expect(test.spentNanoUsd()).toBe(2_000_000n);
  });

  it("whatever a test says that it refuses", async () => {
    const test = createTestNexus();
    test.answer("ai.generateText", () => {
      throw nexusRefusal("PROVIDER_TIMEOUT", { effect: "unknown", operationId: "op" });
    });
    const error: unknown = await test.nexus.ai.generateText.mutate(ask).catch((caught: unknown) => caught);
    expect(NexusClientError.is(error) && error).toMatchObject({
      code: "PROVIDER_TIMEOUT",
      effect: "unknown",
      operationId: "op",
      retryable: false,
      message: "The vendor did not answer in time.",
    });
  });
});
