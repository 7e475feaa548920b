import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { batchFollowing } from "../../server/assembly/batch-following.ts";
import { followBatches } from "../../server/transport/batches/index.ts";
import { freePorts } from "../../test/free-ports.ts";
import { openListeningGateway, type ListeningGateway } from "../../test/listening-gateway.ts";
import { startOwnPostgres } from "../faults/own-postgres.ts";
import { openDeps } from "../fuzz/run-bound.ts";
import { ensurePython, pythonMissing } from "./python-venv.ts";
import { driveFile, sdkClients, type SdkClient } from "./sdk-clients.ts";

// `npm run sdks [openai-python] [langchain] …`: vendors' clients and frameworks, unmodified and told nothing but a base URL
// and a key, use a live gateway whose vendors are the sandbox. What one cannot do fails, and so does a call whose ledger row
// is not settled at the end.

const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const Told = z.strictObject({ shown: z.string(), wrong: z.string().optional() });
type Told = z.infer<typeof Told>;

const here = import.meta.dirname;
const nowhere = "http://127.0.0.1:9";

/** The variables by which each maker's client finds its vendor; every address but loopback leads nowhere. */
const variables = ({ url }: ListeningGateway, credential: string, home: string): NodeJS.ProcessEnv => ({
  NODE_ENV: "production",
  PATH: process.env.PATH,
  HOME: home,
  PYTHONPATH: join(here, "python"),
  PYTHONDONTWRITEBYTECODE: "1",
  OPENAI_BASE_URL: `${url}/v1`,
  OPENAI_API_KEY: credential,
  ANTHROPIC_API_KEY: credential,
  GOOGLE_GEMINI_BASE_URL: url,
  GEMINI_API_KEY: credential,
  GOOGLE_GENERATIVE_AI_API_KEY: credential,
  OPENAI_AGENTS_DISABLE_TRACING: "1",
  LANGSMITH_TRACING: "false",
  HTTP_PROXY: nowhere,
  HTTPS_PROXY: nowhere,
  NO_PROXY: "127.0.0.1,localhost",
});

/** Where a client's own convention differs: the AI SDK's providers want the version in the base URL. */
const ownVariables = ({ name }: SdkClient, { url }: ListeningGateway): NodeJS.ProcessEnv =>
  name === "ai-sdk"
    ? {
        NODE_ENV: "production",
        ANTHROPIC_BASE_URL: `${url}/v1`,
        GOOGLE_GENERATIVE_AI_BASE_URL: `${url}/v1beta`,
      }
    : { NODE_ENV: "production", ANTHROPIC_BASE_URL: url };

const drive = (command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<readonly Told[]> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    const printed: Buffer[] = [];
    const complained: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => void printed.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => void complained.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code !== 0) {
        const said = Buffer.concat(complained).toString("utf8").slice(-2_000);
        reject(new Error(`${args.join(" ")} ended with ${code}:\n${said}`));
        return;
      }
      const lines = Buffer.concat(printed).toString("utf8").trim().split("\n");
      resolve(lines.map((line) => Told.parse(JSON.parse(line))));
    });
  });

/** Asks the vendors about batches again and again, as a process of the product does. */
const followAlong = (gateway: ListeningGateway): (() => Promise<void>) => {
  const stopping = new AbortController();
  const following = (async () => {
    while (!stopping.signal.aborted) {
      await followBatches({ gateway: gateway.gateway, deps: gateway.deps, ...batchFollowing(gateway.runtime) });
      await pause(500);
    }
  })();
  return async () => {
    stopping.abort();
    await following;
  };
};

/** How many rows are not at their end; what callers left is read to its end first. */
const unsettledAt = async (gateway: ListeningGateway, organizationId: string): Promise<number> => {
  const until = Date.now() + 30_000;
  for (;;) {
    const rows = await gateway.rows(organizationId);
    const open = rows.filter(({ state }) => state === "open" || state === "uncertain").length;
    if (open === 0 || Date.now() > until) return open;
    await pause(200);
  }
};

const tryOut = async (client: SdkClient, gateway: ListeningGateway, home: string): Promise<readonly Told[]> => {
  const { credential, organizationId } = gateway.issue();
  const command = client.language === "python" ? ensurePython() : process.execPath;
  const flags = client.language === "python" ? [] : ["--disable-warning=ExperimentalWarning"];
  const env = { ...variables(gateway, credential, home), ...ownVariables(client, gateway) };
  const told = await drive(command, [...flags, driveFile(client)], env);
  const unsettled = await unsettledAt(gateway, organizationId);
  const rows = await gateway.rows(organizationId);
  const wrong = told.filter((one) => one.wrong !== undefined);
  for (const one of wrong) print({ client: client.name, ...one });
  const held = told.length > 0 && wrong.length === 0 && unsettled === 0 && rows.length > 0;
  print({
    client: client.name,
    shown: told.length,
    wrong: wrong.length,
    calls: rows.length,
    unsettled,
    verdict: held ? "passed" : "failed",
  });
  if (!held) process.exitCode = 1;
  return told;
};

/** What each client has shown, one beside the other. */
const tableOf = (all: ReadonlyMap<string, readonly Told[]>): string => {
  const clients = [...all.keys()];
  const shows = [...new Set([...all.values()].flatMap((told) => told.map(({ shown }) => shown)))];
  const cell = (client: string, shown: string): string => {
    const told = all.get(client)?.find((one) => one.shown === shown);
    if (told === undefined) return "–";
    return told.wrong === undefined ? "yes" : "WRONG";
  };
  const rows = [
    ["", ...clients],
    ["---", ...clients.map(() => "---")],
    ...shows.map((shown) => [shown, ...clients.map((client) => cell(client, shown))]),
  ];
  return `${rows.map((row) => `| ${row.join(" | ")} |`).join("\n")}\n`;
};

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !sdkClients.some((client) => client.name === name));
if (unknown !== undefined)
  throw new Error(`no client ${unknown}: there are ${sdkClients.map(({ name }) => name).join(", ")}`);

const folder = mkdtempSync(join(tmpdir(), "nexus-sdks-"));
const postgres = await startOwnPostgres(join(folder, "postgres"));
try {
  const base = await openDeps(postgres.databaseUrl);
  const [port = 0] = await freePorts(1);
  const gateway = await openListeningGateway({
    port,
    opened: { base, vendorKey: `sk-sdks-${randomBytes(12).toString("hex")}` },
  });
  const stopFollowing = followAlong(gateway);
  const shown = new Map<string, readonly Told[]>();
  try {
    for (const client of sdkClients) {
      if (wanted.length > 0 && !wanted.includes(client.name)) continue;
      const missing = client.language === "python" ? pythonMissing() : undefined;
      if (missing !== undefined) print({ client: client.name, verdict: "skipped", because: missing });
      else shown.set(client.name, await tryOut(client, gateway, folder));
    }
  } finally {
    await stopFollowing();
    await gateway.close();
  }
  process.stdout.write(`\n${tableOf(shown)}`);
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
