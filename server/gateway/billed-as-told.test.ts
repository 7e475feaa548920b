import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Rule } from "../../sandbox/script.ts";
import { openTestGateway, type TestGateway } from "../../test/gateway.ts";
import { publishedCost } from "../../test/published-prices.ts";
import { getOperation } from "../domain/usage/index.ts";
import { call } from "./call.ts";
import type { Gateway } from "./gateway.ts";
import { generateTextRequest } from "./requests/index.ts";

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
const answers = (document: object, vendor: Rule["vendor"] = "openai") =>
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
  const details = await getOperation(test.ground, ctx, { operationId: facts.operationId });
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
