import { randomUUID } from "node:crypto";
import pg, { DatabaseError } from "pg";
import { MigrationError } from "./migration-error.ts";
import {
  checksumOf,
  readMigrations,
  readRecords,
  recordTable,
  stateOf,
  type Migration,
  type MigrationRecord,
} from "./migration-history.ts";
import { describeObject, lastingObjects, presentOf, type NamedObject } from "./named-objects.ts";

/** A migration that was done: its script was run, or the database had what it makes already. */
export interface MigrationStep {
  readonly name: string;
  readonly how: "applied" | "found";
}

/** Errors of a script that runs a second time: something exists already, or no longer. */
const secondTime = new Set(["42P07", "42701", "42710", "42723", "42P06", "42P01", "42703", "42704", "42883", "3F000"]);

/** Not the script's fault: a table was in use, or the server went away. */
const isPassing = (error: DatabaseError): boolean => /^(08|40|57P)|^55P03$/.test(error.code ?? "");

const restore = "restore the backup that was taken before the upgrade";

/** Until it is released a migration may be rewritten; what an earlier text of it has made is not brought up to date. */
const beforeRelease =
  "If it was made by a version that was never released, it cannot be brought up to date: start with an empty database (another DATABASE_URL or data folder). Nothing was changed now.";

/** Marks superseded rows of the history as rolled back. */
const markRolledBack = async (
  client: pg.ClientBase,
  schema: string,
  rows: readonly MigrationRecord[],
): Promise<void> => {
  if (rows.length === 0) return;
  const ids = rows.map(({ id }) => id);
  await client.query(`update ${recordTable(schema)} set rolled_back_at = clock_timestamp() where id = any ($1)`, [ids]);
};

const record = (client: pg.ClientBase, schema: string, { name, script }: Migration): Promise<unknown> =>
  client.query(
    `insert into ${recordTable(schema)} (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
     values ($1, $2, $3, now(), clock_timestamp(), 1)`,
    [randomUUID(), checksumOf(script), name],
  );

const failure = (schema: string, { name }: Migration, error: DatabaseError): MigrationError => {
  const what = [error.message, error.detail, error.where?.split("\n")[0]].filter(Boolean).join("; ");
  return new MigrationError(
    `The migration ${name} of schema ${schema} failed: ${what} (code ${error.code}). It was rolled back whole: the schema is as it was before it. ` +
      `Mend what it names and start again, or ${restore} and start the version from before.`,
    { cause: error },
  );
};

/** Whether the database has everything that one of these makes. They are applied in order, so it then has all before it. */
const isAnyThere = async (client: pg.ClientBase, schema: string, later: readonly Migration[]): Promise<boolean> => {
  for (const [index, { script }] of later.entries()) {
    const after = later.slice(index + 1).map((one) => one.script);
    const made = lastingObjects(script, after, schema).filter((object) => object.made);
    if (made.length > 0 && (await presentOf(client, made)).length === made.length) return true;
  }
  return false;
};

const createTable = (schema: string): string => `create table if not exists ${recordTable(schema)} (
  id varchar(36) primary key not null,
  checksum varchar(64) not null,
  finished_at timestamptz,
  migration_name varchar(255) not null,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz not null default now(),
  applied_steps_count integer not null default 0)`;

/** The savepoint is gone because the transaction has ended. */
const endedTransaction = (schema: string, { name }: Migration, cause: unknown): MigrationError =>
  new MigrationError(
    `The migration ${name} of schema ${schema} ends the transaction that it runs in: it must hold no begin, commit or rollback. ` +
      `A part of it may be there: ${restore}.`,
    { cause },
  );

/** Runs the script; returns the database's error, after undoing the script, where it fails. */
const run = async (client: pg.ClientBase, schema: string, migration: Migration): Promise<DatabaseError | undefined> => {
  await client.query("savepoint script");
  let failed: DatabaseError | undefined;
  try {
    await client.query(`set local search_path = ${pg.escapeIdentifier(schema)}`);
    await client.query(migration.script);
  } catch (error) {
    if (!(error instanceof DatabaseError) || isPassing(error)) throw error;
    failed = error;
  }
  try {
    await client.query(failed === undefined ? "release savepoint script" : "rollback to savepoint script");
  } catch (error) {
    if (error instanceof DatabaseError && ["3B001", "25P01"].includes(error.code ?? ""))
      throw endedTransaction(schema, migration, failed ?? error);
    throw error;
  }
  return failed;
};

const namesOf = (objects: readonly NamedObject[]): string => {
  const names = objects.slice(0, 5).map(describeObject);
  return [...names, ...(objects.length > 5 ? [`${objects.length - 5} more`] : [])].join(", ") || "nothing";
};

