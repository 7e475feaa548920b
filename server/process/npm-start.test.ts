import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { freePorts } from "../../test/free-ports.ts";

/** As long as the test may take: a busy machine starts slowly. */
const patienceMs = 170_000;

const until = async (what: string, holds: () => boolean): Promise<void> => {
  for (const began = performance.now(); performance.now() - began < patienceMs;) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`not in time: ${what}`);
};

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);

/** Every process below another, itself included. */
const treeOf = async (pid: number): Promise<readonly number[]> => {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  const children = text.trim().split(" ").filter(Boolean).map(Number);
  return [pid, ...(await Promise.all(children.map(treeOf))).flat()];
};

test.concurrent.for(["SIGTERM", "SIGKILL"] as const)(
  "%s of npm ends everything that npm start has started, the database included",
  { timeout: 180_000 },
  async (signal, { onTestFinished }) => {
    const dataDir = await mkdtemp(join(tmpdir(), "nexus-npm-"));
    onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
    const [port = 0, auth = 0, sandbox = 0] = await freePorts(3);
    let output = "";
    const npm = spawn("npm", ["start"], {
      cwd: join(import.meta.dirname, "..", ".."),
      env: {
        NODE_ENV: "development",
        // And nothing else: no home, no language, no time zone.
        PATH: process.env["PATH"],
        NEXUS_DATA_DIR: dataDir,
        NEXUS_DASHBOARD: "off",
        PORT: String(port),
        AUTH_PORT: String(auth),
        SANDBOX_PORT: String(sandbox),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    // Where it is too late for the test, it leaves nothing running all the same.
    onTestFinished(() => void npm.kill("SIGKILL"));
    for (const stream of [npm.stdout, npm.stderr])
      stream.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
    await until("ready", () => {
      if (output.includes("did not start")) throw new Error(output);
      return output.includes("Ready");
    });
    const started = await treeOf(npm.pid ?? 0);
    const postmaster = Number((await readFile(join(dataDir, "postgres", "postmaster.pid"), "utf8")).split("\n")[0]);
    expect(started).toContain(postmaster);
    npm.kill(signal);
    await until("all gone", () => started.every((pid) => !isAlive(pid)));
    expect(existsSync(join(dataDir, "process.json"))).toBe(false);
  },
);
