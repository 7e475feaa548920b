import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeWholeFile } from "./write-whole-file.ts";

const breaking = async function* (): AsyncGenerator<string> {
  yield "half";
  throw new Error("the database is gone");
};
const whole = async function* (): AsyncGenerator<string | Uint8Array> {
  yield "one ";
  yield Buffer.from("two");
};

test("a file is there as a whole or as it was before, and for its owner alone", async () => {
  const folder = await mkdtemp(join(tmpdir(), "nexus-whole-"));
  const file = join(folder, "entries.csv");
  const going = new AbortController();
  try {
    await writeFile(file, "before");
    await expect(writeWholeFile(file, breaking(), going.signal)).rejects.toThrow("the database is gone");
    expect([await readdir(folder), await readFile(file, "utf8")]).toEqual([["entries.csv"], "before"]);
    expect((await writeWholeFile(file, whole(), going.signal)).bytes).toBe(7);
    expect([await readFile(file, "utf8"), (await stat(file)).mode & 0o777]).toEqual(["one two", 0o600]);
    going.abort();
    await expect(writeWholeFile(file, whole(), going.signal)).rejects.toThrow("Stopped");
    expect([await readdir(folder), await readFile(file, "utf8")]).toEqual([["entries.csv"], "one two"]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
