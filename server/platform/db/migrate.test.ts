import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import {
  catalog,
  migrationBench,
  queryOnce,
  twoScripts,
  unfinished,
  withConnection,
} from "../../../test/migration-bench.ts";
import { migrate, migrationState } from "./migrate.ts";
import { MigrationError } from "./migration-error.ts";

const { database, folderOf } = migrationBench();

const at = async (url: string, scripts: Readonly<Record<string, string>> = twoScripts) => ({
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
    await queryOnce(
      url,
      "select relname from pg_class where relnamespace = 't'::regnamespace and relkind = 'r' and relname not like '\\_%' order by 1",
    )
  ).rows;

test("a partly applied migration is reported by the names of its objects, and can be undone or completed", async () => {
  for (const remedy of ["drop table t.two; alter table t.one drop column name", "create index two_id on t.two (id)"]) {
    const url = await database();
    const options = await at(url);
    await migrate(options);
    await queryOnce(url, "delete from t._prisma_migrations where migration_name = '2_two'; drop index t.two_id");
    expect(await refusal(migrate(options))).toMatch(
      /2_two of schema t is there.*Done: relation t\.two, column name of t\.one\. Not done: index two_id of t\.two\. .*Nothing was changed now/,
    );
    await queryOnce(url, remedy);
    expect(await migrate(options)).toEqual(["2_two"]);
    expect(await catalog(url, "t")).toEqual(await freshCatalog(twoScripts));
  }
});

const freshCatalog = async (scripts: Readonly<Record<string, string>>): Promise<string> => {
  const url = await database();
  await migrate(await at(url, scripts));
  return catalog(url, "t");
};

test("where no object shows whether a migration was applied, the error has a statement for the operator that works", async () => {
  const scripts = { ...twoScripts, "3_renamed": "alter table t.two rename to three;" };
  const url = await database();
  const options = await at(url, scripts);
  await migrate(options);
  await queryOnce(url, "update t._prisma_migrations set finished_at = null where migration_name = '3_renamed'");
  const told = await refusal(migrate(options));
  const remedy = /record that: (update .*?);/.exec(told)?.[1] ?? "";
  await queryOnce(url, remedy);
  await queryOnce(
    url,
    "update t._prisma_migrations set checksum = encode(sha256('alter table t.two rename to three;'), 'hex') where migration_name = '3_renamed'",
  );
  expect(await migrate(options)).toEqual([]);
});

test("a failed script is rolled back and leaves no record; corrected, it is applied", async () => {
  const url = await database();
  const broken = { ...twoScripts, "2_two": `${twoScripts["2_two"]} insert into t.one (id) values (1 / 0);` };
  expect(await refusal(migrate(await at(url, broken)))).toMatch(
    /2_two of schema t failed: division by zero \(code 22012\)\. It was rolled back whole/,
  );
  expect(await tables(url)).toEqual([{ relname: "one" }]);
  expect(await migrationState(await at(url))).toEqual({ pending: ["2_two"], interrupted: [], edited: [], unknown: [] });
  expect(await migrate(await at(url))).toEqual(["2_two"]);
});

test.each(["commit;", "rollback;", "begin; commit;"])("a script with %s is refused", async (control) => {
  const url = await database();
  const options = await at(url, { "1_one": `create table t.one (id int); ${control} create table t.two (id int);` });
  expect(await refusal(migrate(options))).toMatch(/ends the transaction that it runs in/);
  expect((await migrationState(options)).pending).toEqual(["1_one"]);
});

test("a statement that cannot run in a transaction is reported and changes nothing", async () => {
  const url = await database();
  const scripts = {
    ...twoScripts,
    "2_two": "create table t.two (id int); create index concurrently two_id on t.two (id);",
  };
  expect(await refusal(migrate(await at(url, scripts)))).toMatch(
    /cannot run inside a transaction block.*rolled back whole/,
  );
  expect(await tables(url)).toEqual([{ relname: "one" }]);
});

test("changed line endings do not make a script a changed one; changed words do", async () => {
  const url = await database();
  await migrate(await at(url, { "1_one": "create table t.one (\n  id int\n);\n" }));
  expect(await migrate(await at(url, { "1_one": "create table t.one (\r\n  id int\r\n);\r\n" }))).toEqual([]);
  expect(await refusal(migrate(await at(url, { "1_one": "create table t.one (id bigint);" })))).toMatch(
    /were changed after/,
  );
});

test("several starts at once apply each migration once", async () => {
  const url = await database();
  const options = await Promise.all(Array.from({ length: 5 }, () => at(url)));
  const done = await Promise.all(options.map((one) => migrate(one)));
  expect(done.flat().sort()).toEqual(["1_one", "2_two"]);
  expect(await unfinished(url, "t")).toEqual({ open: 0, done: 2 });
});

test("a migration that waits for a table delays others no longer than its lock time-out, and names who uses the table", async () => {
  const url = await database();
  const scripts = { "1_one": twoScripts["1_one"] };
  await migrate(await at(url, scripts));
  await withConnection(url, async (user) => {
    await user.query("begin; select * from t.one");
    const options = { ...(await at(url)), lockMs: 300, retryMs: 2_000 };
    const refused = refusal(migrate(options));
    let slowestMs = 0;
    for (const began = performance.now(); performance.now() - began < 1_500; await pause(20)) {
      const asked = performance.now();
      await queryOnce(url, "select * from t.one");
      slowestMs = Math.max(slowestMs, performance.now() - asked);
    }
    expect(slowestMs).toBeLessThan(1_000);
    const pid = /process (\d+) \(/.exec(await refused)?.[1];
    expect(await tables(url)).toEqual([{ relname: "one" }]);
    await queryOnce(url, `select pg_terminate_backend(${pid})`);
    expect(await migrate(options)).toEqual(["2_two"]);
  });
});

test("a migration is applied if the table is free in time", async () => {
  const url = await database();
  await migrate(await at(url, { "1_one": twoScripts["1_one"] }));
  await withConnection(url, async (user) => {
    await user.query("begin; select * from t.one");
    const migrating = migrate({ ...(await at(url)), lockMs: 100 });
    await pause(700);
    await user.query("commit");
    expect(await migrating).toEqual(["2_two"]);
  });
});

test("another process that migrates for too long is named, and can be ended as the error says", async () => {
  const url = await database();
  await withConnection(url, async (other) => {
    await other.query("select pg_advisory_lock($1)", [0x6e6578]);
    const told = await refusal(migrate({ ...(await at(url)), turnMs: 300 }));
    const pid = /process (\d+) of the database/.exec(told)?.[1];
    await queryOnce(url, `select pg_terminate_backend(${pid})`);
    expect(await migrate(await at(url))).toEqual(["1_one", "2_two"]);
  });
});
