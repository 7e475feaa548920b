import fc from "fast-check";
import { expect, test } from "vitest";
import { limitsFor } from "./connection-limits.ts";

test("a connection to a vendor for each call, and those that are refused, fit into what is open at most", () => {
  fc.assert(
    fc.property(fc.integer({ min: 96, max: 2_000_000 }), (openFiles) => {
      const { answered, held } = limitsFor(openFiles);
      expect(answered).toBeGreaterThan(0);
      expect(held).toBeGreaterThan(answered);
      expect(2 * answered + (held - answered)).toBeLessThanOrEqual(openFiles - 62);
    }),
  );
});

test("no limit is no limit", () => {
  expect(limitsFor(Infinity)).toEqual({ answered: Infinity, held: Infinity });
});
