import { expect, test } from "vitest";
import { createRowLoader } from "./row-loader.ts";

interface Row {
  readonly id: string;
  readonly owner: string;
}

const rowOf = (id: string): Row => ({ id, owner: `usr_${id}` });

const createDatabase = () => {
  const asked: { readonly ids: readonly string[]; readonly answer: (failure?: Error) => void }[] = [];
  const loader = createRowLoader<Row>(
    (ids) =>
      new Promise((resolve, reject) => {
        asked.push({
          ids,
          answer: (failure) => (failure ? reject(failure) : resolve(ids.filter((id) => id !== "none").map(rowOf))),
        });
      }),
    ({ id }) => id,
  );
  return { asked, loader };
};

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("a lookup is never answered by a query that started before it [B3]", async () => {
  const { asked, loader } = createDatabase();
  const first = loader.find("a");
  const second = loader.find("a");
  const third = loader.find("a");
  expect(asked.map(({ ids }) => ids)).toEqual([["a"], ["a"]]);
  asked[0]?.answer();
  await first;
  await settle();
  expect(asked.map(({ ids }) => ids)).toEqual([["a"], ["a"], ["a"]]);
  asked[1]?.answer();
  asked[2]?.answer();
  expect((await second)?.owner).toBe("usr_a");
  expect((await third)?.owner).toBe("usr_a");
});

test("waiting lookups share one query, each gets its own row, and an unknown one gets none", async () => {
  const { asked, loader } = createDatabase();
  const early = [loader.find("a"), loader.find("b")];
  const late = ["c", "none", "d", "c"].map((id) => loader.find(id));
  asked[0]?.answer();
  asked[1]?.answer();
  await Promise.all(early);
  await settle();
  expect(asked[2]?.ids).toEqual(["c", "none", "d"]);
  asked[2]?.answer();
  expect((await Promise.all(late)).map((row) => row?.id)).toEqual(["c", undefined, "d", "c"]);
});

test("a query has at most 200 lookups", async () => {
  const { asked, loader } = createDatabase();
  const all = Array.from({ length: 450 }, (_, index) => loader.find(`s${index}`));
  for (let round = 0; round < 6; round += 1) {
    for (const { answer } of asked) answer();
    await settle();
  }
  await Promise.all(all);
  expect(asked.map(({ ids }) => ids.length)).toEqual([1, 1, 200, 200, 48]);
});

test("a failure reaches every lookup of the query, and the next one queries again [B2]", async () => {
  const { asked, loader } = createDatabase();
  const first = loader.find("a");
  asked[0]?.answer(new Error("the database is away"));
  await expect(first).rejects.toThrow("the database is away");
  await settle();
  const next = loader.find("a");
  asked[1]?.answer();
  expect((await next)?.id).toBe("a");
});
