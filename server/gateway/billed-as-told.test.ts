import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FaultRule } from "../../sandbox/script.ts";
import { openTestGateway, type TestGateway } from "../../test/gateway.ts";
import { readAll } from "../../test/read-all.ts";
import { publishedCost } from "../../test/published-prices.ts";
import { NexusError } from "../errors.ts";
import type { CallContext } from "../contracts/call-context.ts";
import { setPreferences } from "../domain/preferences/index.ts";
import { getOperation } from "../domain/operations/index.ts";
import { generateTextRequest, streamTextRequest } from "../families/ai/index.ts";
import { call, stream } from "./call.ts";
import type { Gateway } from "./gateway.ts";

let test: TestGateway;
let gateway: Gateway;

beforeAll(async () => {
  test = await openTestGateway();
});
afterAll(() => test.close());
beforeEach(async () => {
  await test.sandbox.reset();
  gateway = test.fresh();
});

const model = "gpt-4o-mini";
const request = generateTextRequest({ model: `openai/${model}`, prompt: "Which way?", maxOutputTokens: 40 });

/** The vendor answers exactly this. */
const answers = (document: object, vendor: FaultRule["vendor"] = "openai") =>
  test.sandbox.script({ vendor, faults: [{ name: "raw", body: JSON.stringify(document) }] });

const completion = (usage: object, more: object = {}) => ({
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1_760_000_000,
  model,
  choices: [{ index: 0, message: { role: "assistant", content: "Left." }, finish_reason: "stop" }],
  usage,
  ...more,
});

const usage = { prompt_tokens: 1_000, completion_tokens: 500, total_tokens: 1_500 };
const standard = publishedCost(model, { input: 1_000, output: 500 });

const bill = async () => {
  const ctx = test.context({ permissions: new Set(["srv_nexus.ai:invoke", "srv_nexus.usage:read"]) });
  const { facts } = await call(gateway, request, ctx);
  const details = await getOperation(test.deps, ctx, { operationId: facts.operationId });
  return { facts, details };
};

describe("the served tier", () => {
  it.each([
    ["default", standard],
    ["flex", standard / 2n],
    ["priority", (standard * 5n) / 3n],
  ])("%s is priced as such", async (tier, cost) => {
    answers(completion(usage, { service_tier: tier }));
    const { facts, details } = await bill();
    expect(facts).toMatchObject({ costNanoUsd: String(cost), usageSource: "provider" });
    expect(details).toMatchObject({ serviceTier: tier, notes: [] });
  });

  it("without a known price settles at the dearer of hold and listed price, and says so", async () => {
    answers(completion({ prompt_tokens: 1, completion_tokens: 1 }, { service_tier: "platinum" }));
    const { details } = await bill();
    expect(details).toMatchObject({ serviceTier: "platinum", notes: ["unpriced_tier"] });
    expect(details.costNanos).toBe(details.heldNanos);
  });
});

it("an odd reading is flagged on the row", async () => {
  answers(completion({ prompt_tokens: 100, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 149 } }));
  const { facts, details } = await bill();
  expect(details).toMatchObject({
    source: "provider",
    units: { input: 100, cacheRead: 149, output: 5 },
    notes: ["inconsistent_usage"],
  });
  expect(facts.costNanoUsd).toBe(String(publishedCost(model, { input: 100, cacheRead: 149, output: 5 })));
});

it("what only one side tells is topped up by an estimate, and kept", async () => {
  answers(completion({ prompt_tokens: 777 }));
  const { details } = await bill();
  expect(details).toMatchObject({ source: "estimated", units: { input: 777 }, notes: ["incomplete_usage"] });
  expect(details.units?.output).toBeGreaterThan(0);
});

describe("a whole answer that delivers nothing and tells nothing is settled at its bound", () => {
  const ended = ["length", "content_filter", "stop"];

  it.each(ended)("unstreamed, ended by %s", async (reason) => {
    const choices = [{ index: 0, message: { role: "assistant", content: null }, finish_reason: reason }];
    answers({ ...completion({}), usage: undefined, choices });
    const { details } = await bill();
    expect(details).toMatchObject({ state: "settled", source: "estimated" });
    expect(details.costNanos).toBe(details.heldNanos);
  });

  it.each(ended)("streamed, ended by %s", async (reason) => {
    const chunk = { id: "c1", object: "chat.completion.chunk", created: 1, model };
    const choices = [{ index: 0, delta: { role: "assistant" }, finish_reason: reason }];
    const body = `data: ${JSON.stringify({ ...chunk, choices })}\n\ndata: [DONE]\n\n`;
    test.sandbox.script({ faults: [{ name: "raw", headers: { "content-type": "text/event-stream" }, body }] });
    const ctx = test.context();
    const asked = { model: `openai/${model}`, prompt: "Which way?", maxOutputTokens: 40 };
    const reply = await stream(gateway, streamTextRequest(asked), ctx);
    await readAll(reply.chunks);
    await reply.end;
    const [row] = await test.rows(ctx.organizationId);
    expect(row).toMatchObject({ state: "settled", source: "estimated" });
    expect(row?.cost).toBe(row?.held);
  });
});

