import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import fc from "fast-check";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { startFaultProxy } from "../../../sandbox/fault-proxy.ts";
import { MigrationError } from "./migration-error.ts";
import { readMigrations, type Migration } from "./migration-history.ts";
import { migrate, migrationState } from "./migrate.ts";
import { namedObjects, presentOf } from "./named-objects.ts";

const prisma = join(import.meta.dirname, "..", "..", "..", "prisma");
const schemas = ["nexus", "auth"] as const;
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

const database = async (template = "template0"): Promise<{ readonly name: string; readonly url: string }> => {
  const name = `migrate_${process.pid}_${(count += 1)}`;
  await admin.query(`create database ${name} template ${template}`);
  cleanup.push(() => admin.query(`drop database if exists ${name} with (force)`));
  return { name, url: inject("postgresUrl").replace("DATABASE", name) };
};

const within = async <T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
};

const query = (url: string, sql: string): Promise<pg.QueryResult> => within(url, (client) => client.query(sql));

/** A folder with some migrations, each a script by its name. */
const folderOf = async (scripts: Readonly<Record<string, string>>): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "nexus-migrations-"));
  cleanup.push(() => rm(folder, { recursive: true, force: true }));
  for (const [name, script] of Object.entries(scripts)) {
    await mkdir(join(folder, "migrations", name), { recursive: true });
    await writeFile(join(folder, "migrations", name, "migration.sql"), script);
  }
  return folder;
};

const scriptsOf = (migrations: readonly Migration[]): Record<string, string> =>
  Object.fromEntries(migrations.map(({ name, script }) => [name, script]));

/** Everything in the catalog that a migration can make, but the record of its making. */
const catalog = async (url: string, schema: string): Promise<readonly unknown[]> => {
  const { rows } = await within(url, (client) =>
    client.query(
      `with own as (select oid from pg_namespace where nspname = $1)
       select 'relation' as kind, c.relname || '.' || coalesce(a.attname, '') as name, concat_ws(' ', c.relkind, c.relacl, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)) as detail
         from pg_class c left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
        where c.relnamespace in (select oid from own) and c.relname not like '\\_prisma\\_migrations%'
       union all select 'index', c.relname, pg_get_indexdef(c.oid) from pg_class c where c.relkind in ('i', 'I') and c.relnamespace in (select oid from own) and c.relname not like '\\_prisma\\_migrations%'
       union all select 'constraint', conname || ' ' || conrelid::regclass, pg_get_constraintdef(oid) from pg_constraint where connamespace in (select oid from own) and conname not like '\\_prisma\\_migrations%'
       union all select 'function', p.oid::regprocedure::text, pg_get_functiondef(p.oid) || coalesce(p.proacl::text, '') from pg_proc p where p.pronamespace in (select oid from own)
       union all select 'trigger', tgname || ' ' || tgrelid::regclass, pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = tgrelid where not tgisinternal and c.relnamespace in (select oid from own)
       order by 1, 2, 3`,
      [schema],
    ),
  );
  return rows;
};

const full = (url: string, schema: string) => ({ connectionString: url, schema, folder: join(prisma, schema) });

const unfinished = async (url: string, schema: string): Promise<unknown> =>
  (
    await query(
      url,
      `select (select count(*) from ${schema}._prisma_migrations where finished_at is null and rolled_back_at is null)::int as open,
              (select count(distinct migration_name) from ${schema}._prisma_migrations where finished_at is not null and rolled_back_at is null)::int as done`,
    )
  ).rows[0];

/** The record as Prisma's engine begins it. */
const begun = (schema: string, { name }: Migration, steps = 0, logs = "null", given = "null"): string =>
  `insert into ${schema}._prisma_migrations (id, checksum, migration_name, started_at, applied_steps_count, logs, rolled_back_at)
   values (gen_random_uuid(), 'an older file''s', '${name}', now(), ${steps}, ${logs}, ${given})`;
const forget = (schema: string, { name }: Migration): string =>
  `delete from ${schema}._prisma_migrations where migration_name = '${name}'`;

