import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { expect } from "vitest";
import type { PostgresBinaries } from "../../server/platform/db/postgres-binaries.ts";
import { verifySums } from "../../server/platform/ledger/index.ts";
import { findTool } from "../../server/process/postgres-tools.ts";
import { compiledCode } from "../../test/compiled-code.ts";
import { freePorts } from "../../test/free-ports.ts";
import { compiledProgram } from "../../test/compiled-program.ts";

/** Settings of one installation. */
export type Environment = NodeJS.ProcessEnv;

const root = join(import.meta.dirname, "..", "..");

/** What a section of the page on operations tells to type, one command a line, without `npm run nexus --`. */
export const commandsOf = async (heading: string): Promise<readonly string[][]> => {
  const page = await readFile(join(root, "docs", "operations.md"), "utf8");
  const section = page.split(`### ${heading}\n`)[1]?.split("\n#")[0] ?? "";
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) =>
    block
      .trim()
      .split("\n")
      .map((line) => {
        const typed = /^npm run nexus -- (.*)$/.exec(line)?.[1];
        if (typed === undefined && !line.startsWith("cp ")) throw new Error(`not a command of ours: ${line}`);
        return [...(typed ?? line).matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
      }),
  );
};

/** Addresses of one installation after the other: what is stored names the sandbox where it was. */
export const freeAddresses = async (): Promise<Environment> => {
  const [gateway = 0, auth = 0, sandbox = 0] = await freePorts(3);
  return { NODE_ENV: "development", PORT: String(gateway), AUTH_PORT: String(auth), SANDBOX_PORT: String(sandbox) };
};

/** An installation whose data folder is `dataDir`; without a database of its own it brings the embedded one. */
export const installation = (dataDir: string, addresses: Environment, databaseUrl?: string): Environment => ({
  PATH: process.env["PATH"] ?? "",
  HOME: process.env["HOME"] ?? "",
  ...compiledCode,
  ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
  NEXUS_DATA_DIR: dataDir,
  NEXUS_DASHBOARD: "off",
  ...addresses,
  NEXUS_ORPHAN_AFTER_MS: "12000",
});

/** A process of the product. */
export interface Run {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly exited: Promise<number | null>;
}

/** Starts one, in the folder that holds the data folder. */
export const run = (file: string, args: readonly string[], env: Environment): Run => {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", compiledProgram(file), ...args], {
    cwd: join(env["NEXUS_DATA_DIR"] ?? "", ".."),
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
  const exited = once(child, "close").then(([code]) => (typeof code === "number" ? code : null));
  return { child, output: () => output, exited };
};

/** One command of the operators' line. */
export const runNexus = async (
  args: readonly string[],
  env: Environment,
): Promise<{ code: number | null; output: string }> => {
  const { exited, output } = run("server/cli/main.ts", args, env);
  return { code: await exited, output: output() };
};

/** The product, ready. */
export const startInstallation = async (env: Environment): Promise<Run> => {
  const started = run("server/main.ts", [], env);
  for (let left = 900; !/Ready.* after/.test(started.output()); left -= 1) {
    if (left === 0 || started.child.exitCode !== null) {
      started.child.kill("SIGKILL");
      throw new Error(started.output());
    }
    await pause(100);
  }
  return started;
};

export const stopProduct = async ({ child, exited }: Run): Promise<void> => {
  child.kill("SIGTERM");
  await exited;
};

export const apiKeyOf = async (env: Environment): Promise<string> => {
  const facts: { apiKey: string } = JSON.parse(
    await readFile(join(env["NEXUS_DATA_DIR"] ?? "", "first-run.json"), "utf8"),
  );
  return facts.apiKey;
};

/** One paid call. */
export const payForCall = async (env: Environment, apiKey: string): Promise<{ status: number; body: string }> => {
  const response = await fetch(`http://localhost:${env["PORT"]}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "openai/gpt-4o-mini", messages: [{ role: "user", content: "Hello" }] }),
  });
  return { status: response.status, body: await response.text() };
};

export const withClient = async <T>(url: string, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

/** Everything that can be added up agrees, nothing is waiting, and no hold is left open. */
const settledSums = (url: string) =>
  withClient(url, async (client) => {
    for (let left = 300; ; left -= 1) {
      const { budgets, rollups } = await verifySums(client);
      const { rows } = await client.query<{ open: number; queued: number; summed: string; booked: string }>(
        `select (select count(*)::int from nexus.operation where state = 'open') as open,
                (select count(*)::int from nexus.rollup_queue) as queued,
                (select coalesce(sum(cost), 0)::text from nexus.usage_hour) as summed,
                (select coalesce(sum(cost), 0)::text from nexus.entry_usage) as booked`,
      );
      const [found] = rows;
      const isSettled = found?.open === 0 && found.queued === 0;
      if (isSettled || left === 0) return { budgets, rollups, ...found };
      await pause(200);
    }
  });

export const expectAgreement = async (url: string): Promise<void> => {
  const found = await settledSums(url);
  expect(found).toEqual({ budgets: [], rollups: [], open: 0, queued: 0, summed: found.booked, booked: found.booked });
};

/**
 * Servers that a pg_dump on this machine can dump: the embedded ones, or those it was installed with. The embedded
 * PostgreSQL brings none, so that there may be no way but the copy.
 */
export const dumpableServer = async (): Promise<{ readonly binaries: PostgresBinaries | undefined } | undefined> => {
  if ((await findTool("pg_dump", 18)) !== undefined) return { binaries: undefined };
  for (const major of [17, 16, 15]) {
    const folder = `/usr/lib/postgresql/${major}/bin`;
    const binaries = { postgres: join(folder, "postgres"), initdb: join(folder, "initdb") };
    if ((await findTool("pg_dump", major)) !== undefined && existsSync(binaries.postgres)) return { binaries };
  }
  return undefined;
};

const keys = ["secrets.json", "auth-client-secret", "first-run.json", "platform-super-admin"];

/** Puts the keys in place, which are kept apart from the dump. */
export const carryKeys = async (from: Environment, to: Environment): Promise<void> => {
  await mkdir(to["NEXUS_DATA_DIR"] ?? "", { recursive: true, mode: 0o700 });
  for (const name of keys) {
    const file = join(from["NEXUS_DATA_DIR"] ?? "", name);
    if (existsSync(file)) await copyFile(file, join(to["NEXUS_DATA_DIR"] ?? "", name));
  }
};
