import { describe, expect, it } from "vitest";
import { nanosPerMillion } from "./nano-price.ts";

describe("nanosPerMillion", () => {
  it.each([
    [2.5, 1_000_000, 2_500_000_000n],
    [0.15, 1_000_000, 150_000_000n],
    [0.075, 1_000_000, 75_000_000n],
    [0.003625, 1_000_000, 3_625_000n],
    [1e-7, 1_000_000, 100n],
    [1.5e21, 1_000_000, 1_500_000_000_000_000_000_000_000_000_000n],
    [0, 1_000_000, 0n],
    [10, 1_000, 10_000_000_000_000n],
    [0.36, 3_600, 100_000_000_000n],
  ])("%s USD per %i units is %s", (usd, per, expected) => {
    expect(nanosPerMillion(usd, per)).toBe(expected);
  });

  it("rounds a price that has no end in nano-USD half up", () => {
    expect(nanosPerMillion(0.111, 3_600)).toBe(30_833_333_333n);
    expect(nanosPerMillion(0.04, 3_600)).toBe(11_111_111_111n);
    expect(nanosPerMillion(1.5e-9, 1_000_000)).toBe(2n);
  });

  it.each([[-1], [Number.NaN], [Number.POSITIVE_INFINITY]])("refuses %s", (usd) => {
    expect(() => nanosPerMillion(usd, 1_000_000)).toThrow(RangeError);
  });
});
