import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compiledCode } from "../../test/compiled-code.ts";
import { compiledProgram } from "../../test/compiled-program.ts";
import { createTestDatabase, type TestDatabase } from "../../test/database.ts";
import { freePorts } from "../../test/free-ports.ts";
import { startStartupRecorder, type StartupRecorder } from "../../test/startup-recorder.ts";
import { keepAliveSettings } from "../platform/db/keep-alive.ts";

const root = join(import.meta.dirname, "..", "..");
let database: TestDatabase;
let recorder: StartupRecorder;
let dataDir: string;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  database = await createTestDatabase();
  recorder = await startStartupRecorder(database.url);
  dataDir = await mkdtemp(join(tmpdir(), "nexus-bounded-"));
  const [port = 0, auth = 0, sandbox = 0] = await freePorts(3);
  // An address that takes limits away must not get its way.
  const address = new URL(recorder.url);
  address.searchParams.set("options", "-c statement_timeout=0 -c tcp_user_timeout=0");
  address.searchParams.set("statement_timeout", "0");
  environment = {
    NODE_ENV: "development",
    PATH: process.env["PATH"],
    HOME: process.env["HOME"],
    ...compiledCode,
    DATABASE_URL: address.href,
    NEXUS_DATA_DIR: dataDir,
    NEXUS_DASHBOARD: "off",
    PORT: String(port),
    AUTH_PORT: String(auth),
    SANDBOX_PORT: String(sandbox),
  };
});
afterAll(async () => {
  await recorder.close();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

const run = (args: readonly string[]) => {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], {
    cwd: root,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += String(chunk)));
  return { child, output: () => output, exited: once(child, "exit") };
};

/** Commits here may wait for a standby, and a late cancel would report success too early: the client alone has a limit. */
const mayWait = ["nexus-acts", "nexus-book", "nexus-pulse", "nexus-queue"];

test(
  "every connection of every process is opened with limits, whatever the address says",
  { timeout: 120_000 },
  async () => {
    const product = run([compiledProgram("server/main.ts")]);
    try {
      // As long as the test may take: a busy machine starts slowly.
      for (const began = performance.now(); !/Ready.* after/.test(product.output());) {
        if (performance.now() - began > 110_000 || product.child.exitCode !== null) throw new Error(product.output());
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      for (const command of [["doctor"], ["budget", "list", "--org", "topolo"]]) {
        const cli = run([compiledProgram("server/cli/main.ts"), ...command]);
        await cli.exited;
        expect(cli.output()).not.toBe("");
      }

      const opened = recorder.startups();
      const names = new Set(opened.map(({ applicationName }) => applicationName));
      const sql = new Client({ connectionString: database.url, application_name: "onlooker" });
      await sql.connect();
      const { rows } = await sql.query<{ name: string }>(
        "select distinct application_name as name from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
      );
      await sql.end();
      // Nobody has another way in, and the parts that are meant are all there.
      for (const { name } of rows) expect([...names]).toContain(name);
      for (const part of [
        "nexus",
        "nexus-changes",
        "nexus-cli",
        "nexus-migrations nexus",
        "nexus-migrations auth",
        "nexus-workers",
        "topolo-auth",
      ])
        expect([...names]).toContain(part);

      for (const { applicationName, settings } of opened) {
        expect(applicationName).toMatch(/^(nexus|topolo)/);
        expect({ applicationName, ...settings }).toMatchObject(keepAliveSettings);
        const statement = Number(settings["statement_timeout"]);
        if (mayWait.includes(applicationName))
          expect([applicationName, settings["lock_timeout"]]).toEqual([applicationName, "2000"]);
        else {
          expect([applicationName, statement > 0]).toEqual([applicationName, true]);
          expect(Number(settings["idle_in_transaction_session_timeout"])).toBeGreaterThan(0);
        }
      }
    } finally {
      product.child.kill("SIGTERM");
      await product.exited;
    }
  },
);
