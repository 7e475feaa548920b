import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { holdDataFolder, makeDataFolder, ownerOf } from "./data-folder.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "nexus-folder-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("a second one is refused, with the name of the first and what to do; when that has let go, it may", async () => {
  const letGo = await holdDataFolder(folder, "Topolo Nexus at http://localhost:3000");
  expect(await ownerOf(folder)).toMatchObject({ pid: process.pid });
  await expect(holdDataFolder(folder, "another")).rejects.toThrow(
    new RegExp(
      `in use by Topolo Nexus at http://localhost:3000, process ${process.pid}, since .*kill ${process.pid}.*NEXUS_DATA_DIR`,
    ),
  );
  await letGo();
  expect(await ownerOf(folder)).toBeUndefined();
  await (
    await holdDataFolder(folder, "another")
  )();
  expect(await readdir(folder)).toEqual([]);
});

test("of twenty that come at once, one gets it", async () => {
  const tried = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) => holdDataFolder(folder, `number ${index}`)),
  );
  expect(tried.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("what a killed process left behind holds nobody up, also when its number was given to another", async () => {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  const file = join(folder, "process.json");
  await writeFile(file, JSON.stringify({ pid: child.pid, bornAt: "1", what: "Topolo Nexus", since: "then" }));
  await (
    await holdDataFolder(folder, "next")
  )();
  await writeFile(file, JSON.stringify({ pid: process.pid, bornAt: "1", what: "Topolo Nexus", since: "then" }));
  expect(await ownerOf(folder)).toBeUndefined();
  await (
    await holdDataFolder(folder, "next")
  )();
  await writeFile(file, "{ half");
  await holdDataFolder(folder, "next");
  expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ pid: process.pid, what: "next" });
});

test("a new folder is shut to others; one that cannot be made says why", async () => {
  const made = join(folder, "deep", "data");
  await makeDataFolder(made);
  expect((await stat(made)).mode & 0o777).toBe(0o700);
  expect(await readdir(made)).toEqual([]);
  await writeFile(join(folder, "file"), "");
  await expect(makeDataFolder(join(folder, "file"))).rejects.toThrow(/cannot be used: it is a file\. .*NEXUS_DATA_DIR/);
  await expect(makeDataFolder(join(folder, "file", "data"))).rejects.toThrow(
    /cannot be used: a part of the path is a file/,
  );
});

test("a folder where the system makes none is refused at once", async () => {
  await expect(makeDataFolder("/proc/nexus/data")).rejects.toThrow(/cannot be used: .*NEXUS_DATA_DIR/);
});

test("several starts may make the same folder", async () => {
  const made = join(folder, "one", "two", "three");
  await Promise.all(Array.from({ length: 5 }, () => makeDataFolder(made)));
  expect(await readdir(made)).toEqual([]);
});
