import { expect, test } from "vitest";
import { callsAddress, periodOf, questionOf } from "./usage-question.ts";

const now = new Date("2026-11-29T20:10:00Z");

test.each([
  [{}, "2026-11-01", "2026-12-01", "day"],
  [{ period: "24h" }, "2026-11-28T21:00:00.000Z", "2026-11-29T21:00:00.000Z", "hour"],
  [{ period: "7d" }, "2026-11-24", "2026-12-01", "day"],
  [{ period: "90d" }, "2026-09-02", "2026-12-01", "day"],
  [{ period: "month" }, "2026-11-01", "2026-12-01", "day"],
  [{ period: "last-month" }, "2026-10-01", "2026-11-01", "day"],
  [{ period: "days", from: "2026-11-05", to: "2026-11-06" }, "2026-11-05", "2026-11-07", "hour"],
  [{ period: "days", from: "2026-11-06", to: "2026-11-05" }, "2026-11-05", "2026-11-06", "hour"],
  [{ period: "days", from: "2020-01-01", to: "2026-11-05" }, "2025-10-02", "2026-11-06", "week"],
  [{ period: "days" }, "2026-11-01", "2026-12-01", "day"],
])("%j is asked for as days of the reader's zone", (choice, from, to, interval) => {
  expect(periodOf(choice, now, "Asia/Tokyo")).toEqual({ from, to, interval });
});

test("what is not chosen filters nothing; models are told apart by cost", () => {
  expect(questionOf({ vendor: "openai", status: "failed" }, now, "UTC")).toEqual({
    from: "2026-10-31",
    to: "2026-11-30",
    interval: "day",
    timeZone: "UTC",
    vendor: "openai",
    status: "failed",
    groupBy: ["model"],
    orderBy: "cost",
    limit: 25,
    compare: true,
  });
  expect(questionOf({ by: "user", measure: "errors", before: "hide" }, now, "UTC")).toMatchObject({
    groupBy: ["user"],
    orderBy: "errors",
    compare: false,
  });
});

test("the calls behind a group are those of its value and of every filter that the list knows", () => {
  expect(callsAddress({ app: "srv_a", period: "7d" }, { by: "model", value: "gpt-4o" })).toBe(
    "/calls?period=7d&app=srv_a&model=gpt-4o",
  );
  expect(callsAddress({ user: "usr_1", status: "failed", by: "tier", measure: "calls", before: "hide" })).toBe(
    "/calls?period=30d&user=usr_1&status=failed",
  );
  expect(callsAddress({ period: "days", from: "2026-11-05", to: "2026-11-06", tier: "byok", family: "ai" })).toBe(
    "/calls?period=days&from=2026-11-05&to=2026-11-06&tier=byok&family=ai",
  );
});
