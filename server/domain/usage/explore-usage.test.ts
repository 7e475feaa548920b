import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { createRandom } from "../../../e2e/faults/seeded.ts";
import { openTestDeps, testContext, type TestDeps } from "../../../test/deps.ts";
import { holdFacts, openTestLedger, type TestLedger } from "../../../test/ledger.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { latencyBounds } from "./latency.ts";
import { exploreUsage, ExploreUsageInput, ExploreUsageOutput } from "./index.ts";
import type { UsageGrouping } from "./usage-dimension.ts";

let deps: TestDeps;
let t: TestLedger;
let ctx: CallContext;
beforeAll(async () => {
  t = await openTestLedger();
  deps = await openTestDeps(undefined, t.url);
  const { organizationId } = await makeLedger();
  ctx = testContext({ organizationId, permissions: administrator });
});
afterAll(async () => {
  await deps.close();
  await t.close();
});

const administrator: ReadonlySet<string> = new Set([
  "srv_nexus.usage:read",
  "srv_nexus.budgets:manage",
  "srv_nexus.customers:read",
]);

const { between, pick: oneOf } = createRandom(42);
const random = (below: number): number => between(0, below - 1);

/** From a day before the clocks of Berlin go back to two days after. */
const begin = Date.parse("2026-10-24T00:00:00Z");
const hours = 120;

/** Two customers of an app; what their calls are summed up by. */
const makeCustomers = async (organizationId: string): Promise<readonly string[]> => {
  await t.pool.query(
    `insert into nexus.customer (wallet_id, org_id, app_id, customer_id, name)
       select gen_random_uuid(), $1, 'srv_a', 'customer-' || n, 'Customer ' || n from generate_series(1, 2) n`,
    [organizationId],
  );
  await t.pool.query("select nexus.nexus_open_wallet(wallet_id, org_id) from nexus.customer where org_id = $1", [
    organizationId,
  ]);
  const { rows } = await t.pool.query<{ budget_id: string }>(
    "select w.budget_id::text from nexus.wallet w join nexus.customer c using (wallet_id) where c.org_id = $1 order by c.customer_id",
    [organizationId],
  );
  return rows.map((row) => row.budget_id);
};

/** Operations of every end, some corrected, of which some entries are in the sums and some are not. */
const makeLedger = async (): Promise<{ readonly organizationId: string }> => {
  const organization = await t.organization();
  const customers = await makeCustomers(organization.organizationId);
  const ended: string[] = [];
  const rollUp = (most: number) => t.pool.query("select nexus.nexus_roll_up_usage($1)", [most]);
  for (let call = 0; call < 160; call += 1) {
    const operationId = await t.hold(organization, 100n, {
      facts: {
        ...holdFacts,
        appId: oneOf(["", "srv_a", "srv_b", "srv_c"]) || undefined,
        userId: oneOf(["usr_a", "usr_b", ""]) || undefined,
        keyId: oneOf(["", "key_a", "nst_b"]) || undefined,
        operation: oneOf(["ai.generateText", "ai.embed", "email.send"]),
        model: oneOf(["m1", "m2", "m3", "m4"]),
        credentialTier: oneOf(["byok", "platform_default"]),
      },
    });
    const at = new Date(begin + random(hours * 60) * 60_000);
    await t.pool.query("update nexus.operation set created_at = $2 where operation_id = $1", [operationId, at]);
    const end = random(10);
    if (end === 0) continue;
    if (end < 3) await t.end(operationId, "released");
    else {
      await t.settle(operationId, BigInt(random(150)), {
        source: oneOf(["provider", "estimated"]),
        result: {
          units: { input: random(50), output: random(50) },
          status: 200,
          latencyMs: random(5_000),
        },
      });
    }
    ended.push(operationId);
    // At no price of the customer's: what is booked for the organization is what is summed up.
    await t.pool.query(
      "update nexus.operation set wallet_level = $2, wallet_ppm = 0, charged = 0 where operation_id = $1 and $2::bigint is not null",
      [operationId, oneOf([null, null, ...customers])],
    );
    if (call % 20 === 0) await rollUp(15);
  }
  for (let nth = 0; nth < 40; nth += 1) {
    await t.pool.query("select nexus.nexus_correct($1, $2, $3, 'operator', 'op', 'the bill says so', null, false)", [
      ended[random(ended.length)],
      oneOf(["settled", "released"]),
      BigInt(random(200)),
    ]);
    if (nth === 20) await rollUp(30);
  }
  return organization;
};

