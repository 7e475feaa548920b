import { fork, type ChildProcess } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { WorkerConfig } from "../../server/assembly/worker-config.ts";
import { compiledCode } from "../../test/compiled-code.ts";
import { compiledProgram } from "../../test/compiled-program.ts";
import type { Host } from "./hosts/host-network.ts";

/** A gateway process of the product, started and ended by whoever tests it. */
export interface GatewayProcess {
  readonly url: string;
  readonly pid: number;
  readonly alive: () => boolean;
  /** `kill -9`; resolves when the process is gone. */
  readonly kill: () => Promise<void>;
  /** SIGTERM; resolves with the exit code, null where a signal ended it. */
  readonly stop: () => Promise<number | null>;
  /** SIGSTOP, and SIGCONT: it keeps its sockets and knows nothing of the time between. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** What the end of its parent would be to it. */
  readonly orphan: () => void;
  /** Nobody reads its standard output and error any more. */
  readonly breakPipes: () => void;
  /** Resolves with the exit code once it has gone. */
  readonly gone: () => Promise<number | null>;
}

/** One text of one file of the product, replaced before it runs: the product as somebody might have broken it. */
export interface SourceMutation {
  /** Path from the project's root. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

interface StartGateway {
  readonly config: WorkerConfig;
  /** What it prints goes here. */
  readonly outputFile: string;
  /** How far its host's wall clock is ahead of ours. */
  readonly clockOffsetMs?: number;
  /** A difference in ms that is written there takes its place at once. */
  readonly clockFile?: string | undefined;
  readonly mutation?: SourceMutation | undefined;
  readonly worker?: GatewayWorker | undefined;
  /** Runs in its network. */
  readonly host?: Pick<Host, "command"> | undefined;
}

/** Another module than the product's own to start a gateway with: the product with something added. */
export interface GatewayWorker {
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
}

const worker = "server/worker.ts";
const sourceOfWorker = join(import.meta.dirname, "..", "..", worker);
const mutator = pathToFileURL(join(import.meta.dirname, "mutate-source.ts")).href;
const shiftedClock = pathToFileURL(join(import.meta.dirname, "shifted-clock.ts")).href;

/** What a Node process needs so that its wall clock is off, and jumps to what is written into the file; nothing for 0. */
export const withShiftedClock = (offsetMs: number, file?: string) =>
  offsetMs === 0 && file === undefined
    ? { execArgv: [], env: {} }
    : {
        execArgv: ["--import", shiftedClock],
        env: {
          NEXUS_TEST_CLOCK_OFFSET_MS: String(offsetMs),
          ...(file === undefined ? {} : { NEXUS_TEST_CLOCK_FILE: file }),
        },
      };

interface Message {
  readonly type: "config" | "ready" | "failed";
  readonly detail?: unknown;
}

const isMessage = (value: unknown): value is Message => typeof value === "object" && value !== null && "type" in value;

const portOf = (detail: unknown): number => {
  if (typeof detail === "object" && detail !== null && "port" in detail && typeof detail.port === "number")
    return detail.port;
  throw new Error("the gateway did not say its port");
};

const gone = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((resolve) => child.once("exit", (code) => resolve(code)));

/** Starts one worker over the channel the product uses. */
export const startGateway = async ({
  config,
  outputFile,
  clockOffsetMs = 0,
  mutation,
  clockFile,
  worker: other,
  host,
}: StartGateway): Promise<GatewayProcess> => {
  const clock = withShiftedClock(clockOffsetMs, clockFile);
  const [program = process.execPath, ...before] = host ? [...host.command, process.execPath] : [];
  const child = fork(other?.file ?? (mutation ? sourceOfWorker : compiledProgram(worker)), [], {
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      NODE_ENV: "production",
      ...compiledCode,
      ...(mutation ? { MUTATION: JSON.stringify(mutation) } : {}),
      ...clock.env,
      ...other?.env,
    },
    execPath: program,
    execArgv: [
      ...before,
      "--disable-proto=delete",
      "--disable-warning=ExperimentalWarning",
      ...(mutation ? ["--import", mutator] : []),
      ...clock.execArgv,
    ],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const output = createWriteStream(outputFile, { flags: "a" });
  for (const pipe of [child.stdout, child.stderr]) pipe?.pipe(output, { end: false });
  child.once("close", () => output.end());
  const port = await new Promise<number>((resolve, reject) => {
    child.on("message", (message) => {
      if (!isMessage(message)) return;
      if (message.type === "config") child.send({ config });
      else if (message.type === "ready") resolve(portOf(message.detail));
      else reject(new Error(`the gateway could not start: ${String(message.detail)}`));
    });
    child.once("error", reject);
    child.once("exit", (code, signal) =>
      reject(new Error(`the gateway ended with ${signal ?? code} before it was ready; see ${outputFile}`)),
    );
  });
  return {
    url: `http://${config.host}:${port}`,
    pid: child.pid ?? 0,
    alive: () => child.exitCode === null && child.signalCode === null,
    kill: async () => {
      child.kill("SIGKILL");
      await gone(child);
    },
    stop: async () => {
      child.kill("SIGTERM");
      return gone(child);
    },
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    orphan: () => child.disconnect(),
    breakPipes: () => {
      for (const pipe of [child.stdout, child.stderr]) pipe?.destroy();
    },
    gone: () => gone(child),
  };
};
