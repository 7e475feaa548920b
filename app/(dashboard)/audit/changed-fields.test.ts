import { expect, test } from "vitest";
import { changedFields } from "./changed-fields.ts";

test("fields that differ are authInWords as they were and as they are; the others stay out", () => {
  expect(
    changedFields({
      appId: "srv_a",
      before: { limitNanos: "1000000000", hard: false, name: "Pro" },
      after: { limitNanos: "2500000000", hard: true, name: "Pro", plan: null },
    }),
  ).toEqual({
    changed: [
      { name: "limit", before: "$1.00", after: "$2.50" },
      { name: "hard", before: "no", after: "yes" },
      { name: "plan", before: undefined, after: "none" },
    ],
    facts: [["app id", "srv_a"]],
  });
});

test("what was new or is gone has one side alone, and details without sides are facts", () => {
  expect(changedFields({ before: null, after: { rule: "x" } }).changed).toEqual([
    { name: "rule", before: undefined, after: "x" },
  ]);
  expect(changedFields({ before: "2026-01-01", changed: ["vendorOrder", "fallback"], nested: { a: 1 } })).toEqual({
    changed: [],
    facts: [
      ["before", "2026-01-01"],
      ["changed", "vendorOrder, fallback"],
      ["nested", '{"a":1}'],
    ],
  });
});
