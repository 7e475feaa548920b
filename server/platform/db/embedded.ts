import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { totalmem } from "node:os";
import { join } from "node:path";
import { escapeIdentifier } from "pg";
import { DataFolderError } from "../data-folder-error.ts";
import type { Logger } from "../logger.ts";
import { readText, writePrivateFile } from "../private-file.ts";
import { connect } from "./connect.ts";
import { initCluster, openPostgresCluster, PostgresFailed, startPostmaster } from "./run-postgres.ts";

interface StartEmbedded {
  /** Holds `postgres/` (the cluster) and `postgres.json` (its port and generated password, mode 600). */
  readonly dataDir: string;
  readonly log: Logger;
  readonly maxConnections?: number;
}

/** A running PostgreSQL of our own, or one adopted because it was already running on the same folder. */
export interface EmbeddedServer {
  /** Superuser address of a database. */
  readonly urlOf: (database: string) => string;
  readonly adopted: boolean;
  /** Starts it again on the same port where it has died; true if it had. */
  readonly revive: () => Promise<boolean>;
  /** Also stops one that was adopted. */
  readonly stop: () => Promise<void>;
}

interface Identity {
  readonly port: number;
  readonly password: string;
}

const user = "nexus";

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });

const isIdentity = (value: unknown): value is Identity =>
  typeof value === "object" &&
  value !== null &&
  "port" in value &&
  typeof value.port === "number" &&
  "password" in value &&
  typeof value.password === "string";

