import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { silentLogger } from "../logger.ts";
import { connect } from "./connect.ts";
import { openPool } from "./pool.ts";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import { escapeIdentifier } from "pg";
import type { MigrationList, SchemaEngine } from "@prisma/schema-engine-wasm";

interface Migrate {
  readonly connectionString: string;
  readonly schema: string;
  /** Folder with `schema.prisma` and `migrations/`. */
  readonly folder: string;
}

/** Names of migrations by what has become of them. */
export interface MigrationState {
  readonly pending: readonly string[];
  readonly failed: readonly string[];
  readonly edited: readonly string[];
  /** Applied to the database, but unknown to this version of the code. */
  readonly unknown: readonly string[];
}

const readMigrations = async (folder: string): Promise<MigrationList> => {
  const baseDir = join(folder, "migrations");
  const names = (await readdir(baseDir, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const migrationDirectories = await Promise.all(
    names.sort().map(async (path) => ({
      path,
      migrationFile: {
        path: "migration.sql",
        content: { tag: "ok" as const, value: await readFile(join(baseDir, path, "migration.sql"), "utf8") },
      },
    })),
  );
  const lockfile = {
    path: "migration_lock.toml",
    content: await readFile(join(baseDir, "migration_lock.toml"), "utf8"),
  };
  return { baseDir, lockfile, shadowDbInitScript: "", migrationDirectories };
};

const readSchema = async (folder: string): Promise<[string, string][]> => {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".prisma")).sort();
  return Promise.all(
    files.map(async (name): Promise<[string, string]> => [name, await readFile(join(folder, name), "utf8")]),
  );
};

const filters = { externalTables: [], externalEnums: [] };

/**
 * The adapter splits scripts at every semicolon, function bodies included. Sent whole, a script is also one implicit
 * transaction: a migration is applied or it is not.
 */
class WholeScripts extends PrismaPg {
  override async connect(): Promise<Awaited<ReturnType<PrismaPg["connect"]>>> {
    const adapter = await super.connect();
    adapter.executeScript = async (script) => {
      await adapter.underlyingDriver().query(script);
    };
    return adapter;
  }
}

/** Of one statement, waiting for another process's migrations included. */
const migrationLimitMs = 60 * 60_000;

/** Two processes that start at once migrate one after the other. */
const migrationLock = 0x6e6578;

const withEngine = async <T>(
  { connectionString, schema, folder }: Migrate,
  use: (engine: SchemaEngine, migrationsList: MigrationList) => Promise<T>,
): Promise<T> => {
  const { SchemaEngine: Engine } = await import("@prisma/schema-engine-wasm");
  const bounds = { connectionString, applicationName: "nexus-migrations", statementTimeoutMs: migrationLimitMs };
  const { client, close } = await connect({ ...bounds, connectTimeoutMs: 5_000 });
  const pool = openPool({ ...bounds, schema, maxConnections: 1, log: silentLogger });
  try {
    await client.query("select pg_advisory_lock($1)", [migrationLock]);
    await client.query(`create schema if not exists ${escapeIdentifier(schema)}`);
    const factory = bindMigrationAwareSqlAdapterFactory(new WholeScripts(pool, { schema }));
    const [datamodels, migrationsList] = await Promise.all([readSchema(folder), readMigrations(folder)]);
    const engine = await Engine.new({ datamodels }, () => undefined, factory);
    try {
      return await use(engine, migrationsList);
    } finally {
      engine.free();
    }
  } finally {
    await pool.end();
    await close();
  }
};

/** Compares the folder with the database, changing nothing but creating an absent schema. */
export const migrationState = (options: Migrate): Promise<MigrationState> =>
  withEngine(options, async (engine, migrationsList) => {
    const found = await engine.diagnoseMigrationHistory({ migrationsList, optInToShadowDatabase: false, filters });
    const history = found.history;
    return {
      pending: history && "unappliedMigrationNames" in history ? history.unappliedMigrationNames : [],
      unknown: history && "unpersistedMigrationNames" in history ? history.unpersistedMigrationNames : [],
      failed: found.failedMigrationNames,
      edited: found.editedMigrationNames,
    };
  });

/** Applies what is pending and returns its names. Throws where an earlier migration failed half-way. */
export const migrate = (options: Migrate): Promise<readonly string[]> =>
  withEngine(options, async (engine, migrationsList) => {
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters });
    return appliedMigrationNames;
  });
