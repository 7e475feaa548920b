import { expect, test } from "vitest";
import { exactMoney, formatMoney } from "./format-money.ts";

test.each([
  ["0", "$0.00"],
  ["1", "$0.000000001"],
  ["275", "$0.000000275"],
  ["2754", "$0.00000275"],
  ["9999999", "$0.01"],
  ["31249999", "$0.0312"],
  ["500000000", "$0.50"],
  ["999999999", "$1.00"],
  ["1234500000000", "$1,234.50"],
  ["4000000000000000000", "$4,000,000,000.00"],
  ["-275", "-$0.000000275"],
])("%s nano-USD read %s", (nanos, shown) => {
  expect(formatMoney(nanos)).toBe(shown);
});

test("the exact amount keeps every digit", () => {
  expect(exactMoney("1234567890123456789")).toBe("1,234,567,890,123,456,789 nano-USD");
});
