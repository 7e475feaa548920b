import { expect, test } from "vitest";
import { limitsOf, wallsOf, type MeasuredCosts } from "./walls-of.ts";

const costs: MeasuredCosts = {
  gatewayMicros: 200,
  databaseMicros: 100,
  commitMicros: 2_560,
  rollupMicros: 20,
  walBytes: 2_500,
  diskBytes: 1_500,
};

test("each wall is what one part carries, and the lowest is the one that is met", () => {
  const limits = limitsOf(costs, 2);
  expect(limits).toEqual({
    processors: (2 * 0.7e6) / 300,
    "one organization": 1e6 / 110,
    "adding up": 50_000,
    log: 200_000,
  });
  const table = wallsOf(costs);
  expect(table.find((line) => /^ +2 /.test(line))).toMatch(/ 4,667 .*processors/);
  // 64 cores would carry 149,333 a second; one worker adds up 50,000.
  expect(table.find((line) => /^ +64 /.test(line))).toMatch(/ 50,000 .*adding up .* 9,091/);
  expect(table.join("\n")).toContain("11,574 a second, 34,722 at the peak");
  expect(table.join("\n")).toMatch(/10 cores of gateways and 5 of PostgreSQL/);
  expect(table.join("\n")).toContain("1.5 TB of ledger and 2.5 TB of log");
});
