import { expect, test } from "vitest";
import { gatherWrites } from "./gather-writes.ts";

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

/** A store that refuses some rows, and notes what it was asked to write together. */
const openStore = (refused: readonly string[] = [], mayDiffer = true) => {
  const asked: string[][] = [];
  const insert = gatherWrites<string>({
    write: async (rows) => {
      asked.push([...rows]);
      await pause();
      if (rows.some((row) => refused.includes(row))) throw new Error(`refused: ${rows.join()}`);
    },
    bytesOf: (row) => row.length,
    mayDiffer: () => mayDiffer,
    maxRows: 3,
    maxBytes: 10,
  });
  return { asked, insert };
};

test("a row that comes alone waits for nobody, and those that come meanwhile are written together", async () => {
  const { asked, insert } = openStore();
  await Promise.all(["a", "b", "c"].map(insert));
  await insert("d");
  expect(asked).toEqual([["a"], ["b", "c"], ["d"]]);
});

test("no write has more rows or bytes than it may, but for a single row that is larger", async () => {
  const { asked, insert } = openStore();
  await Promise.all(["first", "1", "2", "3", "4", "123456", "1234567", "larger than it may be", "5"].map(insert));
  expect(asked).toEqual([["first"], ["1", "2", "3"], ["4", "123456"], ["1234567"], ["larger than it may be"], ["5"]]);
});

test("a row that cannot be written takes no other with it", async () => {
  const { asked, insert } = openStore(["bad"]);
  const outcomes = await Promise.allSettled(["a", "b", "bad", "c", "d"].map(insert));
  expect(outcomes.map(({ status }) => status)).toEqual([
    "fulfilled",
    "fulfilled",
    "rejected",
    "fulfilled",
    "fulfilled",
  ]);
  expect(asked).toEqual([["a"], ["b", "bad", "c"], ["b"], ["bad"], ["c"], ["d"]]);
});

test("where rows alone would fare no better, they fail together at once, and later ones are written", async () => {
  const { asked, insert } = openStore(["bad"], false);
  const outcomes = await Promise.allSettled(["a", "b", "bad"].map(insert));
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
  await insert("later");
  expect(asked).toEqual([["a"], ["b", "bad"], ["later"]]);
});