type Plant = readonly [what: string, plant: (schema: string, m: Migration) => string];
/** How a database may have been left with a script not run, by what was recorded of it. */
const notRun: readonly Plant[] = [
  ["between two migrations", () => "select 1"],
  ["recorded as begun, not run", begun],
  ["failed, its error recorded", (s, m) => begun(s, m, 0, "'ERROR: out of memory'")],
  ["given up once and begun again", (s, m) => `${begun(s, m, 0, "null", "now()")}; ${begun(s, m)}`],
];
/** The same with the script run. */
const run: readonly Plant[] = [
  ["committed, not recorded as run", (s, m) => `${forget(s, m)}; ${begun(s, m)}`],
  ["committed and counted, not recorded as finished", (s, m) => `${forget(s, m)}; ${begun(s, m, 1)}`],
  ["committed, begun twice", (s, m) => `${forget(s, m)}; ${begun(s, m)}; ${begun(s, m)}`],
  ["committed, its row deleted by hand", forget],
  ["finished, and begun once more", begun],
];

const nth = (plants: readonly Plant[], index: number): Plant => {
  const plant = plants[index % plants.length];
  if (!plant) throw new Error("there are no plants");
  return plant;
};

describe.each(schemas)("schema %s", (schema) => {
  // One database goes through all migrations in peace; the others are left in some state before and after each. Every state
  // is met, however few migrations there are, and every migration meets one where it has not run and two where it has.
  test(
    "after being interrupted in any state at any migration, the next start completes the schema",
    { timeout: 120_000 },
    async () => {
      const migrations = await readMigrations(join(prisma, schema));
      const peaceful = await database();
      const upTo = async (index: number) => folderOf(scriptsOf(migrations.slice(0, index)));
      const wholeAfter: (readonly unknown[])[] = [];
      for (const [index, { name }] of migrations.entries()) {
        expect(await migrate({ connectionString: peaceful.url, schema, folder: await upTo(index + 1) })).toEqual([
          name,
        ]);
        wholeAfter.push(await catalog(peaceful.url, schema));
      }
      const whole = wholeAfter.at(-1) ?? [];
      expect(whole.length).toBeGreaterThan(100);

      for (let first = 0; first < notRun.length; first += migrations.length) {
        const left = await database();
        const recover = async (count: number, migration: Migration, [what, plant]: Plant) => {
          const at = `${migration.name}: ${what}`;
          const options = { connectionString: left.url, schema, folder: await upTo(count) };
          await query(left.url, plant(schema, migration));
          await migrate(options);
          expect(await catalog(left.url, schema), at).toEqual(wholeAfter[count - 1]);
          expect(await unfinished(left.url, schema), at).toEqual({ open: 0, done: count });
        };
        // Where the first one has not begun there is no table to record it in.
        await migrate({
          connectionString: left.url,
          schema,
          folder: await folderOf({ "00000000000000_none": "select 1" }),
        });
        await query(left.url, `delete from ${schema}._prisma_migrations`);
        for (const [index, migration] of migrations.entries()) {
          const turn = first + index;
          for (const plant of [nth(notRun, turn), nth(run, turn * 2), nth(run, turn * 2 + 1)])
            await recover(index + 1, migration, plant);
        }
        for (const migration of migrations)
          await recover(migrations.length, migration, ["its row deleted by hand after all was applied", forget]);
        expect(await migrate(full(left.url, schema))).toEqual([]);
      }
    },
  );

  test("a lost history is restored from the objects that exist", async () => {
    const { url } = await database();
    const names = await migrate(full(url, schema));
    const whole = await catalog(url, schema);
    await query(url, `drop table ${schema}._prisma_migrations`);
    const found: string[] = [];
    await migrate({ ...full(url, schema), onStep: ({ name, how }) => void found.push(`${name} ${how}`) });
    expect(found).toHaveLength(names.length);
    expect(await catalog(url, schema)).toEqual(whole);
  });

  test("the objects that a script names exist after it and not before", async () => {
    const migrations = await readMigrations(join(prisma, schema));
    const { url } = await database();
    for (const [index, { name, script }] of migrations.entries()) {
      const objects = namedObjects(script, schema);
      const made = objects.filter((object) => object.made);
      const gone = objects.filter((object) => !object.made);
      const look = () => within(url, (client) => presentOf(client, objects));
      expect(await look(), name).toEqual(gone);
      const folder = await folderOf(scriptsOf(migrations.slice(0, index + 1)));
      await migrate({ connectionString: url, schema, folder });
      expect(await look(), name).toEqual(made);
    }
  });
});

const two = {
  "1_one": "create table t.one (id int);",
  "2_two": "create table t.two (id int); create index two_id on t.two (id); alter table t.one add column name text;",
};
const at = async (url: string, scripts: Readonly<Record<string, string>> = two) => ({
  connectionString: url,
  schema: "t",
  folder: await folderOf(scripts),
});
const refusal = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(MigrationError);
  return error instanceof Error ? error.message : "";
};
const tables = async (url: string): Promise<unknown> =>
  (
    await query(
      url,
      "select relname from pg_class where relnamespace = 't'::regnamespace and relkind = 'r' and relname not like '\\_%' order by 1",
    )
  ).rows;

