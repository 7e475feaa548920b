import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { compiledCode } from "../../test/compiled-code.ts";
import { compiledProgram } from "../../test/compiled-program.ts";
import { createTestDatabase, type TestDatabase } from "../../test/database.ts";
import { eventually } from "../../test/eventually.ts";
import { freePorts } from "../../test/free-ports.ts";
import { openConnectionBalancer, type ConnectionBalancer } from "./connection-balancer.ts";
import { openFaultScene, type FaultScene } from "./fault-scene.ts";
import type { GatewayProcess } from "./gateway-process.ts";

// Every process of an installation is replaced, one after the other, behind balancers that see connections alone, while
// people look at pages and programs call.

const lookMs = 200;
const delayMs = 4_000;

let scene: FaultScene;
let gateways: ConnectionBalancer;
let auths: ConnectionBalancer;
let authDatabase: TestDatabase;
let authFolder: string;
let authEnvironment: NodeJS.ProcessEnv;
let pages: Server;
const authProcesses: ChildProcess[] = [];

/** What the pages' own process is for the gateway: it keeps its connections alive, and says so. */
const openPages = async (): Promise<Server> => {
  const server = createServer((_, response) => {
    response.setHeader("connection", "keep-alive");
    setTimeout(() => response.end("a page"), 5);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return server;
};

const portIn = (server: Server): number => {
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
};

const startAuth = async (): Promise<ChildProcess> => {
  const [port = 0] = await freePorts(1);
  const dataDir = join(authFolder, String(port));
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", compiledProgram("server/auth-main.ts")],
    {
      cwd: authFolder,
      env: { ...authEnvironment, AUTH_DATA_DIR: dataDir, AUTH_PORT: String(port) },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  authProcesses.push(child);
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
  await eventually(() => expect(output).toContain("Ready"), { timeout: 60_000 });
  auths.add(port);
  return child;
};

const startGateway = async (): Promise<GatewayProcess> => {
  const gateway = await scene.startGateway({
    drainDelayMs: delayMs,
    authUrl: auths.url,
    authClientSecret: authEnvironment["TOPOLO_AUTH_CLIENT_SECRET"] ?? "",
    dashboardPort: portIn(pages),
  });
  gateways.add(Number(new URL(gateway.url).port));
  return gateway;
};

beforeAll(async () => {
  scene = await openFaultScene({ name: "replacing", overrides: { drainTimeoutMs: 8_000 } });
  [gateways, auths, authDatabase, pages] = await Promise.all([
    openConnectionBalancer(lookMs),
    openConnectionBalancer(lookMs),
    createTestDatabase(),
    openPages(),
  ]);
  authFolder = await mkdtemp(join(tmpdir(), "nexus-auths-"));
  const key = (): string => crypto.getRandomValues(Buffer.alloc(32)).toString("base64");
  authEnvironment = {
    NODE_ENV: "development",
    PATH: process.env["PATH"],
    ...compiledCode,
    DATABASE_URL: authDatabase.url,
    AUTH_PUBLIC_URL: auths.url.replace("127.0.0.1", "localhost"),
    AUTH_ENCRYPTION_KEY: key(),
    NEXTAUTH_SECRET: key(),
    TOPOLO_AUTH_CLIENT_SECRET: key(),
    HOST: "127.0.0.1",
    NEXUS_SANDBOX: "off",
    NEXUS_DASHBOARD: "off",
    NEXUS_DRAIN_DELAY_MS: String(delayMs),
    LOG_LEVEL: "warn",
  };
}, 120_000);
afterAll(async () => {
  for (const child of authProcesses) child.kill("SIGKILL");
  await Promise.all([gateways.close(), auths.close()]);
  await scene.close();
  pages.close();
  await authDatabase.drop();
  await rm(authFolder, { recursive: true, force: true });
});

const stop = async (child: ChildProcess): Promise<number | null> => {
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  await gone;
  return child.exitCode;
};

it("no call, no stream, no page and no question to Auth is lost", { timeout: 240_000 }, async () => {
  const oldAuths = [await startAuth(), await startAuth()];
  const oldGateways = [await startGateway(), await startGateway()];
  const [firstRun = ""] = globSync(`${authFolder}/*/first-run.json`);
  const { apiKey }: { apiKey: string } = JSON.parse(await readFile(firstRun, "utf8"));
  const over = new AbortController();
  const seen = new Map<string, number>();
  const note = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
  const repeat = async (pauseMs: number, act: (turn: number) => Promise<string>): Promise<void> => {
    for (let turn = 0; !over.signal.aborted; turn += 1) {
      note(
        await act(turn).catch((error: unknown) => `${String(error)} ${String(Reflect.get(Object(error), "cause"))}`),
      );
      await sleep(pauseMs);
    }
  };
  const call = async (turn: number): Promise<string> => {
    const stream = turn % 3 === 2;
    const answer = await fetch(`${gateways.url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({
        model: "openai/gpt-4o-mini",
        messages: [{ role: "user", content: stream ? "On and on. [[words:60]] [[sandbox:pace]]" : "Hello." }],
        stream,
      }),
    });
    const text = await answer.text();
    const isWhole = answer.status === 200 && (!stream || text.trimEnd().endsWith("data: [DONE]"));
    return isWhole ? (stream ? "a stream" : "a call") : `${answer.status} ${text.slice(0, 200)}`;
  };
  // What nothing of Auth's is reused for: each asks it.
  const read = async (): Promise<string> => {
    const answer = await fetch(`${gateways.url}/api/usage/summary?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z`, {
      headers: { authorization: `Bearer ${apiKey}` },
    });
    const text = await answer.text();
    return answer.status === 200 ? "a read" : `${answer.status} ${text.slice(0, 200)}`;
  };
  const look = async (): Promise<string> => {
    const answer = await fetch(`${gateways.url}/welcome`);
    const text = await answer.text();
    return text === "a page" ? text : `${answer.status} ${text.slice(0, 200)}`;
  };
  const load = [
    ...Array.from({ length: 4 }, () => repeat(20, call)),
    ...Array.from({ length: 3 }, () => repeat(30, read)),
    ...Array.from({ length: 3 }, () => repeat(20, look)),
  ];
  try {
    for (const auth of oldAuths) {
      await startAuth();
      expect(await stop(auth)).toBe(0);
    }
    for (const gateway of oldGateways) {
      await startGateway();
      const stopped = gateway.stop();
      // Whoever was connected has gone elsewhere while it still answers, and not because it closed a connection.
      const port = Number(new URL(gateway.url).port);
      await eventually(() => expect(gateways.connectionsTo(port)).toBe(0));
      expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
      expect(await stopped).toBe(0);
    }
    await sleep(500);
  } finally {
    over.abort();
  }
  await Promise.all(load);
  expect([...seen.keys()].toSorted()).toEqual(["a call", "a page", "a read", "a stream"]);
  expect(Math.min(...seen.values())).toBeGreaterThan(40);
});
