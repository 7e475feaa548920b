import { join } from "node:path";
import { ensureDatabase, startEmbeddedPostgres, type EmbeddedServer } from "../platform/db/embedded.ts";
import { migrate, migrationState } from "../platform/db/migrate.ts";
import type { MigrationState } from "../platform/db/migration-history.ts";
import { projectRoot } from "../platform/own-files.ts";
import { requireSupportedServer } from "../platform/db/supported-server.ts";
import type { Env } from "../platform/env.ts";
import type { Logger } from "../platform/logger.ts";

/** Addresses of the databases, and how to stop the one that is ours. */
export interface Databases {
  readonly nexusUrl: string;
  readonly authUrl: string;
  readonly embedded: boolean;
  /** Ours was running already: the process that started it was killed, or is another one. */
  readonly adopted: boolean;
  readonly stop: () => Promise<void>;
}

const superviseMs = 1_000;

/** How often a server that does not start is logged: on a full disk that can last for hours. */
const tellAgainMs = 60_000;

/** Starts our own PostgreSQL again when it dies; the gateway's connections come back by themselves. */
const supervise = (server: EmbeddedServer, log: Logger): (() => Promise<void>) => {
  let stopped = false;
  let timer: NodeJS.Timeout;
  let checking = Promise.resolve();
  let toldAt = -Infinity;
  const check = async (): Promise<void> => {
    try {
      if (await server.revive()) log.error("the embedded PostgreSQL had ended; it was started again");
      toldAt = -Infinity;
    } catch (error) {
      if (performance.now() - toldAt > tellAgainMs) {
        toldAt = performance.now();
        log.error({ err: error }, "the embedded PostgreSQL ended and does not start; trying again");
      }
    }
    if (!stopped) schedule();
  };
  const schedule = (): void => {
    timer = setTimeout(() => {
      checking = check();
    }, superviseMs);
  };
  schedule();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await checking;
    await server.stop();
  };
};

/** The operator's PostgreSQL, or one of our own in the data folder. */
export const startDatabase = async (env: Env, dataDir: string, log: Logger): Promise<Databases> => {
  if (env.DATABASE_URL) {
    await requireSupportedServer(env.DATABASE_URL, log);
    if (env.AUTH_DATABASE_URL) await requireSupportedServer(env.AUTH_DATABASE_URL, log);
    return {
      nexusUrl: env.DATABASE_URL,
      authUrl: env.AUTH_DATABASE_URL ?? env.DATABASE_URL,
      embedded: false,
      adopted: false,
      stop: async () => undefined,
    };
  }
  const server = await startEmbeddedPostgres({ dataDir, log, maxConnections: 200 });
  const nexusUrl = await ensureDatabase(server, "nexus");
  return {
    nexusUrl,
    authUrl: env.AUTH_DATABASE_URL ?? nexusUrl,
    embedded: true,
    adopted: server.adopted,
    stop: supervise(server, log),
  };
};

/** What the checked-in migrations and a database make of each other. */
export const migrationStateOf = (connectionString: string, schema: "nexus" | "auth"): Promise<MigrationState> =>
  migrationState({ connectionString, schema, folder: join(prismaFolder, schema) });

const prismaFolder = join(projectRoot, "prisma");

const migrateOne = (connectionString: string, schema: "nexus" | "auth", log: Logger): Promise<readonly string[]> =>
  migrate({
    connectionString,
    schema,
    folder: join(prismaFolder, schema),
    onStep: ({ name, how }) => {
      if (how === "found") log.warn({ schema, migration: name }, "migration was there without its record; recorded");
      else log.info({ schema, migration: name }, "migration applied");
    },
  });

/** Brings the schema of Auth up to date; refuses where the history does not fit. */
export const migrateAuth = (databases: Databases, log: Logger): Promise<readonly string[]> =>
  migrateOne(databases.authUrl, "auth", log);

/** Brings both schemas up to date; refuses where the history does not fit. */
export const migrateDatabases = async (
  databases: Pick<Databases, "nexusUrl" | "authUrl">,
  withAuth: boolean,
  log: Logger,
): Promise<number> => {
  const nexus = await migrateOne(databases.nexusUrl, "nexus", log);
  const auth = withAuth ? await migrateOne(databases.authUrl, "auth", log) : [];
  return nexus.length + auth.length;
};
