import * as fc from "fast-check";
import { expect, test } from "vitest";
import { MarkupPercent, markupOf, rateOf } from "./rate.ts";

test("a markup of up to four decimals is exact both ways; a finer one is refused", () => {
  fc.assert(
    fc.property(fc.integer({ min: -1_000_000, max: 99_000_000 }), (tenThousandths) => {
      const percent = tenThousandths / 10_000;
      expect(MarkupPercent.safeParse(percent).success).toBe(true);
      expect(rateOf(percent)).toBe(1_000_000 + tenThousandths);
      expect(markupOf(rateOf(percent))).toBe(percent);
    }),
  );
  for (const percent of [0.000_05, 12.345_67, -100.1, 9_900.1, Number.NaN, Infinity])
    expect(MarkupPercent.safeParse(percent).success).toBe(false);
});
