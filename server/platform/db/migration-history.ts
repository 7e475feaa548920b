import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";

/** A folder of `migrations/`. */
export interface Migration {
  readonly name: string;
  readonly script: string;
}

/** A row of `_prisma_migrations` that is not marked as rolled back. */
export interface MigrationRecord {
  readonly id: string;
  readonly name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

/** Names of migrations by their state. */
export interface MigrationState {
  readonly pending: readonly string[];
  /** Recorded as begun and not as finished, as Prisma's own tools may leave it. */
  readonly interrupted: readonly string[];
  readonly edited: readonly string[];
  /** Applied to the database, but unknown to this version of the code. */
  readonly unknown: readonly string[];
}

/** The migrations beside the models, in the order in which they are applied. */
export const readMigrations = async (folder: string): Promise<readonly Migration[]> => {
  const base = join(folder, "migrations");
  const names = (await readdir(base, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  return Promise.all(
    names.map(async (name) => ({ name, script: await readFile(join(base, name, "migration.sql"), "utf8") })),
  );
};

/** As Prisma's tools compute it. */
export const checksumOf = (script: string): string => createHash("sha256").update(script).digest("hex");

/** Whether it is the recorded script, also where a checkout changed its line endings. */
const isSame = (script: string, checksum: string): boolean => {
  const unix = script.replaceAll("\r\n", "\n");
  return [script, unix, unix.replaceAll("\n", "\r\n")].some((text) => checksumOf(text) === checksum);
};

/** The table that Prisma's tools use, so that they can read the history too. */
export const recordTable = (schema: string): string => `${pg.escapeIdentifier(schema)}._prisma_migrations`;

/** The records; none where there is no table yet. */
export const readRecords = async (client: pg.ClientBase, schema: string): Promise<readonly MigrationRecord[]> => {
  const { rows } = await client.query<{ there: boolean }>("select to_regclass($1) is not null as there", [
    recordTable(schema),
  ]);
  if (rows[0]?.there !== true) return [];
  const records = await client.query<MigrationRecord>(
    `select id, migration_name as name, checksum, finished_at is not null as finished
       from ${recordTable(schema)} where rolled_back_at is null order by migration_name, started_at`,
  );
  return records.rows;
};

/** Compares migrations with records. */
export const stateOf = (migrations: readonly Migration[], records: readonly MigrationRecord[]): MigrationState => {
  const names = new Set(migrations.map(({ name }) => name));
  const finished = new Map(records.filter((record) => record.finished).map((record) => [record.name, record]));
  const begun = new Set(records.filter((record) => !record.finished).map(({ name }) => name));
  const open = migrations.filter(({ name }) => !finished.has(name)).map(({ name }) => name);
  return {
    pending: open.filter((name) => !begun.has(name)),
    interrupted: open.filter((name) => begun.has(name)),
    edited: migrations
      .filter(({ name, script }) => {
        const record = finished.get(name);
        return record !== undefined && !isSame(script, record.checksum);
      })
      .map(({ name }) => name),
    unknown: [...new Set(records.map(({ name }) => name))].filter((name) => !names.has(name)),
  };
};
