import { expect, test } from "vitest";
import { budgetLeft, tightestBudget } from "./budget-left.ts";

const budget = (
  limit: number,
  spent = 0,
  reserved = 0,
  overrun = 0,
  scope: "organization" | "app" = "organization",
) => ({
  scope,
  limitNanos: String(limit),
  spentNanos: String(spent),
  reservedNanos: String(reserved),
  overrunNanos: String(overrun),
});

test("what is spent, held or overrun is not left, and less than nothing is nothing", () => {
  expect(budgetLeft(budget(100, 20, 30, 5))).toBe(45n);
  expect(budgetLeft(budget(100, 90, 0, 20))).toBe(0n);
});

test("the organization's budget with least left is the one that is met first; those of an app are its own", () => {
  const [wide, tight, app] = [budget(1_000), budget(100, 60), budget(10, 9, 0, 0, "app")];
  expect(tightestBudget([wide, tight, app])).toBe(tight);
  expect(tightestBudget([app])).toBeUndefined();
});