test("a partly applied migration is reported by the names of its objects, and can be undone or completed", async () => {
  for (const remedy of ["drop table t.two; alter table t.one drop column name", "create index two_id on t.two (id)"]) {
    const { url } = await database();
    const options = await at(url);
    await migrate(options);
    await query(url, "delete from t._prisma_migrations where migration_name = '2_two'; drop index t.two_id");
    expect(await refusal(migrate(options))).toMatch(
      /2_two of schema t is there.*Done: relation t\.two, column name of t\.one\. Not done: index two_id of t\.two\. .*Nothing was changed now/,
    );
    await query(url, remedy);
    expect(await migrate(options)).toEqual(["2_two"]);
    expect(await catalog(url, "t")).toEqual(await freshCatalog(two));
  }
});

const freshCatalog = async (scripts: Readonly<Record<string, string>>): Promise<readonly unknown[]> => {
  const { url } = await database();
  await migrate(await at(url, scripts));
  return catalog(url, "t");
};

test("where no object shows whether a migration was applied, the error has a statement for the operator that works", async () => {
  const scripts = { ...two, "3_renamed": "alter table t.two rename to three;" };
  const { url } = await database();
  const options = await at(url, scripts);
  await migrate(options);
  await query(
    url,
    `${forget("t", { name: "3_renamed", script: "" })}; ${begun("t", { name: "3_renamed", script: "" })}`,
  );
  const told = await refusal(migrate(options));
  const remedy = /record that: (update .*?);/.exec(told)?.[1] ?? "";
  await query(url, remedy);
  await query(
    url,
    "update t._prisma_migrations set checksum = encode(sha256('alter table t.two rename to three;'), 'hex') where migration_name = '3_renamed'",
  );
  expect(await migrate(options)).toEqual([]);
});

test("a failed script is rolled back and leaves no record; corrected, it is applied", async () => {
  const { url } = await database();
  const broken = { ...two, "2_two": `${two["2_two"]} insert into t.one (id) values (1 / 0);` };
  expect(await refusal(migrate(await at(url, broken)))).toMatch(
    /2_two of schema t failed: division by zero \(code 22012\)\. It was rolled back whole/,
  );
  expect(await tables(url)).toEqual([{ relname: "one" }]);
  expect(await migrationState(await at(url))).toEqual({ pending: ["2_two"], interrupted: [], edited: [], unknown: [] });
  expect(await migrate(await at(url))).toEqual(["2_two"]);
});

test.each(["commit;", "rollback;", "begin; commit;"])("a script with %s is refused", async (control) => {
  const { url } = await database();
  const options = await at(url, { "1_one": `create table t.one (id int); ${control} create table t.two (id int);` });
  expect(await refusal(migrate(options))).toMatch(/ends the transaction that it runs in/);
  expect((await migrationState(options)).pending).toEqual(["1_one"]);
});

test("a statement that cannot run in a transaction is reported and changes nothing", async () => {
  const { url } = await database();
  const scripts = { ...two, "2_two": "create table t.two (id int); create index concurrently two_id on t.two (id);" };
  expect(await refusal(migrate(await at(url, scripts)))).toMatch(
    /cannot run inside a transaction block.*rolled back whole/,
  );
  expect(await tables(url)).toEqual([{ relname: "one" }]);
});

test("changed line endings do not make a script a changed one; changed words do", async () => {
  const { url } = await database();
  await migrate(await at(url, { "1_one": "create table t.one (\n  id int\n);\n" }));
  expect(await migrate(await at(url, { "1_one": "create table t.one (\r\n  id int\r\n);\r\n" }))).toEqual([]);
  expect(await refusal(migrate(await at(url, { "1_one": "create table t.one (id bigint);" })))).toMatch(
    /were changed after/,
  );
});

test("several starts at once apply each migration once", async () => {
  const { url } = await database();
  const options = await Promise.all(Array.from({ length: 5 }, () => at(url)));
  const done = await Promise.all(options.map((one) => migrate(one)));
  expect(done.flat().sort()).toEqual(["1_one", "2_two"]);
  expect(await unfinished(url, "t")).toEqual({ open: 0, done: 2 });
});

