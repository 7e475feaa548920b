import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mayMountDisks, mountSmallDisk } from "../../test/small-disk.ts";
import { openLogSink } from "./log-sink.ts";
import { prunePutAside, putAside, type LogRotation } from "./log-rotation.ts";
import { failedLogRotations, fileTarget } from "./log-target.ts";
import { createLogger, droppedLogLines } from "./logger.ts";

const run = promisify(execFile);
const writer = join(import.meta.dirname, "..", "..", "test", "log-writer.ts");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nexus-log-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const keepAll: LogRotation = { maxBytes: 20_000, daily: false, keepFiles: 10_000, keepBytes: 1e9 };
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Line {
  readonly pid: number;
  readonly n: number;
}

const isLine = (value: unknown): value is Line =>
  typeof value === "object" && value !== null && "n" in value && "pid" in value;

/** Every line of the files in turn; throws at one that is torn. */
const linesOf = async (files: readonly string[]): Promise<readonly Line[]> => {
  const lines: Line[] = [];
  for (const file of files) {
    const text = await readFile(file, "utf8");
    if (text !== "") expect(text.endsWith("\n"), file).toBe(true);
    for (const line of text.split("\n").slice(0, -1)) {
      const parsed: unknown = JSON.parse(line);
      if (isLine(parsed)) lines.push(parsed);
    }
  }
  return lines;
};

/** Of the file and of what was put aside; a process may end before it has begun a new one. */
const allOf = async (file: string): Promise<readonly Line[]> =>
  linesOf([...(await putAside(file)), ...((await stat(file).catch(() => undefined)) ? [file] : [])]);

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);

const until = async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
  for (let left = 200; !(await isSo()); left -= 1) {
    if (left === 0) throw new Error(`never: ${what}`);
    await pause(25);
  }
};

const write = (file: string, lines: number, { length = 20, rotation = keepAll, shell = "" } = {}) => {
  const args = [
    "--disable-warning=ExperimentalWarning",
    writer,
    file,
    String(lines),
    String(length),
    JSON.stringify(rotation),
  ];
  return shell === ""
    ? run(process.execPath, args)
    : run("bash", ["-c", `${shell}; exec "$0" "$@"`, process.execPath, ...args]);
};

test("a file that is long enough is put aside, with every line in one of them, in order, also at a sudden end", async () => {
  const file = join(folder, "size.log");
  await write(file, 5_000);
  const found = (await allOf(file)).map(({ n }) => n);
  expect(found.slice(0, 4_700)).toEqual(numbers(4_700));
  // What a thread is writing when the process ends may come after what is written last.
  expect(found.toSorted((a, b) => a - b)).toEqual(numbers(5_000));
  const aside = await putAside(file);
  expect(aside.length).toBeGreaterThan(3);
  expect(((await stat(aside[0] ?? "")).mode & 0o777).toString(8)).toBe("600");
});

test("several processes write one file, or files of their own, and none loses or tears a line", async () => {
  const shared = join(folder, "shared.log");
  const own = numbers(4).map((n) => join(folder, `own-${n}.log`));
  await Promise.all([...numbers(4).map(() => write(shared, 3_000)), ...own.map((file) => write(file, 3_000))]);
  const byProcess = Map.groupBy(await allOf(shared), ({ pid }) => pid);
  expect([...byProcess.values()].map((lines) => lines.map(({ n }) => n).toSorted((a, b) => a - b))).toEqual(
    numbers(4).map(() => numbers(3_000)),
  );
  for (const file of own)
    expect((await allOf(file)).map(({ n }) => n).toSorted((a, b) => a - b)).toEqual(numbers(3_000));
});

