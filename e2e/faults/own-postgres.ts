import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { appendFile, chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Client } from "pg";
import { stopPostmaster } from "../../server/platform/db/embedded.ts";
import type { PostgresBinaries } from "../../server/platform/db/postgres-binaries.ts";
import { migrate } from "../../server/platform/db/migrate.ts";
import {
  initCluster,
  openPostgresCluster,
  startPostmaster,
  type PostgresCluster,
} from "../../server/platform/db/run-postgres.ts";
import { freePorts } from "../../test/free-ports.ts";
import type { Host } from "./hosts/host-network.ts";

/** A PostgreSQL on a port that outlives its process, so that it can be killed and started again under its clients. */
export interface OwnPostgres {
  readonly databaseUrl: string;
  /** `kill -9` of the postmaster alone. Resolves with its process id. */
  readonly kill: () => Promise<number>;
  /** SIGSTOP of the postmaster and all its processes, as when a host is suspended; resolves with their number. */
  readonly pause: () => Promise<number>;
  /** SIGCONT of those that were paused. */
  readonly resume: () => void;
  /** Whether its postmaster runs. */
  readonly alive: () => Promise<boolean>;
  /** An orderly, fast shutdown; `restart` brings it back. */
  readonly halt: () => Promise<void>;
  /** Starts it again on the same folder and port; resolves once it answers. */
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const answers = async (connectionString: string): Promise<boolean> => {
  const client = new Client({ connectionString, connectionTimeoutMillis: 1_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
};

const createDatabase = async (connectionString: string, name: string): Promise<void> => {
  const client = new Client({ connectionString });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
};

const root = join(import.meta.dirname, "..", "..", "prisma");

const run = promisify(execFile);

/** Processes whose parent this one is: as Linux tells it, elsewhere as `ps` does, which slim images lack. */
const childrenOf = async (pid: number): Promise<number[]> => {
  const list = existsSync("/proc/self/stat")
    ? await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")
    : (await run("ps", ["-A", "-o", "pid=,ppid="])).stdout
        .split("\n")
        .map((line) => line.trim().split(/\s+/))
        .flatMap(([child, parent]) => (Number(parent) === pid ? [child] : []))
        .join(" ");
  return list.split(" ").filter(Boolean).map(Number);
};

const signal = (pid: number, name: NodeJS.Signals | 0): boolean => {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
};

interface OwnPostgresOptions {
  /** Another PostgreSQL than the embedded one. */
  readonly binaries?: PostgresBinaries | undefined;
  /** Leave the database empty. */
  readonly bare?: boolean;
  /** Runs there, and listens for the other hosts. */
  readonly host?: Host | undefined;
}

/** The same server in a host's network, as the user it runs under; its folder can be entered from above. */
const onHost = async (
  dataDir: string,
  cluster: PostgresCluster,
  { command, address }: Host,
): Promise<PostgresCluster> => {
  const { user, binaries, dir } = cluster;
  await chmod(dataDir, 0o711);
  const script = join(dataDir, "postgres-on-host");
  const asUser = user ? `--setuid ${user.uid} --setgid ${user.gid}` : "";
  await writeFile(script, `#!/bin/sh\nexec ${command.join(" ")} ${asUser} -- ${binaries.postgres} "$@"\n`, {
    mode: 0o755,
  });
  await appendFile(join(dir, "pg_hba.conf"), `host all all ${address}/24 scram-sha-256\n`);
  return { ...cluster, user: undefined, binaries: { ...binaries, postgres: script } };
};

/** A fresh cluster with one migrated database. */
export const startOwnPostgres = async (
  dataDir: string,
  settings: Readonly<Record<string, string>> = {},
  { binaries, bare = false, host }: OwnPostgresOptions = {},
): Promise<OwnPostgres> => {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const databaseDir = join(dataDir, "postgres");
  const [[port = 0], password] = [await freePorts(1), randomBytes(12).toString("hex")];
  const url = (database: string): string =>
    `postgresql://nexus:${password}@${host?.address ?? "127.0.0.1"}:${port}/${database}`;
  const opened = await openPostgresCluster(databaseDir, () => undefined);
  const cluster = binaries === undefined ? opened : { ...opened, binaries };
  let running: PostgresCluster = cluster;
  const start = (): Promise<void> =>
    startPostmaster(running, port, {
      max_connections: "200",
      shared_buffers: "64MB",
      ...(host && { listen_addresses: "*" }),
      ...settings,
    });
  const postmaster = async (): Promise<number> =>
    Number((await readFile(join(databaseDir, "postmaster.pid"), "utf8")).split("\n")[0]);
  let paused: number[] = [];
  const halt = (): Promise<void> => stopPostmaster(databaseDir);
  await initCluster(cluster, "nexus", password);
  if (host) running = await onHost(dataDir, cluster, host);
  await start();
  await createDatabase(url("postgres"), "nexus");
  const databaseUrl = url("nexus");
  for (const schema of bare ? [] : (["nexus", "auth"] as const))
    await migrate({ connectionString: databaseUrl, schema, folder: join(root, schema) });

  return {
    databaseUrl,
    kill: async () => {
      const pid = await postmaster();
      process.kill(pid, "SIGKILL");
      return pid;
    },
    pause: async () => {
      const pid = await postmaster();
      // The postmaster first, so that nobody is born meanwhile.
      signal(pid, "SIGSTOP");
      paused = [pid, ...(await childrenOf(pid))].filter((each) => signal(each, "SIGSTOP"));
      return paused.length;
    },
    resume: () => {
      for (const pid of paused) signal(pid, "SIGCONT");
      paused = [];
    },
    alive: () =>
      postmaster().then(
        (pid) => signal(pid, 0),
        () => false,
      ),
    halt,
    restart: async () => {
      // Backends notice the postmaster's death by themselves; until then the shared memory is theirs.
      for (let left = 40; ; left -= 1) {
        try {
          await start();
          break;
        } catch (error) {
          if (left === 0) throw error instanceof Error ? error : new Error("PostgreSQL did not start again");
          await sleep(250);
        }
      }
      while (!(await answers(databaseUrl))) await sleep(100);
    },
    stop: halt,
  };
};