/** Finds out by what exists whether a migration has been done; false where nothing of it exists. Throws where a part does. */
const isThere = async (
  client: pg.ClientBase,
  schema: string,
  { name }: Migration,
  objects: readonly NamedObject[],
): Promise<boolean> => {
  const present = new Set(await presentOf(client, objects));
  const done = objects.filter((object) => present.has(object) === object.made);
  if (done.length === objects.length) return true;
  if (done.every(({ made }) => !made)) return false;
  throw new MigrationError(
    `Only a part of the migration ${name} of schema ${schema} is there, and it is not recorded as applied. ` +
      `Done: ${namesOf(done)}. Not done: ${namesOf(objects.filter((object) => !done.includes(object)))}. ` +
      "A migration is one transaction, so somebody else has made or removed these. Nothing was changed now. " +
      `Undo by hand what is done of it, or do the rest of its script, and start again; or ${restore}.`,
  );
};

interface Surroundings {
  /** Its record that says begun and not finished. */
  readonly half: MigrationRecord | undefined;
  /** Later migrations that are not recorded as applied. */
  readonly later: readonly Migration[];
  /** Scripts of later migrations that are. */
  readonly since: readonly string[];
}

/** Returns if a script failed because what it does was done already; throws otherwise. */
const judge = async (
  client: pg.ClientBase,
  schema: string,
  migration: Migration,
  { half, since }: Surroundings,
  error: DatabaseError,
): Promise<void> => {
  if (!secondTime.has(error.code ?? "")) throw failure(schema, migration, error);
  const objects = lastingObjects(migration.script, since, schema);
  if (objects.length === 0 && half !== undefined)
    throw new MigrationError(
      `The migration ${migration.name} of schema ${schema} was begun and not finished, and nothing in it has a name by which one could see whether it is there. Run now, it fails: ${error.message}. Nothing was changed. ` +
        `If what it does is done, record that: update ${recordTable(schema)} set finished_at = now() where id = '${half.id}'; if not, mend what the error names. Then start again.`,
      { cause: error },
    );
  if (objects.length === 0 || !(await isThere(client, schema, migration, objects)))
    throw failure(schema, migration, error);
};

const prepareSchema = async (client: pg.ClientBase, schema: string): Promise<void> => {
  const { rows } = await client.query<{ there: boolean }>(
    "select exists (select from pg_namespace where nspname = $1) as there",
    [schema],
  );
  // Asked first, because `if not exists` needs the right to create a schema even where it exists.
  if (rows[0]?.there !== true) await client.query(`create schema ${pg.escapeIdentifier(schema)}`);
  await client.query(createTable(schema));
};

/** Runs the script, unless what it does was done before. */
const perform = async (
  client: pg.ClientBase,
  schema: string,
  migration: Migration,
  surroundings: Surroundings,
): Promise<MigrationStep["how"]> => {
  const { later } = surroundings;
  // Run again, an old script could restore what a later one has replaced.
  if (await isAnyThere(client, schema, later)) {
    const after = later.map(({ script }) => script);
    const objects = lastingObjects(migration.script, after, schema);
    if (objects.length === 0 || (await isThere(client, schema, migration, objects))) return "found";
  }
  const error = await run(client, schema, migration);
  if (error === undefined) return "applied";
  await judge(client, schema, migration, surroundings, error);
  return "found";
};

/**
 * Does the next migration, its script and its record in the caller's transaction. Undefined where nothing is left to do.
 * Throws where the history does not fit these migrations.
 */
export const applyNext = async (
  client: pg.ClientBase,
  schema: string,
  folder: string,
): Promise<MigrationStep | undefined> => {
  const migrations = await readMigrations(folder);
  const records = await readRecords(client, schema);
  const { pending, interrupted, edited, unknown } = stateOf(migrations, records);
  if (unknown.length > 0)
    throw new MigrationError(
      `The database has migrations of schema ${schema} that this version does not know: ${unknown.join(", ")}. If a newer version has used it, start that one. ${beforeRelease}`,
    );
  if (edited.length > 0)
    throw new MigrationError(
      `The migrations ${edited.join(", ")} of schema ${schema} were changed after they had been applied: restore the files of the version that applied them. ${beforeRelease}`,
    );
  const finished = new Set(records.filter((row) => row.finished).map(({ name }) => name));
  await markRolledBack(
    client,
    schema,
    records.filter((row) => !row.finished && finished.has(row.name)),
  );
  const open = migrations.filter(({ name }) => pending.includes(name) || interrupted.includes(name));
  const [next, ...later] = open;
  if (next === undefined) return undefined;
  const begun = records.filter(({ name }) => name === next.name);
  await prepareSchema(client, schema);
  const since = migrations.filter(({ name }) => name > next.name && finished.has(name)).map(({ script }) => script);
  const how = await perform(client, schema, next, { half: begun[0], later, since });
  await markRolledBack(client, schema, begun);
  await record(client, schema, next);
  return { name: next.name, how };
};
