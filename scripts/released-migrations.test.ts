import { join } from "node:path";
import { expect, test } from "vitest";
import { judgeMigrations, migratedSchemas, presentSums, readReleased } from "./released-migrations.ts";

const root = join(import.meta.dirname, "..");
const released = {
  "1.0.0": { nexus: { "1_one": "a", "2_two": "b" }, auth: { "1_first": "f" } },
  "1.1.0": { nexus: { "4_four": "d" }, auth: {} },
};
const present = { "1_one": "a", "2_two": "b", "4_four": "d" };

test("what was released is there as it was, and new ones come after it", () => {
  expect(judgeMigrations("nexus", released, present)).toEqual([]);
  expect(judgeMigrations("nexus", released, { ...present, "5_five": "e" })).toEqual([]);
  expect(judgeMigrations("auth", released, { "1_first": "f" })).toEqual([]);
});

test.each([
  ["changed", { ...present, "2_two": "other" }, /^prisma\/nexus\/migrations\/2_two was released with 1\.0\.0 and has/],
  [
    "removed",
    { "1_one": "a", "4_four": "d" },
    /^prisma\/nexus\/migrations\/2_two was released with 1\.0\.0 and is gone/,
  ],
  ["overtaken", { ...present, "3_three": "c" }, /^prisma\/nexus\/migrations\/3_three is new and comes before 4_four, /],
])("one that was %s is named, with its release and what to do", (_, changed, told) => {
  expect(judgeMigrations("nexus", released, changed)).toEqual([expect.stringMatching(told)]);
});

test("one that was given another name is gone, and new where it may not be", () => {
  const renamed = { "1_one": "a", "3_two": "b", "4_four": "d" };
  expect(judgeMigrations("nexus", released, renamed)).toEqual([
    expect.stringContaining("2_two was released with 1.0.0 and is gone"),
    expect.stringContaining("3_two is new and comes before 4_four"),
  ]);
});

test("the first release is written down, for every schema", async () => {
  const kept = readReleased(root);
  expect(Object.keys(kept)[0]).toBe("0.1.0");
  for (const schema of migratedSchemas) {
    const sums = await presentSums(root, schema);
    expect(Object.keys(kept["0.1.0"]?.[schema] ?? {}).length).toBeGreaterThan(2);
    expect(judgeMigrations(schema, kept, sums)).toEqual([]);
  }
});
