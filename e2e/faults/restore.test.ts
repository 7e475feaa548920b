import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { freePorts } from "../../test/free-ports.ts";
import type { PostgresBinaries } from "../../server/platform/db/postgres-binaries.ts";
import { runtimeAddress } from "../../server/platform/db/runtime-address.ts";
import { verifySums } from "../../server/platform/ledger/index.ts";
import { silentLogger } from "../../server/platform/logger.ts";
import { findTool } from "../../server/process/postgres-tools.ts";
import { startOwnPostgres, type OwnPostgres } from "./own-postgres.ts";

type Environment = NodeJS.ProcessEnv;

const root = join(import.meta.dirname, "..", "..");
let home: string;
/** Of one installation after the other: what is stored names the sandbox where it was. */
let addresses: Environment;
const servers: OwnPostgres[] = [];
const products: ChildProcess[] = [];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "nexus-restore-"));
  const [gateway = 0, auth = 0, sandbox = 0] = await freePorts(3);
  addresses = {
    NODE_ENV: "development",
    PORT: String(gateway),
    AUTH_PORT: String(auth),
    SANDBOX_PORT: String(sandbox),
  };
});
afterEach(() => {
  for (const product of products.splice(0)) product.kill("SIGKILL");
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await rm(home, { recursive: true, force: true });
});

/** What stands between two headings of the page on operations, one command a line. */
const commandsOf = async (heading: string): Promise<readonly string[][]> => {
  const page = await readFile(join(root, "docs", "operations.md"), "utf8");
  const section = page.split(`### ${heading}\n`)[1]?.split("\n#")[0] ?? "";
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) =>
    block
      .trim()
      .split("\n")
      .map((line) => {
        const typed = /^npm run nexus -- (.*)$/.exec(line)?.[1];
        if (typed === undefined) throw new Error(`not a command of ours: ${line}`);
        return [...typed.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
      }),
  );
};

const installation = async (name: string, databaseUrl: string): Promise<Environment> => {
  const dataDir = join(home, name);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: process.env["HOME"] ?? "",
    DATABASE_URL: databaseUrl,
    NEXUS_DATA_DIR: dataDir,
    NEXUS_DASHBOARD: "off",
    ...addresses,
    NEXUS_ORPHAN_AFTER_MS: "12000",
  };
};

interface Run {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly exited: Promise<number | null>;
}

const run = (file: string, args: readonly string[], env: Environment): Run => {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", join(root, file), ...args], {
    cwd: home,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
  const exited = once(child, "close").then(([code]) => (typeof code === "number" ? code : null));
  return { child, output: () => output, exited };
};

const nexus = async (args: readonly string[], env: Environment): Promise<{ code: number | null; output: string }> => {
  const { exited, output } = run("server/cli/main.ts", args, env);
  return { code: await exited, output: output() };
};

const startProduct = async (env: Environment): Promise<Run> => {
  const started = run("server/main.ts", [], env);
  products.push(started.child);
  for (let left = 900; !/Ready.* after/.test(started.output()); left -= 1) {
    if (left === 0 || started.child.exitCode !== null) throw new Error(started.output());
    await pause(100);
  }
  return started;
};

const stopProduct = async ({ child, exited }: Run): Promise<void> => {
  child.kill("SIGTERM");
  await exited;
};

const apiKeyOf = async (env: Environment): Promise<string> => {
  const facts: { apiKey: string } = JSON.parse(
    await readFile(join(env["NEXUS_DATA_DIR"] ?? "", "first-run.json"), "utf8"),
  );
  return facts.apiKey;
};

