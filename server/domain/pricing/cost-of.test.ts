import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unitClasses, type UnitClass, type Units } from "../../contracts/units.ts";
import { NexusError } from "../../errors.ts";
import { boundOf, dearestClass } from "./bound-of.ts";
import { costOf, maxNanos } from "./cost-of.ts";
import { arrangeTiers, type PriceSet } from "./price-set.ts";
import type { Price } from "./price.ts";

const row = (unitClass: UnitClass, nanosPerMillion: bigint, aboveInputTokens = 0): Price => ({
  id: `${unitClass}>${aboveInputTokens}`,
  unitClass,
  nanosPerMillion,
  aboveInputTokens,
  billedAs: null,
  source: "catalogue",
});

const setOf = (...prices: Price[]): PriceSet => ({
  vendor: "v",
  model: "m",
  contextWindow: null,
  tiers: arrangeTiers(prices),
});

const thrownBy = (work: () => unknown): NexusError => {
  try {
    work();
  } catch (error) {
    if (NexusError.is(error)) return error;
  }
  throw new Error("no NexusError was thrown");
};

describe("costOf", () => {
  it.each([
    [1, 499_999n, 0n],
    [1, 500_000n, 1n],
    [3, 500_000n, 2n],
    [2, 1_000_000n, 2n],
  ])("%i units at %s nanos a million cost %s: half up, once", (input, price, nanos) => {
    expect(costOf({ input }, setOf(row("input", price))).nanos).toBe(nanos);
  });

  it("rounds the sum, not each class", () => {
    expect(costOf({ input: 1, output: 1 }, setOf(row("input", 400_000n), row("output", 400_000n))).nanos).toBe(1n);
  });

  it("names classes without a price, unless none of them were used", () => {
    const set = setOf(row("input", 1_000_000n));
    expect(costOf({ input: 5, inputAudio: 2, outputAudio: 0 }, set)).toEqual({
      nanos: 5n,
      unpriced: ["inputAudio"],
      priceIds: ["input>0"],
    });
  });

  it("charges one request where requests have a price and nobody counted them", () => {
    const set = setOf(row("input", 0n), row("request", 12_000_000_000_000n));
    expect(costOf({ input: 7 }, set).nanos).toBe(12_000_000n);
    expect(costOf({ input: 7, request: 2 }, set).nanos).toBe(24_000_000n);
    expect(costOf({ input: 7, request: 0 }, set).nanos).toBe(0n);
  });

  it.each([[-1], [1.5], [Number.NaN], [2 ** 53]])("refuses %s units", (input) => {
    expect(() => costOf({ input }, setOf(row("input", 1n)))).toThrow(RangeError);
  });

  it("stops at what the ledger can hold", () => {
    expect(costOf({ input: Number.MAX_SAFE_INTEGER }, setOf(row("input", maxNanos))).nanos).toBe(maxNanos);
  });
});

describe("boundOf", () => {
  const tiered = setOf(
    row("input", 1_000_000n),
    row("input", 2_000_000n, 100),
    row("output", 3_000_000n),
    row("output", 2_000_000n, 100),
  );

  it("rounds up and holds at least 1 nano", () => {
    expect(boundOf({ input: 1 }, setOf(row("input", 1n)))).toBe(1n);
    expect(boundOf({ input: 1_000_001 }, setOf(row("input", 1n)))).toBe(2n);
    expect(boundOf({ input: 1_000 }, setOf(row("input", 0n)))).toBe(1n);
    expect(boundOf({}, setOf(row("input", 0n)))).toBe(1n);
  });

  it("takes the dearest tier within reach, class by class", () => {
    expect(boundOf({ input: 100, output: 10 }, tiered)).toBe(130n);
    expect(boundOf({ input: 101, output: 10 }, tiered)).toBe(202n + 30n);
  });

  it("refuses a class without a price, and an amount the ledger cannot hold", () => {
    const refused = thrownBy(() => boundOf({ input: 1, outputAudio: 1 }, tiered));
    expect(refused.code).toBe("MODEL_UNPRICED");
    expect(refused.details).toMatchObject({ unitClass: "outputAudio" });
    expect(thrownBy(() => boundOf({ input: 2_000_000 }, setOf(row("input", maxNanos)))).code).toBe("INVALID_INPUT");
    expect(boundOf({ input: 1_000_000 }, setOf(row("input", maxNanos)))).toBe(maxNanos);
  });

  it("is never below the cost of the same or smaller usage", () => {
    const price = fc.bigInt({ min: 0n, max: 10n ** 12n });
    const count = fc.integer({ min: 0, max: 1_000_000 });
    const classes = ["input", "cacheRead", "output", "reasoning"] as const;
    const sets = fc
      .array(
        fc.record({
          unitClass: fc.constantFrom(...classes),
          price,
          above: fc.constantFrom(0, 50_000, 200_000),
        }),
      )
      .map((rows) =>
        setOf(
          ...classes.map((unitClass) => row(unitClass, 1n)),
          ...rows.map((r) => row(r.unitClass, r.price, r.above)),
        ),
      );
    fc.assert(
      fc.property(
        sets,
        fc.record({ input: count, cacheRead: count, output: count, reasoning: count }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (set, most, share) => {
          const used: Units = Object.fromEntries(
            Object.entries(most).map(([name, max]) => [name, Math.floor(max * share)]),
          );
          expect(costOf(used, set).nanos).toBeLessThanOrEqual(boundOf(most, set));
        },
      ),
    );
  });
});

describe("dearestClass", () => {
  it("puts tokens where they would cost most", () => {
    const set = setOf(row("input", 3n), row("cacheWrite5m", 5n), row("cacheRead", 1n));
    expect(dearestClass(["input", "cacheWrite5m", "cacheRead"], set)).toBe("cacheWrite5m");
    expect(dearestClass(["input", "inputAudio"], set)).toBe("input");
    expect(thrownBy(() => dearestClass(["inputAudio", "input"], set)).code).toBe("MODEL_UNPRICED");
  });
});

it("knows every class it may be asked to price", () => {
  const set = setOf(...unitClasses.map((unitClass) => row(unitClass, 1_000_000n)));
  for (const unitClass of unitClasses) expect(costOf({ request: 0, [unitClass]: 3 }, set).nanos).toBe(3n);
});
