import { describe, expect, it } from "vitest";
import { unitClasses, type UnitClass, type Units } from "../../contracts/units.ts";
import { providers } from "../../providers/index.ts";
import { costOf } from "./cost-of.ts";
import { importCatalogue } from "./import-catalogue.ts";
import { createPriceBook } from "./price-book.ts";
import { arrangeTiers, type PriceSet } from "./price-set.ts";
import type { Price } from "./price.ts";

/** Nano-USD per token of the golden table. */
const testPrices: Partial<Record<UnitClass, bigint>> = {
  input: 3_000n,
  cacheRead: 300n,
  cacheWrite5m: 3_750n,
  cacheWrite1h: 6_000n,
  cacheWrite30m: 3_500n,
  cacheWrite12h: 7_000n,
  output: 15_000n,
  reasoning: 15_000n,
  inputAudio: 40_000n,
  outputAudio: 80_000n,
};

const setOf = (perToken: Partial<Record<UnitClass, bigint>>): PriceSet => ({
  vendor: "test",
  model: "golden",
  contextWindow: null,
  tiers: arrangeTiers(
    unitClasses.flatMap((unitClass): Price[] => {
      const nanos = perToken[unitClass];
      if (nanos === undefined) return [];
      return [
        {
          id: unitClass,
          unitClass,
          aboveInputTokens: 0,
          nanosPerMillion: nanos * 1_000_000n,
          billedAs: null,
          source: "catalogue",
        },
      ];
    }),
  ),
});

const golden: readonly (readonly [string, Units, bigint])[] = [
  [
    "OpenAI chat with cache, audio and reasoning",
    { input: 500, cacheRead: 400, inputAudio: 100, output: 100, reasoning: 60, outputAudio: 40 },
    11_220_000n,
  ],
  [
    "OpenAI responses with 30 min and 12 h writes",
    {
      input: 400,
      cacheRead: 400,
      cacheWrite30m: 150,
      cacheWrite12h: 50,
      output: 140,
      reasoning: 60,
    },
    5_195_000n,
  ],
  [
    "Anthropic with both write lifetimes",
    {
      input: 1000,
      cacheRead: 400,
      cacheWrite5m: 200,
      cacheWrite1h: 100,
      output: 140,
      reasoning: 60,
    },
    7_470_000n,
  ],
  ["Anthropic stream, last snapshot", { input: 1000, cacheRead: 400, output: 200 }, 6_120_000n],
  ["Anthropic iterations, executor", { input: 1300, output: 150 }, 6_150_000n],
  ["Gemini with thoughts outside candidates", { input: 650, cacheRead: 400, output: 100, reasoning: 60 }, 4_470_000n],
  ["Bedrock Converse", { input: 1000, cacheRead: 400, cacheWrite5m: 300, output: 200 }, 7_245_000n],
  [
    "xAI chat with reasoning outside completion",
    { input: 600, cacheRead: 400, output: 100, reasoning: 60 },
    4_320_000n,
  ],
  ["explicit zeros", { input: 0, cacheRead: 0, output: 0 }, 0n],
];

describe("golden prices", () => {
  it.each(golden)("%s", (_name, units, nanos) => {
    const cost = costOf(units, setOf(testPrices));
    expect(cost.nanos).toBe(nanos);
    expect(cost.unpriced).toEqual([]);
    expect(cost.priceIds.toSorted()).toEqual(
      Object.entries(units)
        .flatMap(([name, count]) => (count > 0 ? [name] : []))
        .toSorted(),
    );
  });

  it("Anthropic iterations, advisor on its own line at 1,000/5,000", () => {
    expect(costOf({ input: 200, output: 30 }, setOf({ input: 1_000n, output: 5_000n })).nanos).toBe(350_000n);
  });

  it.each([
    [200_000, 250_010_000n],
    [200_001, 500_017_500n],
  ])("gemini-2.5-pro reprices the whole request: %i + 1 tokens", (input, nanos) => {
    const book = createPriceBook(importCatalogue(providers), []);
    const set = book.priceSet({
      vendor: "google",
      model: "gemini-2.5-pro",
      at: Date.UTC(2026, 10, 21),
      organizationId: "o",
    });
    expect(set && costOf({ input, output: 1 }, set).nanos).toBe(nanos);
  });

  it("counts cached input towards the size of the request", () => {
    const book = createPriceBook(importCatalogue(providers), []);
    const set = book.priceSet({
      vendor: "google",
      model: "gemini-2.5-pro",
      at: Date.UTC(2026, 10, 21),
      organizationId: "o",
    });
    expect(set && costOf({ input: 1, cacheRead: 200_000, output: 1 }, set).nanos).toBe(
      2_500n + 200_000n * 250n + 15_000n,
    );
  });

  it("1,000 in and 100 out of gpt-4o-mini, where a double gives 0.00020999999999999998 USD", () => {
    const book = createPriceBook(importCatalogue(providers), []);
    const set = book.priceSet({
      vendor: "openai",
      model: "gpt-4o-mini",
      at: Date.UTC(2026, 10, 21),
      organizationId: "o",
    });
    expect(set && costOf({ input: 1000, output: 100 }, set).nanos).toBe(210_000n);
  });
});
