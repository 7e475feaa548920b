import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compiledCode } from "../../test/compiled-code.ts";
import { compiledProgram } from "../../test/compiled-program.ts";
import { freePorts } from "../../test/free-ports.ts";

// Nexus against an Auth of another process group, with a database server and a data folder of its own: they share
// nothing but an address and the secret of a service client.

const root = join(import.meta.dirname, "..", "..");

/** An answer of Auth is not reused once its feed has been silent for so long. */
const silenceMs = 1_000;
const person = { email: "first@example.com", password: "a very plain test sentence" };

interface Part {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly exited: Promise<unknown>;
}

let authFolder: string;
let nexusFolder: string;
let authUrl: string;
let gatewayUrl: string;
let authEnvironment: Record<string, string>;
let auth: Part;
let product: Part;
let apiKey: string;

/** A process group of its own. */
const start = (file: string, environment: Readonly<Record<string, string>>): Part => {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", compiledProgram(file)], {
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      NODE_ENV: "development",
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      ...compiledCode,
      ...environment,
    },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return { child, output: () => output, exited: once(child, "exit") };
};

const ready = async ({ output }: Part): Promise<void> => {
  for (let waitedMs = 0; waitedMs < 90_000; waitedMs += 100) {
    if (/Ready/.test(output())) return;
    if (output().includes("did not start")) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(output());
};

const stop = async (part: Part | undefined): Promise<void> => {
  if (!part || part.child.exitCode !== null) return;
  part.child.kill("SIGTERM");
  await part.exited;
};

const facts = async (dataDir: string): Promise<Record<string, string>> =>
  JSON.parse(await readFile(join(dataDir, "first-run.json"), "utf8"));

const startAuth = async (): Promise<void> => {
  auth = start("server/auth-main.ts", authEnvironment);
  await ready(auth);
};

const post = async (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) => {
  const answer = await fetch(authUrl + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  expect(answer.ok, path).toBe(true);
  return answer;
};

const setUp = async (): Promise<void> => {
  const { bootstrapUrl = "" } = await facts(authFolder);
  await post("/setup", { token: new URL(bootstrapUrl).searchParams.get("token"), name: "First Person", ...person });
};

/** How many answers each gateway process has dropped, asked so often that both of them are among those who answer. */
const droppedByProcesses = (): Promise<number[]> =>
  Promise.all(
    Array.from({ length: 24 }, async () => {
      const page = await (await fetch(`${gatewayUrl}/metrics`, { headers: { connection: "close" } })).text();
      return Number(/^nexus_auth_feed_dropped_total (\d+)$/m.exec(page)?.[1]);
    }),
  );

/** Statuses of calls on connections of their own, so many that each gateway process gets some. */
const chats = (credential: string): Promise<number[]> =>
  Promise.all(Array.from({ length: 24 }, async () => (await chat(credential)).status));

const chat = (credential: string): Promise<Response> =>
  fetch(`${gatewayUrl}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${credential}`, "content-type": "application/json", connection: "close" },
    body: JSON.stringify({ model: "openai/gpt-4o-mini", messages: [{ role: "user", content: "Hello" }] }),
  });

beforeAll(async () => {
  authFolder = await mkdtemp(join(tmpdir(), "nexus-remote-auth-"));
  nexusFolder = await mkdtemp(join(tmpdir(), "nexus-remote-"));
  const [authPort = 0, port = 0, sandboxPort = 0] = await freePorts(3);
  authUrl = `http://localhost:${authPort}`;
  gatewayUrl = `http://localhost:${port}`;
  authEnvironment = {
    AUTH_DATA_DIR: authFolder,
    AUTH_PORT: String(authPort),
    NEXUS_PUBLIC_URL: gatewayUrl,
    NEXUS_DASHBOARD: "off",
  };
  await startAuth();
  ({ apiKey = "" } = await facts(authFolder));
  await setUp();
  product = start("server/main.ts", {
    NEXUS_DATA_DIR: nexusFolder,
    TOPOLO_AUTH_URL: authUrl,
    TOPOLO_AUTH_CLIENT_SECRET: await readFile(join(authFolder, "auth-client-secret"), "utf8"),
    PORT: String(port),
    SANDBOX_PORT: String(sandboxPort),
    NEXUS_DASHBOARD: "off",
    NEXUS_WORKERS: "2",
  });
  await ready(product);
}, 180_000);

afterAll(async () => {
  await stop(product);
  await stop(auth);
  for (const folder of [authFolder, nexusFolder]) await rm(folder, { recursive: true, force: true });
}, 60_000);

describe("one build, with Auth elsewhere by configuration alone [N9]", () => {
  test("the two are in different process groups and Nexus' database holds no identity [N9]", async () => {
    const groupOf = async (pid: number | undefined): Promise<string> =>
      (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1]?.split(" ")[2] ?? "";
    expect(await groupOf(product.child.pid)).not.toBe(await groupOf(auth.child.pid));
    expect(product.output()).toContain(authUrl);
    expect(await facts(authFolder)).toMatchObject({ authUrl });
  });

  test("a key of the remote Auth calls a model, and the call is in the organization's ledger [N1, N9]", async () => {
    const answer = await chat(apiKey);
    expect(answer.status).toBe(200);
    const body: unknown = await answer.json();
    expect(body).toMatchObject({ object: "chat.completion", usage: { prompt_tokens: expect.any(Number) } });
    const usage = await fetch(`${gatewayUrl}/api/operations?limit=5`, {
      headers: { authorization: `Bearer ${apiKey}` },
    });
    expect(usage.status).toBe(200);
    expect(await usage.json()).toMatchObject({ operations: [{ model: expect.stringContaining("gpt-4o-mini") }] });
  });

  test("a key the remote Auth does not know is refused [N9, B4]", async () => {
    expect((await chat(`${apiKey.slice(0, -1)}${apiKey.endsWith("0") ? "1" : "0"}`)).status).toBe(401);
  });

  test("a paid call 250 ms after logout is refused by every gateway process that had reused its yes [N9, B4]", async () => {
    const login = await post("/login", person, { "x-service-id": "srv_nexus" });
    const cookie = login.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const { accessToken } = (await login.json()) as { accessToken: string };
    expect(new Set(await chats(accessToken))).toEqual(new Set([200]));
    const before = await droppedByProcesses();
    await post("/logout", {}, { cookie, "x-topolo-auth": "1" });
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(new Set(await chats(accessToken))).toEqual(new Set([401]));
    expect(Math.min(...(await droppedByProcesses()))).toBeGreaterThan(Math.max(...before));
    expect((await chat(apiKey)).status).toBe(200);
  });

  test(
    "while the remote Auth is away Nexus denies with 503, and comes back with it [B2, N7]",
    { timeout: 120_000 },
    async () => {
      await stop(auth);
      // What was validated before may be reused by AI calls alone, and no longer than the feed has been heard.
      await new Promise((resolve) => setTimeout(resolve, silenceMs + 100));
      expect((await chat(apiKey)).status).toBe(503);
      await startAuth();
      expect((await chat(apiKey)).status).toBe(200);
    },
  );
});