test("what is kept is bounded in number and in bytes", async () => {
  const file = join(folder, "kept.log");
  await write(file, 5_000, { rotation: { ...keepAll, keepFiles: 3 } });
  expect([2, 3]).toContain((await putAside(file)).length);
  await write(file, 5_000, { rotation: { ...keepAll, keepBytes: 300_000 } });
  const sizes = await Promise.all((await putAside(file)).map(async (path) => (await stat(path)).size));
  expect(sizes.length).toBeGreaterThan(1);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(300_000);
  // Files of other names are nobody's to remove.
  const others = ["kept.log.1", "kept.old.log", "kept.20261128T201738123Z-1.txt", "unkept.20261128T201738123Z-1.log"];
  for (const other of others) await writeFile(join(folder, other), "");
  await prunePutAside(file, { keepFiles: 0, keepBytes: 0 });
  expect(await putAside(file)).toEqual([]);
  expect(await readdir(folder)).toEqual(expect.arrayContaining(others));
});

test("a new day begins a new file, whoever wrote the old one", async () => {
  const file = join(folder, "day.log");
  let now = Date.parse("2026-11-28T23:59:59Z");
  const sink = openLogSink({
    target: fileTarget(file, { ...keepAll, maxBytes: 0, daily: true }, () => now),
    maxBytes: 1_000_000,
    onDropped: () => undefined,
    onRecovered: () => undefined,
  });
  const put = async (n: number): Promise<void> => {
    sink.write(`{"pid":1,"n":${n}}\n`);
    await until("written", async () => (await readFile(file, "utf8").catch(() => "")).includes(`"n":${n}}`));
  };
  for (const n of [0, 1]) await put(n);
  expect(await putAside(file)).toEqual([]);
  now += 1_000;
  for (const n of [2, 3]) await put(n);
  expect(await putAside(file)).toHaveLength(1);
  expect((await linesOf([file])).map(({ n }) => n)).toEqual([2, 3]);
  now += 86_400_000;
  await put(4);
  expect((await allOf(file)).map(({ n }) => n)).toEqual(numbers(5));
});

test("rotation by others is followed: moved, copied and cut, or removed", async () => {
  const file = join(folder, "others.log");
  const log = createLogger({ name: "others", level: "info", destination: file });
  let n = 0;
  const put = async (count: number): Promise<void> => {
    for (const last = n + count; n < last; n += 1) log.info({ n }, "line");
    await until("written", async () => (await readFile(file, "utf8").catch(() => "")).includes(`"n":${n - 1},`));
  };
  await put(100);
  await rename(file, join(folder, "others.log.2"));
  await pause(300);
  await put(100);
  await copyFile(file, join(folder, "others.log.1"));
  await truncate(file);
  await put(100);
  const kept = [join(folder, "others.log.2"), join(folder, "others.log.1"), file];
  expect((await linesOf(kept)).map((line) => line.n)).toEqual(numbers(300));
  await rm(file);
  await pause(300);
  await put(10);
  expect((await linesOf([file])).map((line) => line.n)).toEqual(numbers(310).slice(300));
});

test("where the system refuses to put a file aside, lines go on and it is counted", async () => {
  // The name of the file put aside would be too long for any file system.
  const file = join(folder, `${"n".repeat(240)}.log`);
  const log = createLogger({ name: "refused", level: "info", destination: file, rotation: keepAll });
  const before = failedLogRotations();
  for (let n = 0; n < 1_000; n += 1) {
    log.info({ n, filler: "x".repeat(100) }, "line");
    if (n % 100 === 0) await pause(2);
  }
  await until("written", async () => (await readFile(file, "utf8")).includes('"n":999,'));
  expect((await linesOf([file])).map((line) => line.n)).toEqual(numbers(1_000));
  expect(failedLogRotations()).toBe(before + 1);
});

test("a folder that is not there costs no line once it is", async () => {
  const late = join(folder, "late");
  const file = join(late, "late.log");
  const log = createLogger({ name: "late", level: "info", destination: file });
  for (let n = 0; n < 100; n += 1) log.info({ n }, "line");
  await pause(50);
  await mkdir(late);
  await until("written", async () => (await readFile(file, "utf8").catch(() => "")).includes('"n":99,'));
  expect((await linesOf([file])).map((line) => line.n)).toEqual(numbers(100));
});

