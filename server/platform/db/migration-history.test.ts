import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  catalog,
  migrationBench,
  queryOnce,
  scriptsOf,
  unfinished,
  withConnection,
} from "../../../test/migration-bench.ts";
import { migrate } from "./migrate.ts";
import { readMigrations, type Migration } from "./migration-history.ts";
import { namedObjects, presentOf } from "./named-objects.ts";

const prisma = join(import.meta.dirname, "..", "..", "..", "prisma");
const schemas = ["nexus", "auth"] as const;
const { database, folderOf } = migrationBench();

const full = (url: string, schema: string) => ({ connectionString: url, schema, folder: join(prisma, schema) });

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
    { timeout: 180_000 },
    async () => {
      const migrations = await readMigrations(join(prisma, schema));
      const peaceful = await database();
      const folders = await Promise.all(
        migrations.map((_migration, index) => folderOf(scriptsOf(migrations.slice(0, index + 1)))),
      );
      const upTo = (index: number) => folders[index - 1] ?? "";
      const wholeAfter: string[] = [];
      await withConnection(peaceful, async (watcher) => {
        for (const [index, { name }] of migrations.entries()) {
          expect(await migrate({ connectionString: peaceful, schema, folder: upTo(index + 1) })).toEqual([name]);
          wholeAfter.push(await catalog(watcher, schema));
        }
      });
      expect(wholeAfter.at(-1)?.split("\n").length).toBeGreaterThan(100);

      for (let first = 0; first < notRun.length; first += migrations.length) {
        const left = await database();
        // Where the first one has not begun there is no table to record it in.
        await migrate({
          connectionString: left,
          schema,
          folder: await folderOf({ "00000000000000_none": "select 1" }),
        });
        await withConnection(left, async (watcher) => {
          const recover = async (count: number, migration: Migration, [what, plant]: Plant) => {
            const at = `${migration.name}: ${what}`;
            await queryOnce(watcher, plant(schema, migration));
            await migrate({ connectionString: left, schema, folder: upTo(count) });
            expect(await catalog(watcher, schema), at).toBe(wholeAfter[count - 1]);
            expect(await unfinished(watcher, schema), at).toEqual({ open: 0, done: count });
          };
          await queryOnce(watcher, `delete from ${schema}._prisma_migrations`);
          for (const [index, migration] of migrations.entries()) {
            const turn = first + index;
            for (const plant of [nth(notRun, turn), nth(run, turn * 2), nth(run, turn * 2 + 1)])
              await recover(index + 1, migration, plant);
          }
          for (const migration of migrations)
            await recover(migrations.length, migration, ["its row deleted by hand after all was applied", forget]);
        });
        expect(await migrate(full(left, schema))).toEqual([]);
      }
    },
  );

  test("a lost history is restored from the objects that exist", async () => {
    const url = await database();
    const names = await migrate(full(url, schema));
    const whole = await catalog(url, schema);
    await queryOnce(url, `drop table ${schema}._prisma_migrations`);
    const found: string[] = [];
    await migrate({ ...full(url, schema), onStep: ({ name, how }) => void found.push(`${name} ${how}`) });
    expect(found).toHaveLength(names.length);
    expect(await catalog(url, schema)).toBe(whole);
  });

  test("the objects that a script names exist after it and not before", async () => {
    const migrations = await readMigrations(join(prisma, schema));
    const url = await database();
    await withConnection(url, async (watcher) => {
      for (const [index, { name, script }] of migrations.entries()) {
        const objects = namedObjects(script, schema);
        const made = objects.filter((object) => object.made);
        const gone = objects.filter((object) => !object.made);
        expect(await presentOf(watcher, objects), name).toEqual(gone);
        const folder = await folderOf(scriptsOf(migrations.slice(0, index + 1)));
        await migrate({ connectionString: url, schema, folder });
        expect(await presentOf(watcher, objects), name).toEqual(made);
      }
    });
  });
});