describe("an answer that cannot be delivered", () => {
  const fallback = async (): Promise<CallContext> => {
    const ctx = test.context();
    const fallbackModels = { [`openai/${model}`]: ["anthropic/claude-sonnet-4-5"] };
    await setPreferences(test.deps, ctx, { revision: 0, fallbackModels });
    await test.refresh();
    return ctx;
  };
  const nothing = { ...completion({ ...usage, prompt_tokens: 1_000_000 }), choices: [] };

  it("is settled at its usage, and the caller is told that it was done", async () => {
    answers(nothing);
    const ctx = test.context();
    const error: unknown = await call(gateway, request, ctx).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "PROVIDER_BAD_RESPONSE", effect: "done" });
    const [row, ...others] = await test.rows(ctx.organizationId);
    const cost = publishedCost(model, { input: 1_000_000, output: 500 });
    expect(others).toHaveLength(0);
    expect(row).toMatchObject({ state: "settled", source: "provider", cost, booked: cost });
    expect(row?.errorCode).toBe("PROVIDER_BAD_RESPONSE");
  });

  it.each([400, 429, 500])("is settled at the usage that stands beside an error of status %i", async (status) => {
    const body = JSON.stringify({ error: { message: "busy", type: "server_error" }, usage });
    const written = streamTextRequest({ model: `openai/${model}`, prompt: "Which way?", maxOutputTokens: 40 });
    for (const ask of [
      (ctx: CallContext) => call(gateway, request, ctx),
      (ctx: CallContext) => stream(gateway, written, ctx),
    ]) {
      // A rate limit pauses the route in the gateway that met it.
      gateway = test.fresh();
      test.sandbox.script({ vendor: "openai", faults: [{ name: "raw", status, body }] });
      const ctx = test.context();
      expect(await ask(ctx).catch((caught: unknown) => caught)).toBeInstanceOf(NexusError);
      expect(await test.rows(ctx.organizationId)).toMatchObject([
        { state: "settled", source: "provider", cost: standard, booked: standard },
      ]);
    }
  });

  it("leaves room for another route, under a hold of its own", async () => {
    answers(nothing);
    const ctx = await fallback();
    const { facts } = await call(gateway, request, ctx);
    expect(facts.vendor).toBe("anthropic");
    const rows = await test.rows(ctx.organizationId);
    expect(rows.map(({ state, source }) => [state, source])).toEqual([
      ["settled", "provider"],
      ["settled", "provider"],
    ]);
  });

  const whisper = ': hi\n\nretry: 9\n\ndata: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}\n\n';
  const refusal = 'data: {"error":{"message":"busy","type":"server_error","code":null}}\n\n';
  const streamed = streamTextRequest({ model: `openai/${model}`, prompt: "Which way?", maxOutputTokens: 40 });
  const whispers = () =>
    test.sandbox.script({
      vendor: "openai",
      faults: [{ name: "raw", body: whisper + refusal, headers: { "content-type": "text/event-stream" } }],
    });

  it("an error before a stream has begun costs nothing", async () => {
    whispers();
    const ctx = test.context();
    const error: unknown = await stream(gateway, streamed, ctx).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "PROVIDER_UNAVAILABLE", effect: "none" });
    expect(await test.rows(ctx.organizationId)).toMatchObject([{ state: "released", booked: 0n }]);
  });

  it("an error before a stream has begun lets the next route take over", async () => {
    whispers();
    const ctx = await fallback();
    const reply = await stream(gateway, streamed, ctx);
    await readAll(reply.chunks);
    expect((await reply.end).facts.vendor).toBe("anthropic");
    expect(await test.rows(ctx.organizationId)).toMatchObject([{ state: "settled", vendor: "anthropic" }]);
  });
});
