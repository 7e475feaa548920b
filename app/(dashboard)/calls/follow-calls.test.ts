import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { OperationAnswer } from "../../_data/answers.ts";
import { followCalls, type FollowState } from "./follow-calls.ts";

const call = (operationId: string): OperationAnswer => ({ operationId }) as OperationAnswer;

interface Part {
  readonly type: "operations";
  readonly operations: OperationAnswer[];
  readonly missed: number;
}
const part = (ids: readonly string[] = [], missed = 0): Part => ({
  type: "operations",
  operations: ids.map(call),
  missed,
});

/** What each stream says, by how many were opened before; a number waits, "cut" breaks off. */
type Script = (nth: number) => readonly (Part | number | "cut")[] | Error;

let seen: string[];
let opened: number[];
let over: AbortController;

beforeEach(() => {
  vi.useFakeTimers();
  seen = [];
  opened = [];
  over = new AbortController();
});
afterEach(() => {
  over.abort();
  vi.useRealTimers();
});

const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    setTimeout(resolve, ms);
    signal.addEventListener("abort", () => reject(new Error("aborted")));
  });

const follow = (script: Script): void => {
  const states: FollowState[] = [];
  void followCalls({
    open: async (signal) => {
      const lines = script(opened.length);
      opened.push(Date.now());
      if (lines instanceof Error) throw lines;
      return (async function* () {
        for (const line of lines) {
          if (typeof line === "number") await sleep(line, signal);
          else if (line === "cut") throw new Error("The connection broke.");
          else yield line;
        }
      })();
    },
    signal: over.signal,
    onState: (state) => {
      if (states.at(-1) !== state) seen.push(state);
      states.push(state);
    },
    onGap: () => seen.push("gap"),
    onTold: (calls) => seen.push(...calls.map(({ operationId }) => `told ${operationId}`)),
  });
};

const lasts = 30_000;

test("each stream begins with a gap, so that the list is asked for, and follows the one before without a word", async () => {
  follow((nth) => [part(), 1_000, part([`of ${nth}`]), lasts]);
  await vi.advanceTimersByTimeAsync(lasts + 3_000);
  expect(seen).toEqual(["following", "gap", "told of 0", "gap", "told of 1"]);
});

test("a connection that breaks is made again, and says so meanwhile", async () => {
  follow((nth) => (nth === 0 ? [part(), part(["1"]), "cut"] : [part(), lasts]));
  await vi.advanceTimersByTimeAsync(500);
  expect(seen).toEqual(["following", "gap", "told 1", "reconnecting"]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(seen.slice(4)).toEqual(["following", "gap"]);
});

test("one that cannot be kept is given up in words, and tried ever more seldom", async () => {
  follow(() => new Error("There is nobody."));
  await vi.advanceTimersByTimeAsync(300_000);
  expect(seen).toEqual(["reconnecting", "asking"]);
  const pauses = opened.slice(1).map((at, index) => at - (opened[index] ?? 0));
  expect(Math.max(...pauses)).toBeLessThanOrEqual(30_000);
  expect(Math.min(...pauses.slice(5))).toBeGreaterThanOrEqual(15_000);
});

test("where too many follow the page asks at once", async () => {
  follow((nth) => (nth === 0 ? Object.assign(new Error("Too many follow."), { code: "OVERLOADED" }) : [part(), lasts]));
  await vi.advanceTimersByTimeAsync(400);
  expect(seen).toEqual(["asking"]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(seen).toEqual(["asking", "following", "gap"]);
});

test("a stream that is held back on its way is no stream, and neither is one that ends before it begins", async () => {
  follow((nth) => (nth === 0 ? [60_000, part()] : nth === 1 ? [] : [part(), lasts]));
  await vi.advanceTimersByTimeAsync(9_000);
  expect(seen).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_100);
  expect(seen).toEqual(["reconnecting"]);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(seen).toEqual(["reconnecting", "following", "gap"]);
  expect(opened).toHaveLength(3);
});

test("where more comes in than is told the page is behind until it has asked again", async () => {
  follow(() => [part(), 1_000, part(["1"], 30), 1_000, part(["2"], 5), 20_000]);
  await vi.advanceTimersByTimeAsync(6_900);
  expect(seen).toEqual(["following", "gap", "behind", "told 1", "told 2"]);
  await vi.advanceTimersByTimeAsync(200);
  expect(seen.slice(5)).toEqual(["following", "gap"]);
});

test("streams that end at once are not asked for at once", async () => {
  follow(() => [part()]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(opened.length).toBeLessThanOrEqual(11);
});

test("nothing is said or asked once the page is left", async () => {
  follow(() => [part(), 1_000, part(["1"], 3), lasts]);
  await vi.advanceTimersByTimeAsync(500);
  over.abort();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(seen).toEqual(["following", "gap"]);
  expect(opened).toHaveLength(1);
});
