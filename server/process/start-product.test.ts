import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compiledCode } from "../../test/compiled-code.ts";
import { compiledProgram } from "../../test/compiled-program.ts";
import { freePorts } from "../../test/free-ports.ts";

const root = join(import.meta.dirname, "..", "..");
let dataDir: string;
let environment: NodeJS.ProcessEnv;
let port: number;

interface Started {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly exited: Promise<number | null>;
}

const start = (file = "server/main.ts", args: readonly string[] = [], more: Record<string, string> = {}): Started => {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", compiledProgram(file), ...args], {
    cwd: root,
    env: { ...environment, ...more },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return {
    process: child,
    output: () => output,
    exited: once(child, "exit").then(([code]) => (typeof code === "number" ? code : null)),
  };
};

/** As long as the test may take: a busy machine starts slowly. */
const patienceMs = 170_000;

const until = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (const began = performance.now(); performance.now() - began < patienceMs;) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`not in time: ${what}`);
};

const ready = (started: Started): Promise<void> =>
  until("ready", () => {
    if (started.output().includes("did not start")) throw new Error(started.output());
    return /Ready.* after/.test(started.output());
  });

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const childrenOf = async (pid: number | undefined): Promise<number[]> =>
  (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).trim().split(" ").map(Number);

const ask = (facts: { readonly apiKey: string }, content: string, stream: boolean): Promise<Response> =>
  fetch(`http://localhost:${port}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${facts.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "openai/gpt-4o-mini", stream, messages: [{ role: "user", content }] }),
  });

const openDatabase = async (): Promise<Client> => {
  const { password, port: databasePort }: { password: string; port: number } = JSON.parse(
    await readFile(join(dataDir, "postgres.json"), "utf8"),
  );
  const sql = new Client({ connectionString: `postgresql://nexus:${password}@127.0.0.1:${databasePort}/nexus` });
  sql.on("error", () => undefined);
  await sql.connect();
  return sql;
};

interface Facts {
  readonly apiKey: string;
  readonly serviceToken: string;
  readonly authUrl: string;
  readonly mailboxUrl: string;
}

const firstRun = async (): Promise<Facts> => JSON.parse(await readFile(join(dataDir, "first-run.json"), "utf8"));

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "nexus-product-"));
  const [gateway = 0, auth = 0, sandbox = 0] = await freePorts(3);
  port = gateway;
  environment = {
    NODE_ENV: "development",
    PATH: process.env["PATH"],
    HOME: process.env["HOME"],
    ...compiledCode,
    NEXUS_DATA_DIR: dataDir,
    NEXUS_DASHBOARD: "off",
    PORT: String(gateway),
    AUTH_PORT: String(auth),
    SANDBOX_PORT: String(sandbox),
    NEXUS_DRAIN_TIMEOUT_MS: "20000",
  };
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

test(
  "starts, answers, keeps its folder to itself, survives the loss of its parts, and drains",
  { timeout: 180_000 },
  async () => {
    const first = start();
    try {
      await ready(first);
      const facts = await firstRun();
      expect(first.output()).toContain(facts.apiKey);
      for (const name of [
        "first-run.json",
        "secrets.json",
        "postgres.json",
        "nexus.log",
        "sandbox.jsonl",
        "auth-client-secret",
        "process.json",
      ]) {
        expect([name, ((await stat(join(dataDir, name))).mode & 0o777).toString(8)]).toEqual([name, "600"]);
      }
      expect((await ask(facts, "Hello", false)).status).toBe(200);

      expect(first.output()).toContain(facts.mailboxUrl);
      const email = "newcomer@example.com";
      const registered = await fetch(`${facts.authUrl}/register`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ email, password: "a very plain test sentence" }),
      });
      expect(registered.status).toBe(202);
      const mailed = (): Promise<string> =>
        fetch(`${facts.mailboxUrl}/messages?to=${email}`).then((response) => response.text());
      await until("the mail of a registration", async () => (await mailed()).includes("/verify-email#token="));
      const token = /#token=([\w-]{43})/.exec(await mailed())?.[1] ?? "none";
      expect(await readFile(join(dataDir, "nexus.log"), "utf8")).not.toContain(token);
      // Auth's mail goes through Nexus: once, and as a call of its own service that somebody can see the cost of.
      const ledger = await openDatabase();
      const booked = async (): Promise<unknown[]> =>
        (
          await ledger.query(
            `select o.org_id, o.app_id, o.state, m.category,
                    exists (select from nexus.email_content c where c.email_id = m.email_id) as kept
               from nexus.operation o join nexus.email_message m on m.email_id = o.operation_id`,
          )
        ).rows;
      await until("the ledger's row of that mail", async () => /settled/.test(JSON.stringify(await booked())));
      const own = { org_id: "org_topolo", app_id: "srv_auth" };
      expect(await booked()).toEqual([{ ...own, state: "settled", category: "otp", kept: false }]);
      expect((await mailed()).match(/newcomer@example\.com/g)).not.toBeNull();
      await ledger.end();

      const second = start();
      expect(await second.exited).toBe(1);
      expect(second.output()).toMatch(
        new RegExp(`in use by Topolo Nexus at http://localhost:${port}, process ${first.process.pid}`),
      );

      // Killed without notice: what it had started ends by itself, but for the database, which the next start adopts.
      const children = await childrenOf(first.process.pid);
      const postmaster = Number((await readFile(join(dataDir, "postgres", "postmaster.pid"), "utf8")).split("\n")[0]);
      expect(children).toContain(postmaster);
      first.process.kill("SIGKILL");
      await first.exited;
      await until("children gone", () => children.every((pid) => pid === postmaster || !isAlive(pid)));
      expect(isAlive(postmaster)).toBe(true);
    } finally {
      if (first.process.exitCode === null) first.process.kill("SIGKILL");
    }

    const again = start();
    try {
      await ready(again);
      const facts = await firstRun();
      expect(again.output()).not.toContain(facts.apiKey);
      const answer = await ask(facts, "[[words:150]]", true);
      const operationId = answer.headers.get("x-nexus-operation-id");
      const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
      let text = (await reader?.read())?.value ?? "";
      const sql = await openDatabase();
      again.process.kill("SIGTERM");
      await until("refusing newcomers", () =>
        fetch(`http://localhost:${port}/health`).then(
          ({ status }) => status !== 200,
          () => true,
        ),
      );
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) text += part.value;
      // Not toMatch: a failure would print the whole stream.
      expect([text.includes('"usageSource":"provider"'), text.trimEnd().endsWith("data: [DONE]")]).toEqual([
        true,
        true,
      ]);
      await until("settled", async () => {
        const { rows } = await sql.query<{ state: string; source: string; cost: string }>(
          "select state, source, cost::text from nexus.operation where operation_id = $1",
          [operationId],
        );
        expect(rows).toHaveLength(1);
        return rows[0]?.state === "settled" && rows[0].source === "provider" && BigInt(rows[0].cost) > 0n;
      });
      await sql.end();
      expect(await again.exited).toBe(0);
      expect(again.output()).toContain("Stopped.");
      await expect(stat(join(dataDir, "postgres", "postmaster.pid"))).rejects.toThrow("ENOENT");
      await expect(stat(join(dataDir, "process.json"))).rejects.toThrow("ENOENT");
    } finally {
      if (again.process.exitCode === null) again.process.kill("SIGTERM");
      await again.exited;
    }
  },
);

