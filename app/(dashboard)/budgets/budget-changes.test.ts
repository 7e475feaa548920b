import { describe, expect, it } from "vitest";
import { changesBetween } from "./budget-changes.ts";
import { periodWords, readPercents, typedDollars } from "./budget-words.ts";

const set = (details: Readonly<Record<string, unknown>>) => ({ action: "budget.set", details });
const first = set({ limitNanos: "5000000000", hard: true, alertThresholds: [80, 100], timeZone: "UTC" });

describe("the history of a budget", () => {
  it("says all of the first event, and of later ones what they changed", () => {
    expect(changesBetween(first, [])).toBe(
      "Set it. Limit: $5.00; At the limit: calls are refused; Alerts: 80 %, 100 %; Time zone: UTC.",
    );
    const raised = set({ ...first.details, limitNanos: "7500000000", hard: false });
    expect(changesBetween(raised, [first])).toBe(
      "Limit: $5.00 → $7.50; At the limit: calls are refused → calls go on.",
    );
    expect(changesBetween(first, [{ action: "budget.set-alerts", details: {} }, first])).toBe(
      "Set it again as it was.",
    );
  });

  it("tells whom it tells without their addresses, and its end", () => {
    const told = { administrators: true, addresses: ["cfo@example.com"], webhookIds: [], forecast: true };
    expect(changesBetween({ action: "budget.set-alerts", details: told }, [first])).toBe(
      "Who is told: administrators, one other address, 0 webhooks, also of a forecast.",
    );
    expect(changesBetween({ action: "budget.remove", details: {} }, [first])).toBe("Removed it.");
  });
});

describe("what people type", () => {
  it("is read as percents in any order and form, or not at all", () => {
    expect(readPercents("100, 50 % and 80;80")).toEqual([50, 80, 100]);
    expect(readPercents("")).toEqual([]);
    for (const text of ["half", "0", "1.5", "1001", "-5"]) expect(readPercents(text)).toBeUndefined();
  });

  it("is shown as it would be typed", () => {
    expect([typedDollars("5000000000"), typedDollars("12345"), typedDollars("0")]).toEqual([
      "5.00",
      "0.000012345",
      "0.00",
    ]);
    expect(periodWords({ period: "day", window: "rolling" })).toBe("in any 24 hours");
  });
});