const readIdentity = async (file: string): Promise<Identity | undefined> => {
  if (!existsSync(file)) return undefined;
  const text = await readText(file);
  try {
    const parsed: unknown = JSON.parse(text ?? "");
    return isIdentity(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
};

/** Written whole, even if the power fails: the password is stored nowhere else. */
const writeIdentity = (file: string, identity: Identity) => writePrivateFile(file, JSON.stringify(identity));

const address = ({ port, password }: Identity, database: string) =>
  `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;

const answers = async (url: string): Promise<boolean> => {
  try {
    const connection = await connect({
      connectionString: url,
      applicationName: "nexus-start",
      statementTimeoutMs: 1_500,
      connectTimeoutMs: 1_500,
    });
    try {
      await connection.client.query("select 1");
      return true;
    } finally {
      await connection.close();
    }
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "28P01") throw new WrongPassword();
    return false;
  }
};

/** The server answers, but the password is not its own. */
class WrongPassword extends Error {}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
};

/** After a restart of the machine another program may have this process id. */
const isPostgres = async (pid: number): Promise<boolean> => {
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "postgres");
  return command.includes("postgres");
};

/** The process id in `postmaster.pid` if that process lives. */
const livePostmaster = async (clusterDir: string): Promise<number | undefined> => {
  const file = join(clusterDir, "postmaster.pid");
  if (!existsSync(file)) return undefined;
  const pid = Number((await readFile(file, "utf8")).split("\n")[0]);
  if (Number.isInteger(pid) && pid > 0 && isAlive(pid) && (await isPostgres(pid))) return pid;
  await rm(file, { force: true });
  return undefined;
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const stopMs = 30_000;

/** Ends sessions, writes a checkpoint and stops; after the deadline it stops without one. */
export const stopPostmaster = async (clusterDir: string): Promise<void> => {
  const pid = await livePostmaster(clusterDir);
  if (pid === undefined) return;
  process.kill(pid, "SIGINT");
  for (let waitedMs = 0; isAlive(pid); waitedMs += 50) {
    if (waitedMs === stopMs) process.kill(pid, "SIGQUIT");
    await pause(50);
  }
};

/** A server whose parent was killed may still be recovering. */
const answersSoon = async (clusterDir: string, url: string): Promise<boolean> => {
  for (let attempt = 0; attempt < 40 && (await livePostmaster(clusterDir)) !== undefined; attempt += 1) {
    if (await answers(url)) return true;
    await pause(250);
  }
  return false;
};

/** Faults that an operator has to fix; such lines never contain statements or their values. */
const needsOperator = /PANIC: |No space left on device|Disk quota exceeded|could not (write|extend|fsync|read)/;

const logOutput = (log: Logger, text: string): void => {
  log.debug({ source: "postgres" }, text.slice(0, 500));
  const line = text.split("\n").find((each) => needsOperator.test(each) && !/DETAIL: |STATEMENT: /.test(each));
  if (line !== undefined) log.error({ source: "postgres" }, line.slice(0, 500));
};

/** An eighth of what the machine or its container has, taken only as tables grow: a page of calls reads hundreds of pages of the database. */
const sharedBuffersMiB = (): number => {
  const bytes = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  return Math.min(1_024, Math.max(128, Math.floor(bytes / 8 / 1_048_576)));
};

/** Sessions of a server that was killed keep its memory for a moment. */
const leftovers = /pre-existing shared memory/;

const launch = async (
  { dataDir, log, maxConnections = 100 }: StartEmbedded,
  identity: Identity,
  fresh: boolean,
): Promise<void> => {
  try {
    const cluster = await openPostgresCluster(join(dataDir, "postgres"), (text) => logOutput(log, text));
    if (fresh) await initCluster(cluster, user, identity.password);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await startPostmaster(cluster, identity.port, {
          max_connections: String(maxConnections),
          shared_buffers: `${sharedBuffersMiB()}MB`,
        });
      } catch (error) {
        if (attempt === 10 || !(error instanceof PostgresFailed) || !leftovers.test(error.output)) throw error;
        await pause(500);
      }
    }
  } catch (error) {
    throw new Error(
      `The embedded PostgreSQL did not start: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
};

/** Initialises the cluster if needed and starts it on a loopback port; adopts one that already runs on the folder. */
export const startEmbeddedPostgres = async (options: StartEmbedded): Promise<EmbeddedServer> => {
  const { dataDir } = options;
  await mkdir(dataDir, { recursive: true });
  // Where root runs the cluster as another user without descriptors, that user must be able to enter the folder.
  await chmod(dataDir, process.getuid?.() === 0 && !existsSync("/proc/self/fd") ? 0o711 : 0o700);
  const clusterDir = join(dataDir, "postgres");
  const identityFile = join(dataDir, "postgres.json");
  const known = await readIdentity(identityFile);
  const fresh = !existsSync(join(clusterDir, "PG_VERSION"));
  if (!fresh && !known) {
    throw new DataFolderError(
      `The data folder holds a database, but ${identityFile} with its password is ${existsSync(identityFile) ? "damaged" : "missing"}. ` +
        "Restore that file from a backup, or from where the folder was copied; or move the whole folder away to start afresh.",
    );
  }
  const explainPassword = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof WrongPassword)) throw error;
      throw new DataFolderError(
        `The password in ${identityFile} is not that of the database in ${clusterDir}: one of the two comes from another installation. ` +
          "Put back the file that belongs to this database; or move the whole folder away to start afresh.",
      );
    }
  };
  const adopted =
    !fresh && known !== undefined && (await explainPassword(answersSoon(clusterDir, address(known, "postgres"))));
  const identity: Identity = adopted
    ? known
    : { port: await freePort(), password: known?.password ?? randomBytes(24).toString("base64url") };
  let stopped = false;
  if (!adopted) {
    await writeIdentity(identityFile, identity);
    await launch(options, identity, fresh);
    await explainPassword(answers(address(identity, "postgres"))).catch(async (error: unknown) => {
      await stopPostmaster(clusterDir);
      throw error;
    });
  }
  return {
    urlOf: (database) => address(identity, database),
    adopted,
    revive: async () => {
      if (stopped || (await livePostmaster(clusterDir)) !== undefined) return false;
      await launch(options, identity, false);
      return true;
    },
    stop: async () => {
      stopped = true;
      await stopPostmaster(clusterDir);
    },
  };
};

/** Superuser address of a database on the server that another process runs in the folder; undefined if none answers. */
export const runningEmbeddedUrl = async (dataDir: string, database: string): Promise<string | undefined> => {
  const identity = await readIdentity(join(dataDir, "postgres.json"));
  if (!identity) return undefined;
  const url = address(identity, database);
  return (await answersSoon(join(dataDir, "postgres"), url)) ? url : undefined;
};

/** Creates the database if it is not there. */
export const ensureDatabase = async (server: EmbeddedServer, database: string): Promise<string> => {
  const { client, close } = await connect({
    connectionString: server.urlOf("postgres"),
    applicationName: "nexus-start",
    statementTimeoutMs: 60_000,
  });
  try {
    const found = await client.query("select 1 from pg_database where datname = $1", [database]);
    if (found.rowCount === 0) await client.query(`create database ${escapeIdentifier(database)}`);
  } finally {
    await close();
  }
  return server.urlOf(database);
};
