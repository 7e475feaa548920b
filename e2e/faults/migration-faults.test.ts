import { cp, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { migrate } from "../../server/platform/db/migrate.ts";
import { openFaultScene, openOwnDatabase, type FaultScene } from "./fault-scene.ts";
import type { GatewayProcess } from "./gateway-process.ts";
import type { OwnPostgres } from "./own-postgres.ts";

let postgres: OwnPostgres;
let scene: FaultScene;
let gateway: GatewayProcess;

beforeAll(async () => {
  scene = await openFaultScene({
    name: "migration-faults",
    openDatabase: async (dataDir) => {
      const database = await openOwnDatabase(dataDir);
      ({ postgres } = database);
      return database;
    },
  });
  gateway = await scene.startGateway();
}, 90_000);
afterAll(() => scene.close());

const query = async (sql: string): Promise<readonly unknown[]> => {
  const client = new Client({ connectionString: postgres.databaseUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

/** The product's migrations and one more, as the next version brings it. */
const nextVersion = async (script: string): Promise<string> => {
  const folder = await mkdtemp(join(scene.dataDir, "next-"));
  await cp(join(import.meta.dirname, "..", "..", "prisma", "nexus", "migrations"), join(folder, "migrations"), {
    recursive: true,
  });
  await mkdir(join(folder, "migrations", "29990101000000_next"));
  await writeFile(join(folder, "migrations", "29990101000000_next", "migration.sql"), script);
  return folder;
};

const forgetNext = "delete from nexus._prisma_migrations where migration_name = '29990101000000_next'";

it(
  "a migration of the busiest tables fails no call, though one of their readers holds it up [DB12]",
  { timeout: 90_000 },
  async () => {
    const folder = await nextVersion(
      "alter table nexus.operation add column next text; alter table nexus.budget add column next text; create table nexus.next (id int);",
    );
    const statuses: number[] = [];
    const over = new AbortController();
    const traffic = Array.from({ length: 4 }, async () => {
      while (!over.signal.aborted) statuses.push((await scene.ask(gateway)).status);
    });
    const reader = new Client({ connectionString: postgres.databaseUrl });
    await reader.connect();
    await reader.query("begin; select count(*) from nexus.operation");
    const migrating = migrate({
      connectionString: postgres.databaseUrl,
      schema: "nexus",
      folder,
      lockMs: 500,
    });
    await sleep(3_000);
    await reader.query("commit");
    await reader.end();
    expect(await migrating).toEqual(["29990101000000_next"]);
    await sleep(1_000);
    over.abort();
    await Promise.all(traffic);
    expect(statuses.length).toBeGreaterThan(20);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    await query(
      `${forgetNext}; alter table nexus.operation drop column next; alter table nexus.budget drop column next; drop table nexus.next`,
    );
  },
);

it(
  "PostgreSQL killed inside a migration: the same start goes on when it is back, and ends whole",
  { timeout: 120_000 },
  async () => {
    const folder = await nextVersion(
      "create table nexus.next (id int); select pg_sleep(2); create index next_id on nexus.next (id);",
    );
    const migrating = migrate({ connectionString: postgres.databaseUrl, schema: "nexus", folder });
    await sleep(1_000);
    await postgres.kill();
    await postgres.restart();
    expect(await migrating).toEqual(["29990101000000_next"]);
    expect(
      await query(
        "select to_regclass('nexus.next_id') is not null as there, (select count(*)::int from nexus._prisma_migrations where migration_name = '29990101000000_next') as records",
      ),
    ).toEqual([{ there: true, records: 1 }]);
    await query(`${forgetNext}; drop table nexus.next`);
  },
);