interface Raw {
  readonly at: Date;
  readonly app: string;
  readonly user: string;
  readonly key: string;
  readonly operation: string;
  readonly vendor: string;
  readonly model: string;
  readonly tier: string;
  readonly source: string;
  readonly customer: string;
  readonly calls: number;
  readonly failed: number;
  readonly cost: string;
  readonly overrun: string;
  readonly input_units: string;
  readonly output_units: string;
}

/** The ledger's entries themselves. */
const entries = async (organizationId: string): Promise<Raw[]> =>
  (
    await t.pool.query<Raw>(
      `select hour as at, app_id as app, user_id as "user", key_id as key, operation, vendor, model, tier, source, calls, failed, cost::text, overrun::text,
              input_units::text, output_units::text,
              coalesce((select c.customer_id from nexus.wallet w join nexus.customer c using (wallet_id) where w.budget_id = u.customer), '') as customer
         from nexus.entry_usage u where org_id = $1`,
      [organizationId],
    )
  ).rows;

type Name = Exclude<UsageGrouping, "status">;
const valueOf = (raw: Raw, grouping: Name): string | null =>
  (grouping === "family" ? raw.operation.split(".", 1)[0] : raw[grouping]) || null;

const sumOf = (rows: readonly Raw[]) => {
  const add = (column: "cost" | "overrun" | "input_units" | "output_units") =>
    rows.reduce((sum, row) => sum + BigInt(row[column]), 0n);
  return {
    calls: rows.reduce((sum, { calls }) => sum + calls, 0),
    errors: rows.reduce((sum, { failed }) => sum + failed, 0),
    costNanos: add("cost").toString(),
    overrunNanos: add("overrun").toString(),
    inputUnits: Number(add("input_units")),
    outputUnits: Number(add("output_units")),
    messages: rows.reduce((sum, row) => sum + (row.operation.startsWith("email.") ? row.calls - row.failed : 0), 0),
  };
};
type Sum = ReturnType<typeof sumOf>;
const pick = ({ calls, errors, costNanos, overrunNanos, inputUnits, outputUnits, messages }: Sum): Sum => ({
  calls,
  errors,
  costNanos,
  overrunNanos,
  inputUnits,
  outputUnits,
  messages,
});
const isEmpty = ({ calls, costNanos }: Sum): boolean => calls === 0 && costNanos === "0";

/** The day, week or month of the zone in which an hour begins, by another calendar than the database's. */
const intervalOf = (at: Date, interval: string, timeZone: string): string => {
  if (interval === "hour") return at.toISOString();
  const [year = 0, month = 0, day = 0] = new Intl.DateTimeFormat("en-CA", {
    timeZone,
  })
    .format(at)
    .split("-")
    .map(Number);
  if (interval === "month") return `${year}-${month}`;
  const date = new Date(Date.UTC(year, month - 1, day));
  if (interval === "week") date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return date.toISOString();
};

const anyOf = <T>(...values: readonly T[]) => fc.constantFrom(...values);
const query = fc.record({
  from: fc.oneof(fc.integer({ min: -30, max: hours }), fc.integer({ min: -900, max: 0 })),
  hours: fc.oneof(fc.integer({ min: 1, max: 150 }), fc.integer({ min: 151, max: 2_500 })),
  interval: anyOf("hour", "day", "week", "month"),
  timeZone: anyOf("UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Kiritimati"),
  groupBy: fc.uniqueArray(
    anyOf<Name>("app", "user", "key", "customer", "family", "operation", "vendor", "model", "tier", "source"),
    {
      maxLength: 2,
    },
  ),
  limit: fc.integer({ min: 1, max: 4 }),
  filter: fc.record(
    {
      app: anyOf("srv_a", "srv_b"),
      user: anyOf("usr_a"),
      key: anyOf("nst_b"),
      family: anyOf("ai" as const, "email" as const),
      model: anyOf("m1", "m2"),
      tier: anyOf("byok" as const),
    },
    { requiredKeys: [] },
  ),
});

