import { fork, type ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import type { WorkerConfig } from "../../server/assembly/worker-config.ts";

/** A gateway process of the product, started and ended by whoever tests it. */
export interface GatewayProcess {
  readonly url: string;
  readonly pid: number;
  readonly alive: () => boolean;
  /** `kill -9`; resolves when the process is gone. */
  readonly kill: () => Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  readonly stop: () => Promise<number | null>;
}

const worker = join(import.meta.dirname, "..", "..", "server", "worker.ts");

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

/** Starts one worker over the channel the product uses. What it prints goes into `outputFile`. */
export const startGateway = async (config: WorkerConfig, outputFile: string): Promise<GatewayProcess> => {
  const output = openSync(outputFile, "a");
  const child = fork(worker, [], {
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], NODE_ENV: "production" },
    execArgv: ["--disable-proto=delete", "--disable-warning=ExperimentalWarning"],
    stdio: ["ignore", output, output, "ipc"],
  });
  closeSync(output);
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
    url: `http://127.0.0.1:${port}`,
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
  };
};
