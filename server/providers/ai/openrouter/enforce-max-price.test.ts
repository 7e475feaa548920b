import { describe, expect, it } from "vitest";
import type { ProviderIo } from "../../../contracts/ai-vendor.ts";
import type { UnitClass } from "../../../contracts/units.ts";
import { openAiChatDialect } from "../_openai-chat/openai-dialect.ts";
import { enforceMaxPrice } from "./enforce-max-price.ts";

const prices: Partial<Record<UnitClass, bigint>> = {
  input: 2_500_000_000n,
  output: 10_000_000_000n,
  request: 5_000_000_000_000n,
};
const dialect = enforceMaxPrice(openAiChatDialect("max_tokens"));
const enforceLimits = (known: typeof prices) =>
  dialect.enforceLimits({ messages: [] }, {
    model: "m",
    maxOutputTokens: 7,
    maxPrice: (unitClass) => known[unitClass],
  } as ProviderIo);

describe("what a seller may charge", () => {
  it("is what was reserved: USD per million tokens, and per request", () => {
    expect(enforceLimits(prices)).toEqual({
      messages: [],
      model: "m",
      max_tokens: 7,
      provider: { max_price: { prompt: 2.5, completion: 10, request: 0.005 } },
    });
  });

  it("is nothing for a class that was not reserved", () => {
    expect(enforceLimits({ input: 0n })["provider"]).toEqual({ max_price: { prompt: 0, completion: 0, request: 0 } });
  });
});