const ask = async (env: Environment, apiKey: string): Promise<{ status: number; body: string }> => {
  const response = await fetch(`http://localhost:${env["PORT"]}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "openai/gpt-4o-mini", messages: [{ role: "user", content: "Hello" }] }),
  });
  return { status: response.status, body: await response.text() };
};

const withClient = async <T>(url: string, work: (client: Client) => Promise<T>): Promise<T> => {
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
      const { rows } = await client.query<{ open: number; unfolded: number; folded: string; booked: string }>(
        `select (select count(*)::int from nexus.intent where state = 'open') as open,
                (select count(*)::int from nexus.entry_unfolded) as unfolded,
                (select coalesce(sum(cost), 0)::text from nexus.usage_hour) as folded,
                (select coalesce(sum(cost), 0)::text from nexus.entry_usage) as booked`,
      );
      const [found] = rows;
      const isSettled = found?.open === 0 && found.unfolded === 0;
      if (isSettled || left === 0) return { budgets, rollups, ...found };
      await pause(200);
    }
  });

const agreed = (found: Awaited<ReturnType<typeof settledSums>>) =>
  expect(found).toEqual({ budgets: [], rollups: [], open: 0, unfolded: 0, folded: found.booked, booked: found.booked });

/** Uses up transaction ids, so that those of two clusters differ. */
const burn = (url: string, transactions: number): Promise<unknown> =>
  withClient(url, async (client) => {
    await client.query("set synchronous_commit = off");
    await client.query(
      `do $$ begin for i in 1..${transactions} loop perform pg_current_xact_id(); commit; end loop; end $$`,
    );
  });

/** A pg_dump that is on this machine, and servers that it can dump: the embedded ones, or those it was installed with. */
const dumpable = async (): Promise<PostgresBinaries | undefined> => {
  if ((await findTool("pg_dump", 18)) !== undefined) return undefined;
  for (const major of [17, 16, 15]) {
    const folder = `/usr/lib/postgresql/${major}/bin`;
    const binaries = { postgres: join(folder, "postgres"), initdb: join(folder, "initdb") };
    if ((await findTool("pg_dump", major)) !== undefined && existsSync(binaries.postgres)) return binaries;
  }
  throw new Error("there is no pg_dump with a server of its version: install PostgreSQL 15 or newer");
};

const open = async (name: string, binaries: PostgresBinaries | undefined): Promise<OwnPostgres> => {
  const server = await startOwnPostgres(join(home, `${name}-cluster`), {}, { binaries, bare: true });
  servers.push(server);
  return server;
};

const keys = ["secrets.json", "auth-client-secret", "first-run.json", "platform-super-admin"];

const carryKeys = async (from: Environment, to: Environment): Promise<void> => {
  for (const name of keys) {
    const file = join(from["NEXUS_DATA_DIR"] ?? "", name);
    if (existsSync(file)) await copyFile(file, join(to["NEXUS_DATA_DIR"] ?? "", name));
  }
};

test(
  "what the page on backup and restore says is what happens, from one cluster into another and back",
  { timeout: 400_000 },
  async () => {
    const binaries = await dumpable();
    const [first, second] = [await open("first", binaries), await open("second", binaries)];
    await burn(first.databaseUrl, 30_000);
    const before = await installation("before", first.databaseUrl);
    const product = await startProduct(before);
    const apiKey = await apiKeyOf(before);
    expect((await nexus(["budget", "set", "--org", "topolo", "--limit", "5"], before)).code).toBe(0);

    // The backup is taken in the middle of it.
    const loading = new AbortController();
    const load = Array.from({ length: 6 }, async () => {
      while (!loading.signal.aborted) expect((await ask(before, apiKey)).status).toBe(200);
    });
    await pause(3_000);
    const [backup = []] = await commandsOf("Take a backup");
    const taken = await nexus(backup, before);
    expect([taken.code, taken.output]).toEqual([0, expect.stringContaining("nexus.dump")]);
    loading.abort();
    await Promise.all(load);
    await stopProduct(product);

    // Into a cluster that has never heard of our roles, and whose transaction ids are lower; killed on the way.
    const [restore = [], again = [], doctor = [], confirm = []] = await commandsOf("Restore it");
    const after = await installation("after", second.databaseUrl);
    await carryKeys(before, after);
    for (const afterMs of [900, 1_400, 2_000]) {
      const { child, exited } = run("server/cli/main.ts", restore, after);
      await pause(afterMs);
      child.kill("SIGKILL");
      await exited;
    }
    for (const command of [restore, again]) {
      const restored = await nexus(command, after);
      expect([restored.code, restored.output]).toEqual([
        0,
        expect.stringContaining("budgets are what holds and entries make"),
      ]);
    }
    await withClient(second.databaseUrl, async (client) => {
      const { rows } = await client.query(
        "select rolname from pg_roles where rolname in ('nexus_app', 'auth_app') order by 1",
      );
      expect(rows).toEqual([{ rolname: "auth_app" }, { rolname: "nexus_app" }]);
      // The backup saw entries that no worker had folded.
      expect((await client.query("select from nexus.entry")).rowCount).toBeGreaterThan(20);
    });

    const restarted = await startProduct(after);
    expect(restarted.output()).toContain("nothing that costs money is admitted");
    const stopped = await ask(after, apiKey);
    expect([stopped.status, stopped.body]).toEqual([503, expect.stringContaining("SPENDING_STOPPED")]);
    const readiness = await fetch(`http://localhost:${after["PORT"]}/health/ready`);
    expect([readiness.status, await readiness.json()]).toMatchObject([503, { checks: { spending: { ok: false } } }]);
    const looked = await nexus(doctor, after);
    expect(looked.output).toMatch(/✓ role nexus_app +there, with its rights and no more/);
    expect(looked.output).toMatch(/✓ role auth_app +there, with its rights and no more/);
    expect(looked.output).toMatch(/✗ spending +stopped: a restore from a backup is not confirmed/);
    expect(looked.output).toMatch(/✓ encryption keys +fit all [1-9]/);

    expect((await nexus(confirm, after)).output).toContain("admitted again");
    await expect.poll(async () => (await ask(after, apiKey)).status, { timeout: 10_000 }).toBe(200);
    agreed(await settledSums(second.databaseUrl));
    await withClient(second.databaseUrl, async (client) => {
      const { rows } = await client.query(
        "select action, details->>'note' as note from nexus.audit_event where action = 'restore.confirm'",
      );
      expect(rows).toEqual([{ action: "restore.confirm", note: confirm.at(-1) }]);
    });
    for (const [schema, role] of [
      ["nexus", "nexus_app"],
      ["auth", "auth_app"],
    ] as const) {
      const address = await runtimeAddress({ connectionString: second.databaseUrl, schema, role, log: silentLogger });
      await withClient(address, async (client) => {
        expect((await client.query("select current_user as me")).rows).toEqual([{ me: role }]);
        await expect(client.query(`truncate ${schema}._prisma_migrations`)).rejects.toMatchObject({ code: "42501" });
      });
    }
    await stopProduct(restarted);

    // And back, into a new database of the first cluster, whose ids are higher than all in the ledger.
    await rm(join(home, "nexus.dump"));
    expect((await nexus(backup, after)).code).toBe(0);
    await withClient(first.databaseUrl, (client) => client.query("create database back"));
    const back = await installation("back", first.databaseUrl.replace(/nexus$/, "back"));
    await carryKeys(after, back);
    expect((await nexus(restore, back)).code).toBe(0);
    const third = await startProduct(back);
    expect((await ask(back, apiKey)).status).toBe(503);
    expect((await nexus(confirm, back)).code).toBe(0);
    await expect.poll(async () => (await ask(back, apiKey)).status, { timeout: 10_000 }).toBe(200);
    agreed(await settledSums(back["DATABASE_URL"] ?? ""));
    await stopProduct(third);
  },
);
