import { afterEach, beforeEach, expect, test } from "vitest";
import { openTestLedger, type TestLedger } from "../../../test/ledger.ts";
import { systemClock } from "../clock.ts";
import { silentLogger as log } from "../logger.ts";
import { startLedgerWorkers, type LedgerWorkers } from "./index.ts";

let t: TestLedger;
let workers: LedgerWorkers;

beforeEach(async () => {
  t = await openTestLedger();
  workers = await startLedgerWorkers({
    connectionString: t.url,
    ledger: t.ledger,
    clock: systemClock,
    log,
    manual: true,
  });
});
afterEach(async () => {
  await workers.close();
  await t.close();
});

/** As if nobody had made partitions since long before this month. */
const loseMonths = async (): Promise<void> => {
  const { rows } = await t.pool.query<{ name: string }>(
    "select inhrelid::regclass::text as name from pg_inherits where inhparent in ('nexus.operation'::regclass, 'nexus.entry'::regclass) and inhrelid::regclass::text !~ 'default'",
  );
  for (const { name } of rows) await t.pool.query(`drop table ${name}`);
};

/** Rows in default partitions, in tables that are no partitions, and triggers that are left. */
const leftovers = async () => {
  const { rows } = await t.pool.query(
    `select (select count(*)::int from nexus.operation_default) as operations, (select count(*)::int from nexus.entry_default) as entries,
            (select count(*)::int from pg_class where relnamespace = 'nexus'::regnamespace and relname ~ '^(operation|entry)_(\\d|moved)'
               and relkind = 'r' and not relispartition) as loose,
            (select count(*)::int from pg_trigger where tgname = 'mirror') as triggers`,
  );
  return rows[0];
};
const none = { operations: 0, entries: 0, loose: 0, triggers: 0 };

const wherePut = async (): Promise<readonly { readonly place: string; readonly n: number }[]> => {
  const { rows } = await t.pool.query<{ place: string; n: number }>(
    `select tableoid::regclass::text as place, count(*)::int as n from nexus.operation group by 1
     union all select tableoid::regclass::text, count(*)::int from nexus.entry group by 1 order by 1`,
  );
  return rows.map(({ place, n }) => ({ place: place.replace("nexus.", ""), n }));
};

/** Rows whose partition is not that of the month in their id. */
const misplaced = async (): Promise<number> => {
  const { rows } = await t.pool.query<{ n: number }>(
    `select count(*)::int as n from (select tableoid, operation_id from nexus.operation union all select tableoid, operation_id from nexus.entry) r
      where r.tableoid::regclass::text !~ ('_' || to_char(to_timestamp(nexus.nexus_uuid_ms(r.operation_id) / 1000.0) at time zone 'UTC', 'YYYYMM') || '$')`,
  );
  return rows[0]?.n ?? -1;
};

/** Copies of what is there, as if made some months from now: settled ones, with their entries, booked nowhere else. */
const addMonthsAhead = async (months: number, count: number): Promise<void> => {
  await t.pool.query(
    `with made as (
       insert into nexus.operation (operation_id, org_id, name, vendor, model, process_id, levels, held, state, source, cost, deadline, facts)
       select overlay(overlay(gen_random_uuid()::text placing left(f::text, 13) from 1) placing '7' from 15)::uuid, 'org_ahead', 'ai.generateText', 'openai', 'gpt-test', 'p', '{}', 1, 'settled', 'provider', 1, now(), '{}'
         from generate_series(1, $2) g, lateral (select nexus.nexus_uuid_floor(date_trunc('month', now()) + make_interval(months => $1) + g * interval '10 seconds') f) x
       returning operation_id)
     insert into nexus.entry (operation_id, kind, org_id, amount) select operation_id, 'cost', 'org_ahead', 1 from made`,
    [months, count],
  );
};

const totals = async () => {
  const { rows } = await t.pool.query(
    "select (select count(*)::int from nexus.operation) as operations, (select count(*)::int from nexus.entry) as entries, (select sum(amount)::text from nexus.entry) as amount, (select count(*)::int from nexus.rollup_queue) as unfolded",
  );
  return rows[0];
};

