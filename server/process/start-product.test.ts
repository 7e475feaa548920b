import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..");
let dataDir: string;
let environment: NodeJS.ProcessEnv;
let port: number;

const freePorts = async (count: number): Promise<number[]> => {
  const probes = await Promise.all(
    Array.from({ length: count }, async () => {
      const probe = createServer();
      await once(probe.listen(0, "localhost"), "listening");
      return probe;
    }),
  );
  const ports = probes.map((probe) => {
    const address = probe.address();
    return typeof address === "object" && address ? address.port : 0;
  });
  await Promise.all(probes.map((probe) => once(probe.close(), "close")));
  return ports;
};

interface Started {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly exited: Promise<number | null>;
}

const start = (): Started => {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "server/main.ts"], {
    cwd: root,
    env: environment,
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

const until = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 100) {
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

const firstRun = async (): Promise<{ apiKey: string; serviceToken: string }> =>
  JSON.parse(await readFile(join(dataDir, "first-run.json"), "utf8"));

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "nexus-product-"));
  const [gateway = 0, auth = 0, sandbox = 0] = await freePorts(3);
  port = gateway;
  environment = {
    NODE_ENV: "development",
    PATH: process.env["PATH"],
    HOME: process.env["HOME"],
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
      const { password, port: databasePort }: { password: string; port: number } = JSON.parse(
        await readFile(join(dataDir, "postgres.json"), "utf8"),
      );
      const address = `postgresql://nexus:${password}@127.0.0.1:${databasePort}/nexus`;

      const answer = await ask(facts, "[[words:150]]", true);
      const operationId = answer.headers.get("x-nexus-operation-id");
      const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
      let text = (await reader?.read())?.value ?? "";
      const sql = new Client({ connectionString: address });
      sql.on("error", () => undefined);
      await sql.connect();
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
          "select state, source, cost::text from nexus.intent where iid = $1",
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