test("sums equal the ledger's entries, whatever is filtered, grouped, rolled up, corrected or cut by a time zone", async () => {
  const all = await entries(ctx.organizationId);
  expect(all.length).toBeGreaterThan(150);
  await fc.assert(
    fc.asyncProperty(query, async ({ from, hours: most, interval, timeZone, groupBy, limit, filter }) => {
      const length = interval === "hour" ? Math.min(most, 150) : most;
      const begins = begin + from * 3_600_000;
      const ends = begins + length * 3_600_000;
      const told = ExploreUsageOutput.parse(
        await exploreUsage(deps, ctx, {
          from: new Date(begins).toISOString(),
          to: new Date(ends).toISOString(),
          interval: ExploreUsageInput.shape.interval.parse(interval),
          timeZone,
          groupBy,
          limit,
          compare: true,
          ...filter,
        }),
      );
      const matching = all.filter((raw) =>
        (["app", "user", "key", "family", "model", "tier"] as const).every(
          (name) => filter[name] === undefined || valueOf(raw, name) === filter[name],
        ),
      );
      const within = (a: number, b: number) => matching.filter(({ at }) => at.getTime() >= a && at.getTime() < b);
      const wanted = within(begins, ends);
      expect(pick(told.totals)).toEqual(sumOf(wanted));
      expect(told.before && pick(told.before.totals)).toEqual(sumOf(within(2 * begins - ends, begins)));
      const byInterval = Map.groupBy(wanted, ({ at }) => intervalOf(at, interval, timeZone));
      expect(
        told.series
          .filter((point) => !isEmpty(point))
          .map((point) => [intervalOf(new Date(told.intervals[point.interval] ?? 0), interval, timeZone), pick(point)]),
      ).toEqual(
        [...byInterval]
          .map(([at, rows]) => [at, sumOf(rows)] as const)
          .filter(([, sum]) => !isEmpty(sum))
          .toSorted(
            ([a], [b]) =>
              told.intervals.findIndex((i) => intervalOf(new Date(i), interval, timeZone) === a) -
              told.intervals.findIndex((i) => intervalOf(new Date(i), interval, timeZone) === b),
          ),
      );
      if (groupBy.length === 0) return;
      const byGroup = Map.groupBy(wanted, (raw) => JSON.stringify(groupBy.map((grouping) => valueOf(raw, grouping))));
      const groups = new Map(
        [...byGroup].map(([key, rows]) => [key, sumOf(rows)] as const).filter(([, sum]) => !isEmpty(sum)),
      );
      expect(told.groupCount).toBe(groups.size);
      let costs = 0n;
      for (const { by, other, totals, series } of told.groups) {
        costs += BigInt(totals.costNanos);
        if (!other) expect(pick(totals)).toEqual(groups.get(JSON.stringify(by.map(({ value }) => value))));
        expect(series.reduce((sum, point) => sum + BigInt(point.costNanos), 0n)).toBe(BigInt(totals.costNanos));
      }
      expect(costs).toBe(BigInt(told.totals.costNanos));
      expect(told.groups.filter(({ other }) => !other).length).toBe(Math.min(limit, groups.size));
    }),
    { numRuns: 150 },
  );
}, 60_000);

const period = {
  from: "2026-10-20",
  to: "2026-11-02",
  timeZone: "Europe/Berlin",
};

test("failed and succeeded calls add up to all, and only those that succeeded cost", async () => {
  const all = await exploreUsage(deps, ctx, { ...period, groupBy: ["status"] });
  const [succeeded, failed] = all.groups;
  expect([succeeded?.by[0]?.value, failed?.by[0]?.value]).toEqual(["succeeded", "failed"]);
  expect(failed?.totals).toMatchObject({
    calls: all.totals.errors,
    errors: all.totals.errors,
    costNanos: "0",
  });
  expect(succeeded?.totals.costNanos).toBe(all.totals.costNanos);
  const only = await exploreUsage(deps, ctx, { ...period, status: "failed" });
  expect(only.totals).toMatchObject({
    calls: all.totals.errors,
    costNanos: "0",
  });
});

test("what is held is told for calls that have not ended", async () => {
  const { rows } = await t.pool.query(
    "select sum(held)::text as held from nexus.operation where org_id = $1 and state = 'open'",
    [ctx.organizationId],
  );
  expect((await exploreUsage(deps, ctx, period)).totals.heldNanos).toBe(rows[0].held);
  expect((await exploreUsage(deps, ctx, { ...period, app: "srv_nobody" })).totals.heldNanos).toBe("0");
});

