import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, inject } from "vitest";
import type { Migration } from "../server/platform/db/migration-history.ts";

/** What a suite of migrations works with: databases and folders of its own, and a look at what is in a database. */
export interface MigrationBench {
  /** A new database; its address. It is dropped after the test. */
  readonly database: () => Promise<string>;
  /** A folder with some migrations, each a script by its name. It is deleted after the test. */
  readonly folderOf: (scripts: Readonly<Record<string, string>>) => Promise<string>;
  /** Runs after the test, the last one first. */
  readonly defer: (step: () => Promise<unknown>) => void;
}

/** Registers the suite's hooks. */
export const migrationBench = (): MigrationBench => {
  const cleanup: (() => Promise<unknown>)[] = [];
  let admin: pg.Client;
  let count = 0;
  beforeAll(async () => {
    admin = new pg.Client({ connectionString: inject("postgresUrl").replace("DATABASE", "postgres") });
    await admin.connect();
  });
  afterEach(async () => {
    for (const step of cleanup.splice(0).toReversed()) await step();
  });
  afterAll(() => admin.end());
  return {
    database: async () => {
      const name = `migrate_${process.pid}_${(count += 1)}`;
      await admin.query(`create database ${name} template template0`);
      cleanup.push(() => admin.query(`drop database if exists ${name} with (force)`));
      return inject("postgresUrl").replace("DATABASE", name);
    },
    folderOf: async (scripts) => {
      const folder = await mkdtemp(join(tmpdir(), "nexus-migrations-"));
      cleanup.push(() => rm(folder, { recursive: true, force: true }));
      for (const [name, script] of Object.entries(scripts)) {
        await mkdir(join(folder, "migrations", name), { recursive: true });
        await writeFile(join(folder, "migrations", name, "migration.sql"), script);
      }
      return folder;
    },
    defer: (step) => void cleanup.push(step),
  };
};

/** Scripts by their names. */
export const scriptsOf = (migrations: readonly Migration[]): Record<string, string> =>
  Object.fromEntries(migrations.map(({ name, script }) => [name, script]));

/** Two small migrations of a schema `t`. */
export const twoScripts = {
  "1_one": "create table t.one (id int);",
  "2_two": "create table t.two (id int); create index two_id on t.two (id); alter table t.one add column name text;",
};

/** Connects for as long as it is used. */
export const withConnection = async <T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
};

/** A database by its address, where a session is opened for the statement, or a session that is open: opening one costs more. */
type At = string | pg.Client;

/** One statement, or several without values. */
export const queryOnce = (at: At, sql: string, values: readonly string[] = []): Promise<pg.QueryResult> => {
  const query = (client: pg.Client): Promise<pg.QueryResult> => client.query(sql, [...values]);
  return typeof at === "string" ? withConnection(at, query) : query(at);
};

/** Everything in the catalog that a migration can make, a line each, but the record of its making. */
export const catalog = async (at: At, schema: string): Promise<string> => {
  const { rows } = await queryOnce(
    at,
    `with own as (select oid from pg_namespace where nspname = $1), made as
       (select 'relation' as kind, c.relname || '.' || coalesce(a.attname, '') as name, concat_ws(' ', c.relkind, c.relacl, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)) as detail
         from pg_class c left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
        where c.relnamespace in (select oid from own) and c.relname not like '\\_prisma\\_migrations%'
       union all select 'index', c.relname, pg_get_indexdef(c.oid) from pg_class c where c.relkind in ('i', 'I') and c.relnamespace in (select oid from own) and c.relname not like '\\_prisma\\_migrations%'
       union all select 'constraint', conname || ' ' || conrelid::regclass, pg_get_constraintdef(oid) from pg_constraint where connamespace in (select oid from own) and conname not like '\\_prisma\\_migrations%'
       union all select 'function', p.oid::regprocedure::text, pg_get_functiondef(p.oid) || coalesce(p.proacl::text, '') from pg_proc p where p.pronamespace in (select oid from own)
       union all select 'trigger', tgname || ' ' || tgrelid::regclass, pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = tgrelid where not tgisinternal and c.relnamespace in (select oid from own))
     select coalesce(string_agg(json_build_array(kind, name, detail)::text, chr(10) order by kind, name, detail), '') as lines from made`,
    [schema],
  );
  return String(rows[0]?.lines);
};

/** How many migrations are recorded as begun only, and as done. */
export const unfinished = async (at: At, schema: string): Promise<unknown> =>
  (
    await queryOnce(
      at,
      `select (select count(*) from ${schema}._prisma_migrations where finished_at is null and rolled_back_at is null)::int as open,
              (select count(distinct migration_name) from ${schema}._prisma_migrations where finished_at is not null and rolled_back_at is null)::int as done`,
    )
  ).rows[0];