test("a new key-encryption key reaches every process while calls go on", { timeout: 180_000 }, async () => {
  const product = start("server/main.ts", [], { NEXUS_WORKERS: "2" });
  try {
    await ready(product);
    const facts = await firstRun();
    const sql = await openDatabase();
    const keyIds = async (): Promise<string[]> => {
      const { rows } = await sql.query<{ id: string }>(
        "select distinct wrap_key_id as id from nexus.provider_credentials order by 1",
      );
      return rows.map(({ id }) => id.split(".")[0] ?? "");
    };
    expect(await keyIds()).toEqual(["k1"]);
    expect((await ask(facts, "Before", false)).status).toBe(200);
    const children = await childrenOf(product.process.pid);

    const statuses: number[] = [];
    const rotated = new AbortController();
    const calls = (async () => {
      while (!rotated.signal.aborted) statuses.push((await ask(facts, "During", false)).status);
    })();
    const rotation = start("server/cli/main.ts", ["secrets", "rotate"]);
    expect([await rotation.exited, rotation.output()]).toEqual([
      0,
      expect.stringMatching(/Key k2 was added[\s\S]*Every stored secret is under the current key now/),
    ]);
    rotated.abort();
    await calls;
    expect(statuses.length).toBeGreaterThan(0);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect(await keyIds()).toEqual(["k2"]);
    expect(await childrenOf(product.process.pid)).toEqual(children);
    await until("logged", async () =>
      (await readFile(join(dataDir, "nexus.log"), "utf8")).includes("stored secrets rewrapped"),
    );

    const allAnswer = async (): Promise<void> => {
      const after = await Promise.all(Array.from({ length: 12 }, () => ask(facts, "After", false)));
      expect(after.map(({ status }) => status)).toEqual(after.map(() => 200));
    };
    await allAnswer();
    // A process that is started in another's place has the new key too.
    const commands = await Promise.all(
      children.map(async (pid) => ({ pid, line: await readFile(`/proc/${pid}/cmdline`, "utf8") })),
    );
    const workers = commands.filter(({ line }) => line.includes("worker.mjs")).map(({ pid }) => pid);
    expect(workers).toHaveLength(2);
    const log = (await readFile(join(dataDir, "nexus.log"), "utf8")).trim().split("\n");
    const reloaded = log.map((line) => JSON.parse(line)).filter(({ msg }) => msg === "encryption keys reloaded");
    // First as a key that opens, then as the one that seals.
    for (const worker of workers) expect(reloaded.filter(({ pid }) => pid === worker)).toHaveLength(2);
    const newcomers = async (): Promise<number> =>
      (await childrenOf(product.process.pid)).filter((pid) => !children.includes(pid)).length;
    for (const pid of workers) process.kill(pid, "SIGKILL");
    await until("started anew", async () => (await newcomers()) === 2);
    await until("answering", () =>
      fetch(`http://localhost:${port}/health`).then(
        ({ status }) => status === 200,
        () => false,
      ),
    );
    await allAnswer();
    await sql.end();
  } finally {
    product.process.kill("SIGTERM");
    await product.exited;
  }
});