test("few rows booked before their month had a partition are moved in one step when it gets one", async () => {
  await loseMonths();
  const org = await t.organization([{ limit: 1_000_000n }, { limit: 1_000_000n, period: "day", window: "rolling" }]);
  const [settled, open, uncertain, released] = [
    await t.hold(org, 9n),
    await t.hold(org, 9n),
    await t.hold(org, 9n),
    await t.hold(org, 9n),
  ];
  await t.settle(settled, 7n);
  await t.end(uncertain, "uncertain");
  await t.end(released, "released");
  // The clock was ahead for a while, too.
  for (const months of [1, 2, 5, 14]) await addMonthsAhead(months, 20);
  const before = await totals();
  expect((await wherePut()).map(({ place }) => place)).toEqual(["entry_default", "operation_default"]);

  await t.pool.query("select nexus.nexus_make_partitions(2)");
  expect(await leftovers()).toEqual(none);
  expect(await misplaced()).toBe(0);
  expect(await totals()).toEqual(before);
  expect((await t.pool.query("select nexus.nexus_make_partitions(2) as made")).rows).toEqual([{ made: 0 }]);

  // What was under way goes on, and nothing is booked twice.
  expect(await t.settle(open, 5n)).toBe("settled");
  expect(await t.settle(uncertain, 4n)).toBe("settled");
  expect(await t.settle(settled, 7n)).toBe("same");
  await t.settle(await t.hold(org, 9n), 3n);
  expect(await misplaced()).toBe(0);
  expect(await t.disagreeing()).toEqual([]);
  await workers.run("rollup");
  const { rows } = await t.pool.query("select sum(cost)::int as cost, sum(calls)::int as calls from nexus.usage_hour");
  expect(rows).toEqual([{ cost: 7 + 5 + 4 + 3 + 80, calls: 85 }]);
});

test("new partitions have the same rights and triggers as those they replace", async () => {
  await loseMonths();
  const org = await t.organization();
  await t.settle(await t.hold(org, 9n), 7n);
  await t.pool.query("select nexus.nexus_make_partitions(1)");
  const { rows } = await t.pool.query(
    `select bool_or(has_table_privilege('nexus_app', inhrelid, 'insert, update, delete, truncate')) as writable,
            bool_and(has_table_privilege('nexus_app', inhrelid, 'select')) as readable, count(*)::int as n
       from pg_inherits where inhparent in ('nexus.operation'::regclass, 'nexus.entry'::regclass)`,
  );
  expect(rows).toEqual([{ writable: false, readable: true, n: 6 }]);
  const { rows: places } = await t.pool.query<{ name: string }>(
    "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'nexus.entry'::regclass",
  );
  for (const { name } of places) await expect(t.pool.query(`truncate ${name}`)).rejects.toThrow("append-only");
  for (const change of ["delete from nexus.entry", "update nexus.entry set amount = 0"])
    await expect(t.pool.query(change)).rejects.toThrow("append-only");
  const helpers = await t.pool.query(
    "select proname from pg_proc where pronamespace = 'nexus'::regnamespace and proname ~ 'default|partition|moved|uncopied' and has_function_privilege('nexus_app', oid, 'execute')",
  );
  expect(helpers.rows).toEqual([{ proname: "nexus_make_partitions" }]);
});

