import { expect, test } from "vitest";
import { restatesName } from "./restates-name.ts";

test.each([
  ["id", "Its id"],
  ["name", "Name for people"],
  ["orderId", "Id of the order, `ord_…`"],
  ["dueAt", "When it is due"],
  ["startedAt", "When it started"],
  ["operation", "`family.verb`"],
  ["quantity", "How many"],
])("a text that only restates the field's name is found: %s, %j", (name, text) => {
  expect(restatesName(name, text)).toBe(true);
});

test.each([
  ["id", "Names the budget in alerts"],
  ["costNanos", "Nano-USD (10⁻⁹ USD), a decimal string"],
  ["dueAt", "Until when the invoice is to be paid"],
  ["status", "`active`: calls may use it; `disabled`: it is kept, unused"],
])("a text that says something is not: %s, %j", (name, text) => {
  expect(restatesName(name, text)).toBe(false);
});
