import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { WorkerConfig } from "../../../server/assembly/worker-config.ts";
import { forkChild } from "../../../server/process/fork-child.ts";
import type { TestGateway } from "../../../test/gateway.ts";

/** Keys and pepper that all processes of a run share. */
export interface SharedSecrets {
  readonly encryptionKeys: string;
  readonly tokenPepper: string;
}

/** Processes that carry out what is queued. */
export interface QueueProcesses {
  /** Resolves once it works. */
  readonly start: () => Promise<void>;
  /** `kill -9` of one of them, by a number in [0, 1). */
  readonly kill: (which: number) => Promise<void>;
  readonly end: () => Promise<void>;
}

const configOf = ({ sandbox, deps }: TestGateway, secrets: SharedSecrets): WorkerConfig => {
  const hosts = [sandbox.url, ...Object.values(sandbox.acting).map(({ baseUrl }) => baseUrl)].map(
    (url) => new URL(url).host,
  );
  return {
    databaseUrl: deps.url,
    redisUrl: undefined,
    port: 0,
    host: "127.0.0.1",
    reusePort: false,
    // Nobody calls them, and what they queue was let in before.
    publicUrl: "http://127.0.0.1:9",
    authUrl: "http://127.0.0.1:9",
    authClientSecret: "none",
    authCacheMs: 0,
    ...secrets,
    platformSuperAdminUserId: undefined,
    egressAllow: hosts,
    sandboxHosts: hosts,
    callTimeoutMs: 5_000,
    backgroundTimeoutMs: 5_000,
    drainTimeoutMs: 5_000,
    uncertainSettleAfterMs: 60_000,
    orphanAfterMs: 12_000,
    requireDurability: true,
    dashboardPort: undefined,
    metricsToken: undefined,
    logLevel: "silent",
    logFile: undefined,
    dataDir: undefined,
  };
};

const killed = async (child: ChildProcess): Promise<void> => {
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
};

/** Processes on the database and the sandbox of a test gateway. */
export const openQueueProcesses = (test: TestGateway, secrets: SharedSecrets): QueueProcesses => {
  const running = new Set<ChildProcess>();
  return {
    start: async () => {
      const child = forkChild({ file: join(import.meta.dirname, "queue-process.ts"), env: process.env });
      child.stdout?.resume();
      child.stderr?.resume();
      running.add(child);
      child.once("exit", () => running.delete(child));
      child.send(configOf(test, secrets));
      await once(child, "message");
    },
    kill: async (which) => {
      const victims = [...running];
      const victim = victims[Math.floor(which * victims.length)];
      if (victim) await killed(victim);
    },
    end: async () => {
      await Promise.all([...running].map(killed));
    },
  };
};