test(
  "many rows are moved in limited transactions while calls go on, and no call fails",
  { timeout: 120_000 },
  async () => {
    await loseMonths();
    const org = await t.organization([{ limit: 1_000_000_000n }, { limit: 1_000_000_000n, period: "hour" }]);
    const waiting = await Promise.all(Array.from({ length: 400 }, () => t.hold(org, 9n)));
    await addMonthsAhead(0, 24_000);
    await addMonthsAhead(1, 9_000);

    const moving = new AbortController();
    let calls = 0;
    let slowestMs = 0;
    const call = async (): Promise<void> => {
      const began = performance.now();
      const old = waiting.pop();
      if (old) expect(await t.settle(old, 5n)).toBe("settled");
      expect(await t.settle(await t.hold(org, 9n), 7n)).toBe("settled");
      const left = await t.hold(org, 9n);
      await t.end(left, "uncertain");
      calls += 1;
      slowestMs = Math.max(slowestMs, performance.now() - began);
    };
    const traffic = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (!moving.signal.aborted) await call();
      }),
    );
    let steps = 0;
    for (;;) {
      const { rows } = await t.pool.query<{ made: number }>("select nexus.nexus_make_partitions(2) as made");
      const made = rows[0]?.made ?? -1;
      expect(made).toBeLessThanOrEqual(10_010);
      if (made === 0) break;
      steps += 1;
    }
    moving.abort();
    await traffic;
    expect(steps).toBeGreaterThan(8);
    expect(calls).toBeGreaterThan(20);
    expect(slowestMs).toBeLessThan(5_000);
    expect(await leftovers()).toEqual(none);
    expect(await misplaced()).toBe(0);
    expect(await t.disagreeing()).toEqual([]);
    const { rows } = await t.pool.query(
      `select count(*)::int as n, count(distinct operation_id)::int as distinct_, count(*) filter (where state = 'uncertain')::int as uncertain,
            count(*) filter (where state = 'open')::int as open from nexus.operation`,
    );
    const made = 33_000 + 400 + 2 * calls;
    expect(rows).toEqual([{ n: made, distinct_: made, uncertain: calls, open: waiting.length }]);
    await workers.run("rollup");
    const sums = await t.pool.query(
      "select (select sum(cost)::int from nexus.usage_hour) as summed, (select sum(amount)::int from nexus.entry) as booked",
    );
    expect(sums.rows[0].summed).toBe(sums.rows[0].booked);
  },
);

test("a move interrupted at any step is continued, also by the worker", { timeout: 60_000 }, async () => {
  await loseMonths();
  const org = await t.organization();
  const held = await t.hold(org, 9n);
  await addMonthsAhead(0, 12_000);
  const client = await t.pool.connect();
  for (let step = 0; step < 4; step += 1) {
    await client.query("begin");
    await client.query("select nexus.nexus_make_partitions(2)");
    await client.query("rollback");
    await t.pool.query("select nexus.nexus_make_partitions(2)");
  }
  client.release();
  await t.settle(held, 4n);
  await workers.run("partitions");
  expect(await leftovers()).toEqual(none);
  expect(await misplaced()).toBe(0);
  expect(await t.disagreeing()).toEqual([]);
});

test("a row that is locked is moved later, not left behind", { timeout: 60_000 }, async () => {
  await loseMonths();
  const org = await t.organization();
  const held = await t.hold(org, 9n);
  await addMonthsAhead(0, 3_000);
  const client = await t.pool.connect();
  await t.pool.query("select nexus.nexus_make_partitions(2)");
  await client.query("begin");
  await client.query("update nexus.operation set model = 'gpt-late' where operation_id = $1", [held]);
  for (let step = 0; step < 5; step += 1)
    expect((await t.pool.query("select nexus.nexus_make_partitions(2) as made")).rows).not.toEqual([{ made: 0 }]);
  await client.query("commit");
  client.release();
  await workers.run("partitions");
  expect(await leftovers()).toEqual(none);
  const { rows } = await t.pool.query(
    "select model, tableoid::regclass::text ~ '\\d{6}$' as placed from nexus.operation where operation_id = $1",
    [held],
  );
  expect(rows).toEqual([{ model: "gpt-late", placed: true }]);
});

test("ids outside the range of months stay in the default partition and block nothing", async () => {
  await loseMonths();
  const odd = ["00000000-0000-0000-0000-000000000001", "ffffffff-ffff-4fff-8fff-ffffffffffff"];
  for (const id of odd)
    await t.pool.query(
      "insert into nexus.operation (operation_id, org_id, name, vendor, model, process_id, levels, held, state, cost, deadline, facts) values ($1, 'org_odd', 'o', 'v', 'm', 'p', '{}', 1, 'settled', 0, now(), '{}')",
      [id],
    );
  await addMonthsAhead(3, 5);
  await workers.run("partitions");
  const { rows } = await t.pool.query("select operation_id from nexus.operation_default order by operation_id");
  expect(rows).toEqual(odd.map((id) => ({ operation_id: id })));
  expect((await t.pool.query("select nexus.nexus_make_partitions(2) as made")).rows).toEqual([{ made: 0 }]);
  expect((await leftovers())?.loose).toBe(0);
});
