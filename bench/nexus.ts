import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { childrenOf } from "./children-of.ts";
import { freePort, waitFor, type Running } from "./upstream.ts";

/** The whole product, with an instant upstream in place of OpenAI. */
export interface RunningNexus extends Running {
  readonly apiKey: string;
  readonly authUrl: string;
  readonly dataDir: string;
  /** The gateway processes that answer; the one that stands by for them is younger than they are. */
  readonly workerPids: () => Promise<number[]>;
}

export interface StartNexus {
  readonly upstream: string;
  readonly workers: number;
  /** Flags for the product's Node, a CPU profile for one. */
  readonly nodeFlags?: readonly string[];
  /** Settings beside the benchmarks' own. */
  readonly env?: Readonly<Record<string, string>>;
  /** The checkout whose product is started; this one unless told otherwise. */
  readonly checkout?: string;
  /** A data folder that is kept; a new one that is removed unless told otherwise. */
  readonly keptIn?: string | undefined;
}

const root = join(import.meta.dirname, "..");
/** Also of a checkout whose code was never compiled, on a machine that does other things. */
const readyMs = 900_000;
/** Of a folder that is kept, whose big tables may have to be migrated first. */
const migratedMs = 1_800_000;

const isWorker = async (pid: number): Promise<boolean> =>
  (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).includes("worker.ts");

const apiKeyOf = async (dataDir: string): Promise<string> => {
  const facts: unknown = JSON.parse(await readFile(join(dataDir, "first-run.json"), "utf8"));
  if (typeof facts !== "object" || facts === null || !("apiKey" in facts) || typeof facts.apiKey !== "string")
    throw new Error("first-run.json has no apiKey");
  return facts.apiKey;
};

export const startNexus = async ({
  upstream,
  workers,
  nodeFlags = [],
  env = {},
  checkout = root,
  keptIn,
}: StartNexus): Promise<RunningNexus> => {
  if (keptIn !== undefined) await mkdir(keptIn, { recursive: true, mode: 0o700 });
  const dataDir = keptIn ?? (await mkdtemp(join(tmpdir(), "nexus-bench-data-")));
  const [port, authPort] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...nodeFlags, "server/main.ts"], {
    cwd: checkout,
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      NODE_ENV: "test",
      NEXUS_DATA_DIR: dataDir,
      PORT: String(port),
      AUTH_PORT: String(authPort),
      NEXUS_SANDBOX: "off",
      NEXUS_DASHBOARD: "off",
      NEXUS_WORKERS: String(workers),
      NEXUS_EGRESS_ALLOW: new URL(upstream).host,
      PLATFORM_OPENAI_API_KEY: "sk-bench",
      PLATFORM_OPENAI_BASE_URL: `${upstream}/v1`,
      LOG_LEVEL: "warn",
      ...env,
    },
  });
  const url = `http://localhost:${port}`;
  const gone = once(child, "exit");
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await gone;
    if (keptIn === undefined) await rm(dataDir, { recursive: true, force: true });
  };
  const ended = gone.then(([code]) => {
    throw new Error(`Nexus ended with ${String(code)} before it was ready`);
  });
  const ready = waitFor(
    "Nexus",
    async () => (await fetch(`${url}/health/ready`)).ok,
    keptIn === undefined ? readyMs : migratedMs,
  );
  const apiKey = await Promise.race([ready, ended])
    .then(() => apiKeyOf(dataDir))
    .catch(async (error: unknown) => {
      await stop();
      throw error;
    });
  const pid = child.pid ?? 0;
  return {
    url,
    pid,
    apiKey,
    authUrl: `http://localhost:${authPort}`,
    dataDir,
    workerPids: async () => {
      const children = (await childrenOf(pid)).toSorted((a, b) => a - b);
      const flags = await Promise.all(children.map(isWorker));
      return children.filter((_, index) => flags[index]).slice(0, workers);
    },
    stop,
  };
};
