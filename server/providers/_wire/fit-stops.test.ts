import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openWarnings } from "./fit.ts";
import { fitStops } from "./fit-stops.ts";

const fit = (stopSequences: string[] | undefined, rules: Parameters<typeof fitStops>[1]) => {
  const { warn, warnings } = openWarnings();
  const input = { model: "m", prompt: "Hi", ...(stopSequences === undefined ? {} : { stopSequences }) };
  return { input, fitted: fitStops(input, rules, warn), warnings };
};

describe("stop sequences", () => {
  it("that the vendor takes are left alone", () => {
    for (const stops of [undefined, ["a", " ", "b"]]) {
      const { input, fitted, warnings } = fit(stops, { most: 4 });
      expect(fitted).toBe(input);
      expect(warnings).toEqual([]);
    }
  });

  it("are none where nothing is left of them", () => {
    expect(fit(["", " \n"], { refusesBlank: true }).fitted).not.toHaveProperty("stopSequences");
  });

  it("are never more or blanker than the vendor takes, and a warning tells what is gone", () => {
    const stops = fc.array(fc.constantFrom("a", "b", "END", "", " ", "\n"), { maxLength: 9 });
    fc.assert(
      fc.property(stops, fc.nat({ max: 6 }), fc.boolean(), (asked, most, refusesBlank) => {
        const { fitted, warnings } = fit(asked, { most, refusesBlank });
        const kept = fitted.stopSequences ?? [];
        expect(kept.length).toBeLessThanOrEqual(most);
        for (const stop of kept) expect(refusesBlank ? stop.trim() : stop).not.toBe("");
        expect(kept.every((stop) => asked.some((one) => one === stop))).toBe(true);
        expect(warnings.length > 0).toBe(kept.length < asked.length);
      }),
    );
  });
});
