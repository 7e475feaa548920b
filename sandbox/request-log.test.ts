import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openRequestLog } from "./request-log.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sandbox-log-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const numbersIn = async (name: string): Promise<number[]> =>
  (await readFile(join(folder, name), "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).number);

test("a log with a bound keeps the newest lines whole, in two files, also over a restart", async () => {
  const maxBytes = 1_000;
  for (let number = 0; number < 400;) {
    const log = openRequestLog(join(folder, "log.jsonl"), false, maxBytes);
    for (const end = number + 100; number < end; number += 1) await log.append({ number });
    await log.close();
  }
  expect((await readdir(folder)).sort()).toEqual(["log.jsonl", "log.jsonl.1"]);
  const kept = [...(await numbersIn("log.jsonl.1")), ...(await numbersIn("log.jsonl"))];
  expect(kept.length).toBeGreaterThan(50);
  expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => 400 - kept.length + index));
  for (const name of await readdir(folder)) {
    const { size, mode } = await stat(join(folder, name));
    expect(size).toBeLessThan(maxBytes + 20);
    expect(mode & 0o777).toBe(0o600);
  }
});

test("one without a bound keeps everything in one file", async () => {
  const log = openRequestLog(join(folder, "log.jsonl"), false);
  await Promise.all(Array.from({ length: 1_000 }, (_, number) => log.append({ number })));
  await log.close();
  expect(await readdir(folder)).toEqual(["log.jsonl"]);
  expect(await numbersIn("log.jsonl")).toEqual(Array.from({ length: 1_000 }, (_, number) => number));
});
