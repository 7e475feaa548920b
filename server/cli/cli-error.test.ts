import { expect, it } from "vitest";
import { NexusError } from "../errors.ts";
import { explain } from "./cli-error.ts";

it("names amounts as they are typed, in USD", () => {
  const issues = [
    { field: "limitNanos", expected: "more than the budget's own limit, 500000000" },
    { field: "until", expected: "a time such as 2026-12-01T09:00:00Z" },
  ];
  const text = explain(new NexusError("INVALID_INPUT", { issues }), false);
  expect(text).toContain("\n  limit: more than the budget's own limit, 0.50 USD");
  expect(text).toContain("\n  until: a time such as 2026-12-01T09:00:00Z");
});
