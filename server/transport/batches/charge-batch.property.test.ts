import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { BatchAnswer } from "../../contracts/ai-vendor-batches.ts";
import type { TierRate } from "../../contracts/ai-vendor.ts";
import { nothingMetered } from "../../contracts/vendor-call.ts";
import { boundOf, createPriceBook, type PriceSet } from "../../domain/pricing/index.ts";
import { boundAtRate } from "../../families/ai/index.ts";
import { BatchMeter } from "./charge-batch.ts";

const nanosPerMillion = fc.bigInt({ min: 0n, max: 90_000_000_000n });
const tokens = fc.integer({ min: 0, max: 400_000 });

/** A model's prices, in which cached input may be the dearer one. */
const pricesOf = (input: bigint, cacheRead: bigint, output: bigint): PriceSet => {
  const row = (unitClass: "input" | "cacheRead" | "output", nanos: bigint) => ({
    id: unitClass,
    vendor: "openai",
    model: "gpt-of-tests",
    organizationId: null,
    unitClass,
    nanosPerMillion: nanos,
    billedAs: null,
    own: false,
    authorId: "somebody",
    effectiveFrom: 0,
    createdAt: 0,
  });
  const book = createPriceBook([], [row("input", input), row("cacheRead", cacheRead), row("output", output)]);
  const set = book.priceSet({ vendor: "openai", model: "gpt-of-tests", at: 1, organizationId: "org" });
  if (set === null) throw new Error("no prices");
  return set;
};

const rates: readonly TierRate[] = [
  { numerator: 1n, denominator: 2n },
  { numerator: 1n, denominator: 1n },
  { numerator: 2n, denominator: 3n },
];

/** What a request can use at most, what it used, and what came of it. */
const request = fc.record({
  input: tokens,
  output: tokens,
  usedInput: fc.double({ min: 0, max: 1, noNaN: true }),
  cached: fc.double({ min: 0, max: 1, noNaN: true }),
  usedOutput: fc.double({ min: 0, max: 1, noNaN: true }),
  fate: fc.constantFrom("told", "silent", "lost", "failed", "expired", "cancelled"),
});

it("a batch never costs more than is held for it, whatever becomes of its requests, and is exact where all is told", () => {
  fc.assert(
    fc.property(
      fc.array(request, { minLength: 1, maxLength: 20 }),
      fc.tuple(nanosPerMillion, nanosPerMillion, nanosPerMillion),
      fc.constantFrom(...rates),
      (requests, [input, cacheRead, output], rate) => {
        const set = pricesOf(input, cacheRead, output);
        const dearest = cacheRead > input ? "cacheRead" : "input";
        const bounds = requests.map((one) =>
          boundAtRate(boundOf({ [dearest]: one.input, output: one.output }, set), rate),
        );
        const heldNanos = bounds.reduce((sum, bound) => sum + bound, 0n);
        const largestNanos = bounds.reduce((most, bound) => (bound > most ? bound : most), 0n);
        const meter = new BatchMeter({
          heldNanos,
          largestNanos,
          model: "gpt-of-tests",
          pricesOf: () => set,
          rateOf: () => rate,
        });
        let told = 0n;
        let answered = 0;
        for (const [index, { fate, usedInput, cached, usedOutput, ...most }] of requests.entries()) {
          const used = Math.floor(most.input * usedInput);
          const read = Math.floor(used * cached);
          const units = { input: used - read, cacheRead: read, output: Math.floor(most.output * usedOutput) };
          if (fate === "told" || fate === "silent" || fate === "lost") answered += 1;
          if (fate === "lost") continue;
          const answer: BatchAnswer = {
            customId: `${index}`,
            outcome: fate === "told" || fate === "silent" ? "succeeded" : fate,
            body: null,
            metered: { ...nothingMetered(undefined), ...(fate === "told" ? { units, final: true } : {}) },
          };
          meter.add(answer);
          if (fate !== "told") continue;
          const millionths =
            BigInt(units.input) * input + BigInt(units.cacheRead) * cacheRead + BigInt(units.output) * output;
          told += (millionths * rate.numerator + 500_000n * rate.denominator) / (1_000_000n * rate.denominator);
        }
        const { costNanos, source } = meter.total(answered);
        expect(costNanos <= heldNanos, `${costNanos} of ${heldNanos}`).toBe(true);
        const isWhole = requests.every(({ fate }) => fate !== "silent" && fate !== "lost");
        expect(source).toBe(isWhole ? "provider" : "estimated");
        if (isWhole) expect(costNanos).toBe(told);
        else expect(costNanos >= told).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});
