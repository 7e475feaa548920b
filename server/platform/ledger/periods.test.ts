import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestLedger, type TestLedger } from "../../../test/ledger.ts";
import { newId } from "../ids.ts";

let t: TestLedger;
beforeAll(async () => {
  t = await openTestLedger();
});
afterAll(() => t.close());

const periods = async (organizationId: string) =>
  (
    await t.pool.query<{ starts: string; ends: string }>(
      `select to_char(starts_at at time zone r.time_zone, 'YYYY-MM-DD HH24:MI') as starts, to_char(ends_at at time zone r.time_zone, 'YYYY-MM-DD HH24:MI') as ends
       from nexus.budget b join nexus.budget_rule r on r.id = b.rule_id where b.org_id = $1 order by b.starts_at`,
      [organizationId],
    )
  ).rows;

test("budget rows are made once, a day ahead, without gap or overlap", async () => {
  for (const period of ["hour", "day", "week", "month"] as const) {
    const org = await t.organization([{ limit: 10n, period, timeZone: "America/New_York" }]);
    const rows = await periods(org.organizationId);
    rows.slice(1).forEach(({ starts }, index) => expect(starts).toBe(rows[index]?.ends));
    const { rows: ahead } = await t.pool.query(
      "select max(ends_at) >= clock_timestamp() + interval '1 day' as ahead from nexus.budget where org_id = $1 and rule_id is not null",
      [org.organizationId],
    );
    expect(ahead).toEqual([{ ahead: true }]);
    await t.pool.query("select nexus.nexus_open_periods()");
    expect(await periods(org.organizationId)).toEqual(rows);
  }
});