test("a migration that waits for a table delays others no longer than its lock time-out, and names who uses the table", async () => {
  const { url } = await database();
  const scripts = { "1_one": two["1_one"] };
  await migrate(await at(url, scripts));
  await within(url, async (user) => {
    await user.query("begin; select * from t.one");
    const options = { ...(await at(url)), lockMs: 300, retryMs: 2_000 };
    const refused = refusal(migrate(options));
    let slowestMs = 0;
    for (const began = performance.now(); performance.now() - began < 1_500; await pause(20)) {
      const asked = performance.now();
      await query(url, "select * from t.one");
      slowestMs = Math.max(slowestMs, performance.now() - asked);
    }
    expect(slowestMs).toBeLessThan(1_000);
    const pid = /process (\d+) \(/.exec(await refused)?.[1];
    expect(await tables(url)).toEqual([{ relname: "one" }]);
    await query(url, `select pg_terminate_backend(${pid})`);
    expect(await migrate(options)).toEqual(["2_two"]);
  });
});

test("a migration is applied if the table is free in time", async () => {
  const { url } = await database();
  await migrate(await at(url, { "1_one": two["1_one"] }));
  await within(url, async (user) => {
    await user.query("begin; select * from t.one");
    const migrating = migrate({ ...(await at(url)), lockMs: 100 });
    await pause(700);
    await user.query("commit");
    expect(await migrating).toEqual(["2_two"]);
  });
});

test("another process that migrates for too long is named, and can be ended as the error says", async () => {
  const { url } = await database();
  await within(url, async (other) => {
    await other.query("select pg_advisory_lock($1)", [0x6e6578]);
    const told = await refusal(migrate({ ...(await at(url)), turnMs: 300 }));
    const pid = /process (\d+) of the database/.exec(told)?.[1];
    await query(url, `select pg_terminate_backend(${pid})`);
    expect(await migrate(await at(url))).toEqual(["1_one", "2_two"]);
  });
});

const slow = {
  "1_one": "create table t.one (id int); select pg_sleep(0.3); create table t.half (id int);",
  "2_two": `drop table t.half; select pg_sleep(0.3); ${two["2_two"]}`,
};

const startMigrating = (url: string, folder: string): ChildProcess =>
  fork(join(import.meta.dirname, "..", "..", "..", "test", "migrate-process.ts"), [url, folder], {
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });

test("after a kill at any moment the next start ends with the same schema", { timeout: 120_000 }, async () => {
  const folder = await folderOf(slow);
  const whole = await freshCatalog(slow);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 900 }), async (afterMs) => {
      const { url } = await database();
      const child = startMigrating(url, folder);
      await once(child, "message");
      await pause(afterMs);
      child.kill("SIGKILL");
      await migrate({ connectionString: url, schema: "t", folder });
      expect(await catalog(url, "t")).toEqual(whole);
      expect(await unfinished(url, "t")).toEqual({ open: 0, done: 2 });
    }),
    { numRuns: 8 },
  );
});

test("a session that the server ends at any moment is started again", { timeout: 60_000 }, async () => {
  const folder = await folderOf(slow);
  const whole = await freshCatalog(slow);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 900 }), async (afterMs) => {
      const { url } = await database();
      const migrating = migrate({ connectionString: url, schema: "t", folder });
      await pause(afterMs);
      await query(
        url,
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'nexus-migrations t%' and datname = current_database()",
      );
      expect((await migrating).at(-1)).toBe("2_two");
      expect(await catalog(url, "t")).toEqual(whole);
    }),
    { numRuns: 6 },
  );
});

test.each([["toTarget"], ["toClient"]] as const)(
  "a connection that goes silent (%s) in the middle of a migration is replaced",
  { timeout: 120_000 },
  async (direction) => {
    const { url } = await database();
    const target = new URL(url);
    const proxy = await startFaultProxy({ target: { host: target.hostname, port: Number(target.port) } });
    cleanup.push(() => proxy.close());
    const proxied = new URL(url);
    proxied.port = String(proxy.port);
    const folder = await folderOf({ ...two, "2_two": `select pg_sleep(1); ${two["2_two"]}` });
    const migrating = migrate({ connectionString: proxied.href, schema: "t", folder, silenceMs: 1_200 });
    while (!(await within(url, (c) => c.query("select to_regclass('t.one') as one"))).rows[0].one) await pause(50);
    await proxy.set({ [direction]: { blackhole: true } });
    await pause(6_000);
    await proxy.clear();
    expect(await migrating).toContain("2_two");
    expect(await catalog(url, "t")).toEqual(await freshCatalog(two));
  },
);
