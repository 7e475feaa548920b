import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, type TestContext } from "vitest";
import { silentLogger as log } from "../platform/logger.ts";
import { startChild, type Child } from "./child.ts";

interface Start {
  readonly pid: number;
  readonly atMs: number;
}

interface Helper {
  readonly running: Child;
  readonly folder: string;
  readonly starts: () => Promise<readonly Start[]>;
}

interface Run {
  readonly leaveMs?: number;
  readonly watchMs?: number;
}

/** A program that notes each of its starts, then does what the test says with `starts`, its own number from 1 on. */
const run = async ({ onTestFinished }: TestContext, program: string, times: Run = {}): Promise<Helper> => {
  const folder = await mkdtemp(join(tmpdir(), "nexus-child-"));
  const file = join(folder, "program.mjs");
  const notes = join(folder, "starts");
  await writeFile(
    file,
    `import { appendFileSync, existsSync, readFileSync } from "node:fs";
     const folder = ${JSON.stringify(folder)};
     const notes = ${JSON.stringify(notes)};
     appendFileSync(notes, process.pid + " " + Date.now() + "\\n");
     const starts = readFileSync(notes, "utf8").trim().split("\\n").length;
     const ready = (then = () => undefined) => process.send({ type: "ready" }, then);
     process.on("disconnect", () => process.exit(0));
     ${program}`,
  );
  const running = startChild({ name: "helper", file, env: process.env, log, ...times });
  onTestFinished(async () => {
    await running.stop(500);
    await rm(folder, { recursive: true, force: true });
  });
  await running.ready;
  const starts = async (): Promise<readonly Start[]> =>
    (await readFile(notes, "utf8"))
      .trim()
      .split("\n")
      .map((line) => line.split(" ").map(Number))
      .map(([pid = 0, atMs = 0]) => ({ pid, atMs }));
  return { running, folder, starts };
};

const until = async (what: string, holds: () => boolean | Promise<boolean>, limitMs = 15_000): Promise<number> => {
  const began = performance.now();
  while (!(await holds())) {
    if (performance.now() - began > limitMs) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return performance.now() - began;
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test.concurrent(
  "twenty quick crashes in a row: it is back each time, within two seconds",
  { timeout: 60_000 },
  async (context) => {
    const { starts } = await run(context, "if (starts <= 20) ready(() => process.exit(starts % 256)); else ready();");
    await until("the last start", async () => (await starts()).length === 21, 45_000);
    const times = (await starts()).map(({ atMs }) => atMs);
    const gaps = times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(2_000);
    const [last] = (await starts()).slice(-1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(last !== undefined && isAlive(last.pid)).toBe(true);
  },
);

test.concurrent("killed after twenty crashes it is back as fast", { timeout: 60_000 }, async (context) => {
  const { running, starts } = await run(context, "if (starts <= 20) ready(() => process.exit(1)); else ready();");
  await until("the last start", async () => (await starts()).length === 21, 45_000);
  const pid = running.pid();
  expect(pid).toBe((await starts()).at(-1)?.pid);
  if (pid !== undefined) process.kill(pid, "SIGKILL");
  expect(await until("another", async () => (await starts()).length === 22)).toBeLessThan(2_000);
});

test.concurrent("it fails to start for as long as something is missing, and is there soon after it came", async (context) => {
  const { running, folder, starts } = await run(
    context,
    `if (starts === 1) ready(() => process.exit(1));
     else if (existsSync(folder + "/database")) ready();
     else process.send({ type: "failed", detail: "no database" }, () => process.exit(1));`,
  );
  await until("several attempts", async () => (await starts()).length >= 5);
  await writeFile(join(folder, "database"), "");
  expect(
    await until("up", async () => {
      const pid = running.pid();
      const [last] = (await starts()).slice(-1);
      return pid !== undefined && pid === last?.pid && Date.now() - last.atMs > 700 && isAlive(pid);
    }),
  ).toBeLessThan(2_700);
});

test.concurrent("one that was told to end by somebody else hands over at once, and is killed where it hangs", async (context) => {
  const { running, starts } = await run(
    context,
    `process.on("SIGTERM", () => process.send({ type: "leaving" }));
     setInterval(() => undefined, 1_000);
     ready();`,
    { leaveMs: 1_500 },
  );
  const first = running.pid() ?? 0;
  process.kill(first, "SIGTERM");
  expect(await until("a successor", () => running.pid() !== first && running.pid() !== undefined)).toBeLessThan(1_000);
  await until("started", async () => (await starts()).length === 2);
  expect(isAlive(first)).toBe(true);
  await until("the first one is gone", () => !isAlive(first), 4_000);
  // Its end is no crash: nobody is started for it.
  await new Promise((resolve) => setTimeout(resolve, 800));
  expect((await starts()).length).toBe(2);
});

test.concurrent("stopping ends those that are leaving as well, at the deadline by force", async (context) => {
  const { running, starts } = await run(
    context,
    `process.on("SIGTERM", () => starts === 1 && process.send({ type: "leaving" }));
     setInterval(() => undefined, 1_000);
     ready();`,
    { leaveMs: 60_000 },
  );
  const first = running.pid() ?? 0;
  process.kill(first, "SIGTERM");
  await until("a successor", async () => (await starts()).length === 2);
  const began = performance.now();
  await running.stop(500);
  expect(performance.now() - began).toBeLessThan(3_000);
  for (const { pid } of await starts()) expect(isAlive(pid)).toBe(false);
});

const lively = `const alive = setInterval(() => process.send({ type: "alive" }), 20); process.send({ type: "alive" });`;

test.concurrent.for([
  ["an event loop that stands still", "setTimeout(() => { for (;;); }, 100)"],
  ["a process that is stopped", 'setTimeout(() => process.kill(process.pid, "SIGSTOP"), 100)'],
] as const)("%s is noticed, and another one takes its place", async ([, hang], context) => {
  const { running, starts } = await run(context, `${lively} ready(); if (starts === 1) ${hang};`, { watchMs: 50 });
  const first = running.pid() ?? 0;
  await until("a successor", async () => (await starts()).length === 2);
  expect(isAlive(first)).toBe(false);
  // One that is heard of stays.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect((await starts()).length).toBe(2);
});

test.concurrent("one that never told that it is alive is not watched", async (context) => {
  const { running, starts } = await run(context, "ready(); setInterval(() => undefined, 1_000);", { watchMs: 20 });
  await new Promise((resolve) => setTimeout(resolve, 800));
  expect(running.pid()).toBe((await starts())[0]?.pid);
});