test.each([
  ["day", "Europe/Berlin", "2026-03-28T23:30:00Z", "2026-03-29T22:00:00Z"],
  ["day", "Europe/Berlin", "2026-10-25T10:00:00Z", "2026-10-25T23:00:00Z"],
  ["hour", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z"],
  ["hour", "Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-25T02:00:00Z"],
  ["hour", "Asia/Kolkata", "2026-05-01T10:10:00Z", "2026-05-01T10:30:00Z"],
  ["week", "America/New_York", "2026-11-01T12:00:00Z", "2026-11-02T05:00:00Z"],
  ["month", "Asia/Tokyo", "2028-02-28T16:00:00Z", "2028-02-29T15:00:00Z"],
  ["month", "UTC", "2028-02-29T00:00:00Z", "2028-03-01T00:00:00Z"],
])("a %s in %s at %s ends at %s", async (period, zone, at, ends) => {
  const { rows } = await t.pool.query("select nexus.nexus_period_end($1, $2, $3) as ends", [period, zone, at]);
  expect(rows[0].ends.toISOString()).toBe(new Date(ends).toISOString());
});

test("a call across a period boundary counts in the period that admitted it, and an ended period admits nothing", async () => {
  const org = await t.organization([{ limit: 100n, period: "day" }]);
  const [root = 0n, today = 0n] = org.levels;
  const { rows } = await t.pool.query<{ id: bigint }>(
    "update nexus.budget set starts_at = clock_timestamp() + interval '400 ms' where rule_id = (select rule_id from nexus.budget where id = $1) and starts_at > clock_timestamp() returning id",
    [today],
  );
  await t.pool.query(
    "update nexus.budget set ends_at = (select starts_at from nexus.budget where id = $2) where id = $1",
    [today, rows[0]?.id],
  );
  const tomorrow = rows[0]?.id ?? 0n;
  const next = { ...org, levels: [root, tomorrow] };
  const before = await t.hold(org, 60n);
  expect(await t.ledger.reserve(t.call(next, 10n))).toEqual({ status: "stale" });
  let held = 0;
  let stale = 0;
  for (const end = performance.now() + 900; performance.now() < end;) {
    const replies = await Promise.all([org, next].map((each) => t.ledger.reserve(t.call(each, 1n))));
    held += replies.filter(({ status }) => status === "held").length;
    stale += replies.filter(({ status }) => status === "stale").length;
    // Never both at once: a call belongs to one period.
    expect(replies.filter(({ status }) => status === "stale").length).toBeGreaterThanOrEqual(1);
  }
  expect(held).toBeGreaterThan(0);
  expect(stale).toBeGreaterThan(0);
  expect(await t.ledger.reserve(t.call(org, 1n))).toEqual({ status: "stale" });
  await t.settle(before, 50n);
  expect(await t.budget(today)).toMatchObject({ spent: 50n });
  expect(await t.budget(tomorrow)).toMatchObject({ spent: 0n });
  expect(await t.disagreeing()).toEqual([]);
});

test("changing rules, opening periods, first calls and holds at the same time cause no deadlock", async () => {
  const known = await t.organization([{ limit: 1_000_000n, period: "hour" }]);
  const work = Array.from({ length: 60 }, async (_, index) => {
    const organizationId = `org_lock_${index % 7}`;
    if (index % 4 === 0) await t.pool.query("select nexus.nexus_open_periods()");
    else if (index % 4 === 1)
      await t.pool.query("select nexus.nexus_ensure_org($1), nexus.nexus_open_periods($1)", [organizationId]);
    else if (index % 4 === 2) {
      await t.pool.query(
        "select nexus.nexus_set_budget($1, $2, 'organization', null, 'hour', $3, 'nanoUsd', true, 1000000, '{}', 'UTC')",
        [newId(), index % 3 === 0 ? known.organizationId : organizationId, index % 8 === 2 ? "rolling" : "calendar"],
      );
    } else await t.ledger.reserve(t.call(known, 1n));
  });
  const failed = (await Promise.allSettled(work)).filter(({ status }) => status === "rejected");
  expect(failed).toEqual([]);
  expect(await t.disagreeing()).toEqual([]);
});

test("a new time zone changes periods that have not begun, without a gap", async () => {
  const org = await t.organization([{ limit: 10n, period: "day", timeZone: "UTC" }]);
  await t.pool.query(
    "select nexus.nexus_set_budget($1, $2, 'organization', null, 'day', 'calendar', 'nanoUsd', true, 10, '{}', 'Asia/Tokyo')",
    [newId(), org.organizationId],
  );
  const { rows } = await t.pool.query<{ starts_at: Date; ends_at: Date }>(
    "select starts_at, ends_at from nexus.budget where org_id = $1 and rule_id is not null order by starts_at",
    [org.organizationId],
  );
  expect(rows[0]?.ends_at.toISOString()).toMatch(/T00:00:00.000Z$/);
  expect(rows[1]?.starts_at).toEqual(rows[0]?.ends_at);
  expect(rows[1]?.ends_at.toISOString()).toMatch(/T15:00:00.000Z$/);
});

test("a rolling window removes spending that has left it, late rather than early", async () => {
  const org = await t.organization([{ limit: 100n, period: "hour", window: "rolling" }]);
  const row = org.levels[1] ?? 0n;
  await t.settle(await t.hold(org, 60n), 60n);
  await t.settle(await t.hold(org, 20n), 35n);
  expect(await t.ledger.reserve(t.call(org, 6n))).toMatchObject({ status: "refused" });
  await t.pool.query(
    "update nexus.budget_bucket set bucket_at = bucket_at - interval '59 minutes' where budget_id = $1",
    [row],
  );
  const roll = async () => Number((await t.pool.query("select nexus.nexus_roll_windows(100) as n")).rows[0].n);
  expect(await roll()).toBe(0);
  await t.settle(await t.hold(org, 5n), 5n);
  await t.pool.query(
    "update nexus.budget_bucket set bucket_at = bucket_at - interval '2 minutes' where budget_id = $1 and bucket_at < clock_timestamp() - interval '58 minutes'",
    [row],
  );
  expect(await roll()).toBe(1);
  expect(await t.budget(row)).toMatchObject({ spent: 5n, overrun: 0n, rolled_off: 95n });
  expect(await t.ledger.reserve(t.call(org, 95n))).toEqual({ status: "held" });
  expect(await t.ledger.reserve(t.call(org, 1n))).toMatchObject({ status: "refused" });
  expect(await roll()).toBe(0);
  expect(await t.disagreeing()).toEqual([]);
});

test("a threshold is recorded once per period; a rolling window records it again after spending fell below it", async () => {
  const org = await t.organization([
    { limit: 100n, period: "hour", window: "rolling", thresholds: [50, 100] },
    { scope: "app", limit: 100n, thresholds: [50] },
  ]);
  const raise = () => t.pool.query("select nexus.nexus_raise_alerts()");
  const alerts = async () =>
    (
      await t.pool.query(
        "select budget_id, threshold, used, cleared_at is null as active from nexus.budget_alert where org_id = $1 order by budget_id, threshold, id",
        [org.organizationId],
      )
    ).rows;
  const [, rolling, app] = org.levels;
  await t.settle(await t.hold(org, 49n), 49n);
  await raise();
  expect(await alerts()).toEqual([]);
  await t.settle(await t.hold(org, 1n), 1n);
  await raise();
  await raise();
  const both = [
    { budget_id: rolling, threshold: 50, used: 50n, active: true },
    { budget_id: app, threshold: 50, used: 50n, active: true },
  ];
  expect(await alerts()).toEqual(both);
  await t.pool.query("update nexus.budget_bucket set bucket_at = bucket_at - interval '2 hours' where budget_id = $1", [
    rolling,
  ]);
  await t.pool.query("select nexus.nexus_roll_windows(100)");
  await raise();
  await t.settle(await t.hold(org, 50n), 50n);
  await raise();
  expect(await alerts()).toEqual([
    { budget_id: rolling, threshold: 50, used: 50n, active: false },
    { budget_id: rolling, threshold: 50, used: 50n, active: true },
    { budget_id: app, threshold: 50, used: 50n, active: true },
  ]);
});
