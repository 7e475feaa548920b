import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, type TestContext } from "vitest";
import { silentLogger as log } from "../platform/logger.ts";
import { startChild, type Child } from "./child.ts";
import { keepStandby, type Standby } from "./standby.ts";

interface Event {
  readonly what: string;
  readonly pid: number;
  readonly atMs: number;
}

interface Service {
  readonly children: readonly Child[];
  readonly standby: Standby;
  readonly events: (what: string) => Promise<readonly Event[]>;
}

const slowMs = 1_500;

/** As slow to prepare as a gateway process on a busy machine; what it does, it notes. */
const program = (notes: string, after: string): string => `
  import { appendFileSync, readFileSync } from "node:fs";
  const note = (what) => appendFileSync(${JSON.stringify(notes)}, what + " " + process.pid + " " + Date.now() + "\\n");
  process.on("disconnect", () => process.exit(0));
  const ready = () => { note("ready"); process.send({ type: "ready" }); ${after} };
  process.on("message", (message) => {
    if (message.go) return ready();
    note("config:" + message.config);
    setTimeout(() => {
      if (!message.standby) return ready();
      note("prepared");
      process.send({ type: "prepared" });
    }, ${slowMs});
  });
  process.send({ type: "config" });`;

const run = async ({ onTestFinished }: TestContext, count: number, after = ""): Promise<Service> => {
  const folder = await mkdtemp(join(tmpdir(), "nexus-standby-"));
  const file = join(folder, "program.mjs");
  const notes = join(folder, "notes");
  await writeFile(file, program(notes, after));
  await appendFile(notes, "");
  const what = { file, env: process.env, config: "first", log };
  const standby = keepStandby({ ...what, firstPauseMs: 10 });
  const children = Array.from({ length: count }, (_, index) =>
    startChild({ ...what, name: `child ${index}`, standby }),
  );
  onTestFinished(async () => {
    await standby.stop(500);
    await Promise.all(children.map((child) => child.stop(500)));
    await rm(folder, { recursive: true, force: true });
  });
  await Promise.all(children.map(({ ready }) => ready));
  const events = async (wanted: string): Promise<readonly Event[]> =>
    (await readFile(notes, "utf8"))
      .trim()
      .split("\n")
      .map((line) => line.split(" "))
      .map(([name = "", pid, atMs]) => ({ what: name, pid: Number(pid), atMs: Number(atMs) }))
      .filter((event) => event.what === wanted);
  return { children, standby, events };
};

const until = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
  const began = performance.now();
  while (!(await holds())) {
    if (performance.now() - began > 20_000) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

const kill = ({ pid }: Child): number => {
  const running = pid();
  if (running === undefined) throw new Error("it does not run");
  process.kill(running, "SIGKILL");
  return Date.now();
};

test.concurrent(
  "who is prepared takes over at once, and another one is prepared",
  { timeout: 30_000 },
  async (context) => {
    const { children, standby, events } = await run(context, 1);
    const [child] = children;
    if (child === undefined) throw new Error("no child was started");
    for (const round of [1, 2]) {
      await until("prepared", standby.isPrepared);
      const killedAt = kill(child);
      await until("ready", async () => (await events("ready")).length === round + 1);
      const [latest] = (await events("ready")).slice(-1);
      expect(latest && latest.atMs - killedAt).toBeLessThan(slowMs);
      expect(latest?.pid).toBe(child.pid());
      expect((await events("prepared")).map(({ pid }) => pid)).toContain(latest?.pid);
    }
  },
);

test.concurrent(
  "several die at once: one is there at once, the others start anew",
  { timeout: 30_000 },
  async (context) => {
    const { children, standby, events } = await run(context, 3);
    await until("prepared", standby.isPrepared);
    const killedAt = Math.max(...children.map(kill));
    await until("all are ready", async () => (await events("ready")).length === 6);
    const [first, ...others] = (await events("ready")).slice(3).map(({ atMs }) => atMs - killedAt);
    expect(first).toBeLessThan(slowMs);
    expect(Math.min(...others)).toBeGreaterThan(slowMs / 2);
  },
);

test.concurrent(
  "it dies again before another one is prepared: the one under way is used",
  { timeout: 30_000 },
  async (context) => {
    const { children, standby, events } = await run(context, 1);
    const [child] = children;
    if (!child) throw new Error("there is none");
    await until("prepared", standby.isPrepared);
    kill(child);
    await until("the first is ready", async () => (await events("ready")).length === 2);
    await until("the next is under way", async () => (await events("config:first")).length === 3);
    kill(child);
    await until("the second is ready", async () => (await events("ready")).length === 3);
    expect((await events("ready")).at(-1)?.pid).toBe((await events("config:first"))[2]?.pid);
  },
);

test.concurrent(
  "one that was stopped while it waited is replaced by one that starts anew",
  { timeout: 30_000 },
  async (context) => {
    const { children, standby, events } = await run(context, 1);
    const [child] = children;
    if (!child) throw new Error("there is none");
    await until("prepared", standby.isPrepared);
    const [prepared] = await events("prepared");
    if (prepared) process.kill(prepared.pid, "SIGSTOP");
    kill(child);
    await until("ready", async () => (await events("ready")).length === 2);
    expect((await events("ready")).at(-1)?.pid).not.toBe(prepared?.pid);
  },
);

test.concurrent("one that dies while it waits is replaced", { timeout: 30_000 }, async (context) => {
  const { standby, events } = await run(context, 1);
  await until("prepared", standby.isPrepared);
  const [prepared] = await events("prepared");
  if (prepared) process.kill(prepared.pid, "SIGKILL");
  await until("another", async () => (await events("prepared")).length === 2);
});

test.concurrent("who takes over works with the newest configuration", { timeout: 30_000 }, async (context) => {
  const { children, standby, events } = await run(context, 1);
  const [child] = children;
  if (!child) throw new Error("there is none");
  await until("prepared", standby.isPrepared);
  await standby.reconfigure("second");
  await until("another is prepared", standby.isPrepared);
  kill(child);
  await until("ready", async () => (await events("ready")).length === 2);
  expect((await events("config:second")).map(({ pid }) => pid)).toContain((await events("ready")).at(-1)?.pid);
});
