import { expect, test } from "vitest";
import { createRandom } from "../e2e/faults/seeded.ts";
import { agentTurns } from "./agent-turns.ts";
import { chosenFrom } from "./chosen-from.ts";
import { judgeBooks, type Books } from "./judge-books.ts";
import { drawLogNormal } from "./log-normal.ts";
import { medianOf } from "./median-of.ts";
import { slopeOf } from "./slope-of.ts";

const bounds = { least: 300, most: 30_000 };
const drawn = (seed: number, count: number): number[] => {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => drawLogNormal(random, bounds));
};

test("log-normal times are the same for a seed, within their bounds, and as often below the middle as above", () => {
  const times = drawn(7, 20_000);
  expect(drawn(7, 100)).toEqual(times.slice(0, 100));
  expect(drawn(8, 100)).not.toEqual(times.slice(0, 100));
  expect(Math.min(...times)).toBeGreaterThanOrEqual(bounds.least);
  expect(Math.max(...times)).toBeLessThanOrEqual(bounds.most);
  const below = (limit: number): number => times.filter((time) => time < limit).length / times.length;
  expect(below(3_000)).toBeCloseTo(0.5, 1);
  // One standard deviation of the logarithm is 0.894.
  expect(below(3_000 * Math.exp(0.894)) - below(3_000 / Math.exp(0.894))).toBeCloseTo(0.68, 1);
});

test("an agent's prompt grows evenly, and each turn repeats what was said before", () => {
  const bodies = agentTurns({ model: "m", turns: 50, tools: 20, fromBytes: 2_000, toBytes: 200_000 });
  const parsed = bodies.map((body) => JSON.parse(body) as { tools: unknown[]; messages: { role: string }[] });
  const sizes = parsed.map(({ messages }) => JSON.stringify(messages).length);
  expect(parsed[0]?.tools).toHaveLength(20);
  expect(sizes[0]).toBeGreaterThan(1_900);
  expect(sizes[0]).toBeLessThan(2_200);
  expect(sizes[24]).toBeGreaterThan(95_000);
  expect(sizes[24]).toBeLessThan(105_000);
  expect(sizes.at(-1)).toBeGreaterThan(195_000);
  expect(sizes.at(-1)).toBeLessThan(205_000);
  expect(parsed[2]?.messages.slice(0, 3)).toEqual(parsed[1]?.messages);
  expect(parsed[2]?.messages.map(({ role }) => role)).toEqual(["user", "assistant", "tool", "assistant", "tool"]);
});

const exact: Books = {
  states: { settled: 100, released: 3 },
  bookedOtherwise: 0,
  cost: 500n,
  spent: [500n, 500n, 500n, 500n],
  reserved: 0n,
};

test("books are exact where every call that the vendor had is one row, and budgets have spent what calls cost", () => {
  expect(judgeBooks(exact, 100)).toMatchObject({ exact: true });
  expect(judgeBooks(exact, 100).said).toContain("100 settled, 3 released");
});

test("of a call whose line broke the vendor may have heard or not, and its money stays held", () => {
  const broke = { ...exact, states: { settled: 100, uncertain: 2 }, reserved: 9n };
  expect([99, 100, 102, 103].map((calls) => judgeBooks(broke, calls).exact)).toEqual([false, true, true, false]);
});

test.each<[what: string, change: Partial<Books>, vendorCalls: number, said: string]>([
  ["a call without a row", {}, 101, "lost 1, doubled 0"],
  ["a row too many", {}, 99, "lost 0, doubled 1"],
  ["a row booked twice", { bookedOtherwise: 1 }, 100, "lost 0, doubled 1"],
  ["a budget that has spent something else", { spent: [500n, 499n] }, 100, "do not add up: 1 of 2"],
  ["no budgets", { spent: [] }, 100, "do not add up: 0 of 0"],
  ["money that stayed reserved", { reserved: 7n }, 100, "still reserved: 7"],
  ["a row that stayed open", { states: { settled: 100, open: 1 } }, 100, "1 open"],
])("books with %s are not exact", (_, change, vendorCalls, said) => {
  const judged = judgeBooks({ ...exact, ...change }, vendorCalls);
  expect(judged.exact).toBe(false);
  expect(judged.said).toContain(said);
});

test("of an even number of rounds the median is between the two in the middle, and errors are of all", () => {
  const round = (figure: number, errors: number) => ({
    load: { requestsPerSecond: figure, p50Ms: figure, p99Ms: figure, p999Ms: figure, errors, requests: 10 },
    cpu: new Map([["gateway", figure]]),
    pss: new Map([["gateway", figure]]),
  });
  expect(medianOf([round(3, 1), round(1, 0)])).toEqual({ ...round(2, 1), load: { ...round(2, 1).load, requests: 20 } });
  expect(medianOf([round(9, 0), round(1, 0), round(2, 0)]).load.p99Ms).toBe(2);
});

test("a slope is that of the straight line", () => {
  expect(
    slopeOf([
      [0, 1],
      [1, 3],
      [2, 5],
    ]),
  ).toBeCloseTo(2);
  expect(slopeOf([[5, 5]])).toBe(0);
});

test("what is not known is refused by its name, with the nearest one", () => {
  const known = { portkey: 1, litellm: 2 };
  expect(chosenFrom("BENCH_PEERS", known, ["litellm", "portkey"])).toEqual([2, 1]);
  expect(() => chosenFrom("BENCH_PEERS", known, ["litelm"])).toThrow(
    "BENCH_PEERS: there is no litelm, there are portkey, litellm; did you mean litellm?",
  );
  expect(() => chosenFrom("BENCH_PEERS", known, ["toString"])).toThrow("there is no toString");
});
