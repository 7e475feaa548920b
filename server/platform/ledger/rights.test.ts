import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestLedger, type TestLedger } from "../../../test/ledger.ts";

let t: TestLedger;
let app: Client;
beforeAll(async () => {
  t = await openTestLedger();
  app = new Client({ connectionString: t.url });
  await app.connect();
  await app.query("set role nexus_app");
});
afterAll(async () => {
  await app.end();
  await t.close();
});

const tables = [
  "budget_rule",
  "budget",
  "budget_bucket",
  "budget_alert",
  "operation",
  "operation_default",
  "attempt",
  "entry",
  "entry_default",
  "idempotency",
  "answer",
  "process_heartbeat",
  "stream_checkpoint",
  "recovery_claim",
  "usage_hour",
  "usage_hour_app",
  "usage_day",
  "usage_day_app",
  "usage_hour_user",
  "usage_day_user",
  "usage_month",
  "usage_month_app",
  "usage_month_user",
  "usage_hour_customer",
  "usage_day_customer",
  "usage_month_customer",
  "usage_hour_total",
  "usage_day_total",
  "usage_month_total",
  "retired_booking",
  "retired_month",
  "retired_sum",
  "rollup_queue",
  "installation",
];

test.each(tables)("the gateway's role reads %s and cannot write it", async (table) => {
  await expect(app.query(`select * from nexus.${table} limit 1`)).resolves.toBeDefined();
  await expect(app.query(`insert into nexus.${table} default values`)).rejects.toMatchObject({ code: "42501" });
  await expect(app.query(`delete from nexus.${table}`)).rejects.toMatchObject({ code: "42501" });
  await expect(app.query(`truncate nexus.${table}`)).rejects.toMatchObject({ code: "42501" });
});

test("counters, holds and entries cannot be updated by the gateway's role", async () => {
  for (const statement of [
    "update nexus.budget set spent = 0",
    "update nexus.operation set state = 'released'",
    "update nexus.entry set amount = 0",
  ]) {
    await expect(app.query(statement)).rejects.toMatchObject({ code: "42501" });
  }
});

test("the gateway's role can do its work through the functions", async () => {
  const url = new URL(t.url);
  url.searchParams.set("options", "-c role=nexus_app");
  await app.query("select nexus.nexus_ensure_org('org_rights')");
  const { rows } = await app.query<{ id: string }>("select id from nexus.budget where org_id = 'org_rights'");
  const org = { organizationId: "org_rights", levels: [BigInt(rows[0]?.id ?? 0)], epoch: 0n };
  for (const call of [
    "nexus_open_periods()",
    "nexus_roll_windows(5)",
    "nexus_roll_up_usage(5)",
    "nexus_raise_alerts()",
    "nexus_raise_forecasts()",
    "nexus_prune(5)",
    "nexus_make_partitions(1)",
    "nexus_heartbeat('p')",
  ]) {
    await expect(app.query(`select nexus.${call}`)).resolves.toBeDefined();
  }
  const held = await t.hold(org, 5n);
  expect(await t.settle(held, 5n)).toBe("settled");
});

test("entries cannot be changed by anybody, not even the owner", async () => {
  const org = await t.organization();
  await t.settle(await t.hold(org, 5n), 5n);
  const { rows } = await t.pool.query<{ partition: string }>(
    "select distinct tableoid::regclass::text as partition from nexus.entry",
  );
  for (const table of [
    "nexus.entry",
    ...rows.map(({ partition }) => (partition.includes(".") ? partition : `nexus.${partition}`)),
  ]) {
    await expect(t.pool.query(`update ${table} set amount = 0`)).rejects.toThrow("append-only");
    await expect(t.pool.query(`delete from ${table}`)).rejects.toThrow("append-only");
    await expect(t.pool.query(`truncate ${table}`)).rejects.toThrow("append-only");
  }
});

test("every entry sums to zero over its two accounts", async () => {
  const org = await t.organization();
  await t.settle(await t.hold(org, 5n), 9n);
  const { rows } = await t.pool.query(
    "select count(*)::int as n, sum(amount)::int as total from nexus.entry_posting where org_id = $1",
    [org.organizationId],
  );
  expect(rows).toEqual([{ n: 4, total: 0 }]);
});