test("latencies are those of the calls, to the precision of their class", async () => {
  const { rows } = await t.pool.query<{ p50: number; p95: number }>(
    `select percentile_cont(0.5) within group (order by ms) as p50, percentile_cont(0.95) within group (order by ms) as p95
       from (select (o.result->>'latencyMs')::float8 as ms from nexus.operation o join nexus.entry e using (operation_id)
              where o.org_id = $1 and e.kind = 'cost' and e.n = 0 and o.result ? 'latencyMs') s`,
    [ctx.organizationId],
  );
  const { latencyP50Ms, latencyP95Ms } = (await exploreUsage(deps, ctx, period)).totals;
  const classOf = (ms: number | null | undefined) => latencyBounds.findIndex((bound) => (ms ?? 0) < bound);
  expect(Math.abs(classOf(latencyP50Ms) - classOf(rows[0]?.p50))).toBeLessThanOrEqual(1);
  expect(Math.abs(classOf(latencyP95Ms) - classOf(rows[0]?.p95))).toBeLessThanOrEqual(1);
  // The database counts in the classes that are read here.
  for (const [place, bound] of latencyBounds.entries()) {
    const { rows: classes } = await t.pool.query<{ below: string; at: string }>(
      "select nexus.nexus_latency_class($1::float8 - 0.5)::text as below, nexus.nexus_latency_class($1)::text as at",
      [bound],
    );
    expect(classes).toEqual([
      {
        below: `1${"0".repeat(10 * place)}`,
        at: `1${"0".repeat(10 * (place + 1))}`,
      },
    ]);
  }
});

describe("who sees what", () => {
  const member = (userId: string): CallContext =>
    testContext({
      organizationId: ctx.organizationId,
      actor: {
        kind: "user",
        userId,
        sessionId: "ses_1",
        role: "member",
        platformBypass: false,
      },
      permissions: new Set(["srv_nexus.usage:read"]),
    });

  it("shows people without the right to set budgets their own usage alone", async () => {
    const own = await exploreUsage(deps, member("usr_a"), {
      ...period,
      groupBy: ["user"],
    });
    expect(own.reach).toBe("own");
    expect(own.groups.map(({ by }) => by[0]?.value)).toEqual(["usr_a"]);
    const all = await exploreUsage(deps, ctx, { ...period, user: "usr_a" });
    expect(own.totals).toEqual(all.totals);
    expect(all.reach).toBe("organization");
    await expect(exploreUsage(deps, member("usr_a"), { ...period, user: "usr_b" })).rejects.toMatchObject({
      code: "SCOPE_DENIED",
    });
    await expect(exploreUsage(deps, member("usr_a"), { ...period, groupBy: ["customer"] })).rejects.toMatchObject({
      code: "SCOPE_DENIED",
    });
  });

  it("shows another organization nothing", async () => {
    expect((await exploreUsage(deps, testContext(), period)).totals.calls).toBe(0);
  });
});

test("groups carry names where there are any", async () => {
  await t.pool.query(
    "insert into nexus.app (id, name, kind, registered, first_synced_at) values ('srv_a', 'Roadmapper', 'app', true, now()) on conflict do nothing",
  );
  const known = {
    ...deps,
    directory: {
      ...deps.directory,
      namesOf: async () => new Map([["usr_a", "Ann"]]),
    },
  };
  const told = await exploreUsage(known, ctx, {
    ...period,
    groupBy: ["app", "user"],
    limit: 100,
  });
  expect(told.groups.map(({ by }) => by)).toContainEqual([
    { value: "srv_a", name: "Roadmapper", app: null },
    { value: "usr_a", name: "Ann", app: null },
  ]);
  const silent = {
    ...deps,
    directory: {
      ...deps.directory,
      namesOf: () => Promise.reject(new Error("no answer")),
    },
  };
  const without = await exploreUsage(silent, ctx, {
    ...period,
    groupBy: ["user"],
  });
  expect(without.groups.map(({ by }) => by[0]?.name)).toEqual([null, null, null]);
});

test.each<[string, object]>([
  ["a period backwards", { from: "2026-11-02", to: "2026-11-01" }],
  ["hours of a year", { from: "2026-01-01", to: "2026-12-01", interval: "hour" }],
  [
    "too many points",
    {
      from: "2026-10-01",
      to: "2026-11-01",
      interval: "hour",
      groupBy: ["app"],
      limit: 100,
    },
  ],
  ["a zone that is an offset", { ...period, timeZone: "+02:00" }],
  ["one dimension twice", { ...period, groupBy: ["app", "app"] }],
  ["three dimensions", { ...period, groupBy: ["app", "model", "tier"] }],
  ["an unknown dimension", { ...period, groupBy: ["org_id"] }],
])("%s is refused", async (_, input) => {
  await expect(exploreUsage(deps, ctx, input as Parameters<typeof exploreUsage>[2])).rejects.toMatchObject({
    code: "INVALID_INPUT",
  });
});