test.each([0, 50, 200])(
  "the line of a process that was killed in it, %s ms ago, does not swallow the next one",
  async (agoMs) => {
    const file = join(folder, `cut-${agoMs}.log`);
    await writeFile(file, '{"pid":1,"n":0}\n{"pid":1,"n":');
    await pause(agoMs);
    createLogger({ name: "cut", level: "info", destination: file }).info({ n: 0 }, "line");
    await until("written", async () => (await readFile(file, "utf8")).includes('"cut"'));
    expect((await readFile(file, "utf8")).split("\n")).toEqual([
      '{"pid":1,"n":0}',
      '{"pid":1,"n":',
      expect.stringMatching(/^\{.*"n":0.*\}$/),
      "",
    ]);
  },
);

test("a full disk drops lines, counts them, throws nothing and holds up no end of a process", async () => {
  const before = droppedLogLines();
  const log = createLogger({ name: "full", level: "info", destination: "/dev/full" });
  for (let n = 0; n < 100; n += 1) {
    log.info({ n, filler: "x".repeat(200_000) }, "line");
    if (n % 10 === 0) await pause(1);
  }
  expect(droppedLogLines() - before).toBeGreaterThan(50);
  log.fatal("also this");
  const began = Date.now();
  expect((await write("/dev/full", 500)).stdout).toBe("written\n");
  expect((await write("2", 500, { shell: "exec 2>/dev/full" })).stdout).toBe("written\n");
  expect((await write("2", 500, { shell: "exec 2>&-" })).stdout).toBe("written\n");
  expect(Date.now() - began).toBeLessThan(10_000);
});

test("a limit on the size of files ends no process, and rotation keeps within it", async () => {
  const [cut, kept] = [join(folder, "limited.log"), join(folder, "limited-kept.log")];
  const never: LogRotation = { ...keepAll, maxBytes: 0 };
  expect((await write(cut, 2_000, { rotation: never, shell: "ulimit -f 64" })).stdout).toBe("written\n");
  const found = await linesOf([cut]);
  expect(found.map(({ n }) => n)).toEqual(numbers(found.length));
  expect((await stat(cut)).size).toBeGreaterThan(60 * 1024);
  await write(kept, 10_000, { shell: "ulimit -f 1024" });
  expect((await allOf(kept)).map(({ n }) => n).toSorted((a, b) => a - b)).toEqual(numbers(10_000));
});

test.skipIf(!mayMountDisks)(
  "a disk that fills and has space again gets whole lines, and how many were dropped (mounting one takes root; /dev/full above takes nobody)",
  async () => {
    const small = await mountSmallDisk(join(folder, "disk"), 256);
    const disk = small.folder;
    try {
      await writeFile(join(disk, "ballast"), "x".repeat(100_000));
      const file = join(disk, "small.log");
      const log = createLogger({ name: "small", level: "info", destination: file });
      const other = createLogger({ name: "other", level: "info", destination: file });
      const before = droppedLogLines();
      for (let n = 0; n < 300; n += 1) {
        log.info({ n, filler: "x".repeat(100_000) }, "line");
        other.info({ n: 1_000 + n }, "line");
        if (n % 10 === 0) await pause(2);
      }
      await until("dropped", async () => droppedLogLines() > before);
      await rm(join(disk, "ballast"));
      await small.resize(64 * 1024);
      await until("written", async () => (await readFile(file, "utf8")).includes("were dropped"));
      const texts = (await readFile(file, "utf8")).split("\n").slice(0, -1);
      const seen = texts
        .map((text): unknown => JSON.parse(text))
        .filter(isLine)
        .map(({ n }) => n);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.filter((n) => n >= 1_000)).toHaveLength(300);
      expect(300 - seen.filter((n) => n < 1_000).length).toBe(droppedLogLines() - before);
    } finally {
      await small.unmount();
    }
  },
);
