import { expect, test } from "vitest";
import { openBatch } from "./batch.ts";
import { silentLogger as log } from "./logger.ts";

const sums = (write: (facts: ReadonlyMap<string, number>) => Promise<void>, maxKeys?: number) =>
  openBatch<number>({
    name: "sums",
    merge: (a, b) => a + b,
    write,
    log,
    everyMs: 60_000,
    ...(maxKeys ? { maxKeys } : {}),
  });

test("facts under one key are merged and written once", async () => {
  const written: [string, number][][] = [];
  const batch = sums(async (facts) => void written.push([...facts]));
  batch.add("a", 1);
  batch.add("a", 2);
  batch.add("b", 5);
  await batch.flush();
  await batch.close();
  expect(written).toEqual([
    [
      ["a", 3],
      ["b", 5],
    ],
  ]);
});

test("a failed write is kept, with what came meanwhile", async () => {
  const written: [string, number][][] = [];
  let broken = true;
  const batch = sums(async (facts) => {
    if (!broken) return void written.push([...facts]);
    batch.add("a", 10);
    throw new Error("no database");
  });
  batch.add("a", 1);
  await batch.flush();
  broken = false;
  await batch.close();
  expect(written).toEqual([[["a", 11]]]);
});

test("memory is bounded", async () => {
  let keys = 0;
  const batch = sums(async (facts) => void (keys = facts.size), 3);
  for (let n = 0; n < 100; n += 1) batch.add(String(n), 1);
  await batch.close();
  expect(keys).toBe(3);
});
