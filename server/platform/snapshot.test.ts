import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/database.ts";
import { openChangeFeed, type ChangeFeed } from "./db/change-feed.ts";
import { openDatabase, type Database } from "./db/database.ts";
import { silentLogger as log } from "./logger.ts";
import { createSnapshot } from "./snapshot.ts";

let test1: TestDatabase;
let db: Database;
let feed: ChangeFeed;

beforeAll(async () => {
  test1 = await createTestDatabase();
  db = openDatabase({ connectionString: test1.url, log });
  feed = await openChangeFeed({ connectionString: test1.url, log, pollMs: 200 });
  await db.pool.query("create table nexus.thing (name text)");
  await db.pool.query(
    "create trigger changed after insert or update or delete on nexus.thing for each statement execute function nexus.notify_change()",
  );
});

afterAll(async () => {
  await feed.close();
  await db.close();
  await test1.drop();
});

const load = async () =>
  (await db.pool.query<{ name: string }>("select name from nexus.thing order by 1")).rows.map(({ name }) => name);

test("a change in the table reaches the snapshot", async () => {
  const snapshot = await createSnapshot({ name: "thing", load, feed, topics: ["thing"], log });
  expect(snapshot.current()).toEqual([]);
  await db.pool.query("insert into nexus.thing values ('a')");
  await expect.poll(() => snapshot.current()).toEqual(["a"]);
  snapshot.close();
});

test("a lost connection is made again and what was missed is caught up", async () => {
  const snapshot = await createSnapshot({ name: "thing", load, feed, topics: ["thing"], log });
  await db.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'nexus-changes' and datname = current_database()",
  );
  await db.pool.query("insert into nexus.thing values ('b')");
  await expect.poll(() => snapshot.current(), { timeout: 5_000 }).toContain("b");
  snapshot.close();
});
