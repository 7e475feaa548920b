import { expect, test } from "vitest";
import { callsAddress, periodOf, usageChoices, type UsageChoice } from "../usage/usage-question.ts";
import { callFilters, filterOf, type CallChoice } from "./call-filter.ts";

const now = new Date("2026-11-29T20:10:00Z");

/** The choice that an address has in it. */
const choiceIn = (address: string): CallChoice => {
  const query = new URL(address, "http://nexus").searchParams;
  return Object.fromEntries(
    Object.entries(callFilters).flatMap(([name, parser]) => {
      const value = parser.parse(query.get(name) ?? "");
      return value === null ? [] : [[name, value]];
    }),
  );
};

const values: Readonly<Record<string, string>> = {
  status: "failed",
  app: "srv_a",
  user: "usr_1",
  key: "key_1",
  model: "gpt-4o",
  vendor: "openai",
  operation: "ai.generateText",
  family: "ai",
  tier: "byok",
  source: "estimated",
};

test("every filter of Usage arrives at the list of calls, alone and with all others", () => {
  const { period: _, from: __, to: ___, by: ____, measure: _____, before: ______, ...filters } = usageChoices;
  expect(Object.keys(filters).toSorted()).toEqual(Object.keys(values).toSorted());
  const named: Readonly<Record<string, string>> = { app: "appId", user: "userId", key: "keyId" };
  for (const choice of [values, ...Object.entries(values).map(([name, value]) => ({ [name]: value }))]) {
    const { from, to, ...arrived } = filterOf(choiceIn(callsAddress(choice)), now, "UTC");
    expect([from, to]).toEqual(["2026-10-31T00:00:00.000Z", "2026-11-30T00:00:00.000Z"]);
    expect(arrived).toEqual(
      Object.fromEntries(Object.entries(choice).map(([name, value]) => [named[name] ?? name, value])),
    );
  }
});

test.each<[UsageChoice, string]>([
  [{}, "UTC"],
  [{ period: "24h" }, "Asia/Kolkata"],
  [{ period: "7d" }, "Europe/Berlin"],
  [{ period: "90d" }, "Asia/Kathmandu"],
  [{ period: "month" }, "America/New_York"],
  [{ period: "last-month" }, "Asia/Tokyo"],
  [{ period: "days", from: "2026-10-24", to: "2026-10-26" }, "Europe/Berlin"],
])("%j in %s is the same time for calls as for usage", (choice, zone) => {
  const usage = periodOf(choice, now, zone);
  const { from, to } = filterOf(choiceIn(callsAddress(choice)), now, zone);
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
  for (const [begin, asked] of [
    [from, usage.from],
    [to, usage.to],
  ] as const) {
    expect(Date.parse(begin ?? "") % 3_600_000).toBe(0);
    if (asked.includes("T")) expect(begin).toBe(asked);
    else {
      expect(day.format(new Date(begin ?? ""))).toBe(asked);
      // The hour before is of the day before, or begins in it.
      expect(day.format(Date.parse(begin ?? "") - 3_600_000)).not.toBe(asked);
    }
  }
});
