import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestLedger, type TestLedger, type TestOrganization } from "../../../test/ledger.ts";

let t: TestLedger;

beforeAll(async () => {
  t = await openTestLedger();
});
afterAll(() => t.close());

const raise = () => t.pool.query("select nexus.nexus_raise_alerts(), nexus.nexus_raise_forecasts()");

const ruleOf = async ({ organizationId }: TestOrganization): Promise<string> => {
  const { rows } = await t.pool.query<{ id: string }>("select id from nexus.budget_rule where org_id = $1", [
    organizationId,
  ]);
  return rows[0]?.id ?? "";
};

/** The administrators of the organization are told of its one budget. */
const told = async (org: TestOrganization, forecast = false): Promise<void> => {
  await t.pool.query(
    "insert into nexus.alert_setting (rule_id, organization_id, forecast, administrators) values ($1, $2, $3, true)",
    [await ruleOf(org), org.organizationId, forecast],
  );
};

/** The thresholds of each message, oldest first. */
const messages = async ({ organizationId }: TestOrganization): Promise<readonly (readonly number[])[]> => {
  const { rows } = await t.pool.query<{ thresholds: number[] }>(
    "select d.thresholds from nexus.alert_delivery d where organization_id = $1 order by alert_id",
    [organizationId],
  );
  return rows.map(({ thresholds }) => thresholds);
};

const spend = async (org: TestOrganization, amount: bigint): Promise<string> => {
  const operationId = await t.hold(org, amount);
  await t.settle(operationId, amount);
  return operationId;
};

/** The organization as it is now. */
const afresh = async ({ organizationId }: TestOrganization): Promise<TestOrganization> => {
  const { rows } = await t.pool.query<{ id: bigint; epoch: bigint }>(
    "select id, epoch from nexus.budget where org_id = $1 and starts_at <= clock_timestamp() and ends_at > clock_timestamp() order by id",
    [organizationId],
  );
  return { organizationId, levels: rows.map(({ id }) => id), epoch: rows[0]?.epoch ?? 0n };
};

const setLimit = async (org: TestOrganization, limit: bigint): Promise<TestOrganization> => {
  await t.pool.query(
    `select nexus.nexus_set_budget(id, org_id, scope, scope_id, period, window_kind, unit, hard, $2, alert_thresholds, time_zone)
       from nexus.budget_rule where org_id = $1`,
    [org.organizationId, limit],
  );
  return afresh(org);
};

const soft = { period: "month", hard: false, limit: 100n, thresholds: [50, 80, 100] } as const;

test("one call over several thresholds is one message that names them all; later thresholds have messages of their own", async () => {
  const org = await t.organization([soft]);
  await told(org);
  await spend(org, 85n);
  await raise();
  await raise();
  expect(await messages(org)).toEqual([[50, 80]]);
  await spend(org, 15n);
  await raise();
  expect(await messages(org)).toEqual([[50, 80], [100]]);
});

test("processes that look at the same moment tell once", async () => {
  const org = await t.organization([soft]);
  await told(org);
  await spend(org, 100n);
  await Promise.all([raise(), raise(), raise(), raise()]);
  expect(await messages(org)).toEqual([[50, 80, 100]]);
});

test("a budget that nobody is told of raises its alerts in silence", async () => {
  const org = await t.organization([soft]);
  await spend(org, 85n);
  await raise();
  await told(org);
  await raise();
  expect(await messages(org)).toEqual([]);
});

test("what is given back below a threshold and spent again is not told again in that period", async () => {
  const org = await t.organization([soft]);
  await told(org);
  const operationId = await spend(org, 85n);
  await raise();
  await t.pool.query(
    "select nexus.nexus_correct($1, 'settled', 10, 'import', 'bill', 'a refund', repeat('a', 64), true)",
    [operationId],
  );
  expect(await t.budget(org.levels[1])).toMatchObject({ spent: 10n });
  await raise();
  await spend(org, 75n);
  await raise();
  expect(await messages(org)).toEqual([[50, 80]]);
});

test("after a raised limit the thresholds that it is below are told again when they are reached, the others are not", async () => {
  const org = await t.organization([soft]);
  await told(org);
  await spend(org, 90n);
  await raise();
  const raised = await setLimit(org, 150n);
  await raise();
  expect(await messages(org)).toEqual([[50, 80]]);
  await spend(raised, 30n);
  await raise();
  expect(await messages(org)).toEqual([[50, 80], [80]]);
});

test("in a new period all thresholds are told again", async () => {
  const org = await t.organization([soft]);
  await told(org);
  await spend(org, 60n);
  await raise();
  // The period ends now, and the next one begins.
  await t.pool.query(
    `with present as (update nexus.budget set ends_at = clock_timestamp() where id = $1 returning *)
     insert into nexus.budget (org_id, rule_id, starts_at, ends_at, hard, lim)
       select org_id, rule_id, ends_at, ends_at + interval '20 days', hard, lim from present`,
    [org.levels[1]],
  );
  await spend(await afresh(org), 55n);
  await raise();
  expect(await messages(org)).toEqual([[50], [50]]);
});

test("that money will run out early is told once, and again for another limit", async () => {
  const org = await t.organization([{ ...soft, thresholds: [] }]);
  await told(org, true);
  await spend(org, 40n);
  await t.pool.query("select nexus.nexus_roll_up_usage(5000)");
  // A month with one day left lasts; one with thirty does not, at six a day.
  const endIn = (days: number) =>
    t.pool.query("update nexus.budget set ends_at = clock_timestamp() + make_interval(days => $2) where id = $1", [
      org.levels[1],
      days,
    ]);
  await endIn(1);
  await raise();
  expect(await messages(org)).toEqual([]);
  await endIn(30);
  await raise();
  await raise();
  expect(await messages(org)).toEqual([[0]]);
  await setLimit(org, 120n);
  await raise();
  expect(await messages(org)).toEqual([[0], [0]]);
  await setLimit(org, 100_000n);
  await raise();
  expect(await messages(org)).toHaveLength(2);
});

test("however it is spent, each threshold that was reached is told exactly once", async () => {
  const step = fc.record({ amount: fc.integer({ min: 1, max: 60 }), looks: fc.integer({ min: 0, max: 2 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
      const org = await t.organization([soft]);
      await told(org);
      for (const { amount, looks } of steps) {
        await spend(org, BigInt(amount));
        for (let look = 0; look < looks; look += 1) await raise();
      }
      await raise();
      const spent = steps.reduce((sum, { amount }) => sum + amount, 0);
      expect((await messages(org)).flat()).toEqual(soft.thresholds.filter((threshold) => threshold <= spent));
    }),
    { numRuns: 12 },
  );
});
