import { afterAll, beforeAll, expect, test } from "vitest";
import { Client } from "pg";
import { openTestLedger, type TestLedger, type TestOrganization } from "../../../test/ledger.ts";
import { systemClock } from "../clock.ts";
import { silentLogger as log } from "../logger.ts";
import { startLedgerWorkers, verifySums, type LedgerWorkers } from "./index.ts";

let t: TestLedger;
let workers: LedgerWorkers;
let organization: TestOrganization;

beforeAll(async () => {
  t = await openTestLedger();
  workers = await startLedgerWorkers({
    connectionString: t.url,
    ledger: t.ledger,
    clock: systemClock,
    log,
    keepMonths: 4,
    manual: true,
  });
  organization = await t.organization([
    { limit: 1_000_000_000n },
    { window: "rolling", period: "month", limit: 1_000_000_000n },
  ]);
});
afterAll(async () => {
  await workers.close();
  await t.close();
});

/** As if a call had been made so many months ago: its id, its times and the partition that they mean. */
const madeAgo = async (operationId: string, months: number): Promise<string> => {
  const { rows } = await t.pool.query<{ id: string }>(
    `select overlay($1::text placing left(nexus.nexus_uuid_floor(date_trunc('month', now(), 'UTC') - make_interval(months => $2) + interval '1 day')::text, 13) from 1) as id`,
    [operationId, months],
  );
  const id = rows[0]?.id ?? "";
  await t.pool.query("alter table nexus.entry disable trigger entry_append_only");
  for (const table of ["entry", "operation", "attempt", "rollup_queue"])
    await t.pool.query(`update nexus.${table} set operation_id = $2 where operation_id = $1`, [operationId, id]);
  await t.pool.query(
    "update nexus.operation set created_at = to_timestamp(nexus.nexus_uuid_ms(operation_id) / 1000.0) where operation_id = $1",
    [id],
  );
  await t.pool.query("alter table nexus.entry enable trigger entry_append_only");
  await workers.run("partitions");
  return id;
};

const monthsKept = async (): Promise<readonly string[]> => {
  const { rows } = await t.pool.query<{ n: number }>(
    `select (extract(year from age(date_trunc('month', now() at time zone 'UTC'), to_date(right(inhrelid::regclass::text, 6), 'YYYYMM'))) * 12
             + extract(month from age(date_trunc('month', now() at time zone 'UTC'), to_date(right(inhrelid::regclass::text, 6), 'YYYYMM'))))::int as n
       from pg_inherits where inhparent = 'nexus.operation'::regclass and inhrelid::regclass::text ~ '\\d{6}$' order by 1 desc`,
  );
  return rows.map(({ n }) => String(n)).filter((n) => Number(n) > 0);
};

const differences = async (): Promise<unknown> => {
  const client = new Client({ connectionString: t.url });
  await client.connect();
  try {
    const { budgets, rollups } = await verifySums(client);
    return [...budgets, ...rollups];
  } finally {
    await client.end();
  }
};

const attempt = {
  vendor: "openai",
  model: "gpt-test",
  credentialTier: "byok",
  credentialId: "cred_test",
  outcome: "answered",
  status: 200,
} as const;

test("months past keeping are dropped whole, and everything still adds up", async () => {
  const old = await t.hold(organization, 500n);
  await t.settle(old, 700n, {
    attempts: [
      { n: 1, ...attempt },
      { n: 2, ...attempt },
    ],
  });
  const doubted = await t.hold(organization, 300n);
  await t.end(doubted, "uncertain");
  const kept = await t.hold(organization, 200n);
  await t.settle(kept, 150n);
  const queued = await t.hold(organization, 90n);
  await t.settle(queued, 90n);
  await workers.run("rollup");
  await madeAgo(old, 6);
  const doubt = await madeAgo(doubted, 8);
  await madeAgo(kept, 4);
  expect(await monthsKept()).toEqual(["8", "6", "4"]);
  expect(await differences()).toEqual([]);

  // 1 counted, 1 for its attempts, 1 dropped; the doubt holds its month.
  expect(await workers.run("retention")).toBe(1 + 2 + 1);
  expect(await monthsKept()).toEqual(["8", "4"]);
  expect(await differences()).toEqual([]);
  const { rows } = await t.pool.query(
    "select operations::int, entries::int, dropped_at is not null as dropped from nexus.retired_month",
  );
  expect(rows).toEqual([{ operations: 1, entries: 2, dropped: true }]);
  expect(await workers.run("retention")).toBe(0);

  // Once it has ended and is in the sums, nothing does.
  await t.end(doubt, "released");
  expect(await workers.run("retention")).toBe(0);
  await workers.run("rollup");
  await workers.run("retention");
  expect(await monthsKept()).toEqual(["4"]);
  expect(await differences()).toEqual([]);
  expect(await t.disagreeing()).not.toEqual([]);
});

test("a correction that comes after a month was counted has it counted anew", async () => {
  const old = await t.hold(organization, 500n);
  await t.settle(old, 400n, { source: "estimated" });
  await workers.run("rollup");
  const id = await madeAgo(old, 7);
  await t.pool.query("select nexus.nexus_drop_months(4)");
  const { rows } = await t.pool.query<{ reply: string }>(
    "select o_reply as reply from nexus.nexus_correct($1, 'settled', 450, 'import', 'root', 'the bill', repeat('0', 64), false)",
    [id],
  );
  expect(rows).toEqual([{ reply: "corrected" }]);
  await workers.run("rollup");
  await workers.run("retention");
  expect(await monthsKept()).toEqual(["4"]);
  expect(await differences()).toEqual([]);
  const { rows: sums } = await t.pool.query(
    "select sum(s.cost)::text as cost from nexus.retired_sum s join nexus.retired_month m using (month) where m.entries = 3",
  );
  expect(sums).toEqual([{ cost: "450" }]);
});

test("calls go on while a month is dropped, and without a setting none is", async () => {
  const old = await t.hold(organization, 10n);
  await t.settle(old, 10n);
  await workers.run("rollup");
  await madeAgo(old, 9);
  const all = await startLedgerWorkers({
    connectionString: t.url,
    ledger: t.ledger,
    clock: systemClock,
    log,
    manual: true,
  });
  expect(await all.run("retention")).toBe(0);
  await all.close();
  const under = { way: true };
  const dropped = workers.run("retention").finally(() => {
    under.way = false;
  });
  do await t.settle(await t.hold(organization, 5n), 5n);
  while (under.way);
  expect(await dropped).toBeGreaterThan(0);
  expect(await monthsKept()).toEqual(["4"]);
  await workers.run("rollup");
  expect(await differences()).toEqual([]);
});

test("a month whose tables are in use for long is left for the next time", async () => {
  const old = await t.hold(organization, 10n);
  await t.settle(old, 10n);
  await workers.run("rollup");
  await madeAgo(old, 10);
  const busy = await t.pool.connect();
  try {
    await busy.query("begin");
    await busy.query("select from nexus.operation limit 1");
    await workers.run("retention");
    expect(await monthsKept()).toEqual(["10", "4"]);
    await busy.query("commit");
  } finally {
    busy.release();
  }
  expect(await workers.run("retention")).toBe(1);
  expect(await monthsKept()).toEqual(["4"]);
  expect(await differences()).toEqual([]);
});
