import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestLedger, type TestLedger, type TestOrganization } from "../../../test/ledger.ts";
import type { UsageSource } from "../../contracts/units.ts";
import { LedgerModel } from "../../../test/ledger-model.ts";
import type { SettleReply } from "./index.ts";

// LEDGER_PROPERTY_RUNS=1000000 for the long run; LEDGER_PROPERTY_SEED repeats one.
const runs = Number(process.env["LEDGER_PROPERTY_RUNS"] ?? 160);
const seed = Number(process.env["LEDGER_PROPERTY_SEED"] ?? Date.now() % 2 ** 31);
const lanes = 16;

let t: TestLedger;
beforeAll(async () => {
  t = await openTestLedger();
});
afterAll(() => t.close());

const amount = fc.bigInt({ min: 1n, max: 60n });
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("reserve" as const),
      amount,
      key: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom("settled" as const, "released" as const, "uncertain" as const),
      pick: fc.nat(),
      cost: fc.bigInt({ min: 0n, max: 80n }),
      source: fc.constantFrom<("provider" | "drained" | "estimated" | "policy")[]>(
        "provider",
        "drained",
        "estimated",
        "policy",
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("correct" as const),
      end: fc.constantFrom("settled" as const, "released" as const),
      pick: fc.nat(),
      cost: fc.bigInt({ min: 0n, max: 80n }),
      by: fc.constantFrom("operator" as const, "import" as const),
      force: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("again" as const), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("age" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("rollup" as const) }) },
);
const scenario = fc.record({
  organization: fc.bigInt({ min: 0n, max: 300n }),
  app: fc.option(fc.bigInt({ min: 0n, max: 300n }), { nil: undefined }),
  steps: fc.array(step, { minLength: 1, maxLength: 25 }),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer S> ? S : never;
type Step = Scenario["steps"][number];

/** Rows and buckets are made 31 days older, and the windows let them go. */
const age = async ({ organizationId, levels }: TestOrganization): Promise<void> => {
  await t.pool.query("update nexus.operation set ended_at = ended_at - interval '31 days' where org_id = $1", [
    organizationId,
  ]);
  await t.pool.query(
    "update nexus.budget_bucket set bucket_at = bucket_at - interval '31 days' where budget_id = any ($1)",
    [levels],
  );
  await t.pool.query("select nexus.nexus_roll_windows(1000)");
};

const correct = async (id: string, each: Extract<Step, { kind: "correct" }>): Promise<string> => {
  const values = [id, each.end, each.cost, each.by, "somebody", "the bill", "a".repeat(64), each.force];
  const { rows } = await t.pool.query<{ o_reply: string }>(
    "select o_reply from nexus.nexus_correct($1, $2, $3, $4, $5, $6, $7, $8)",
    values,
  );
  return rows[0]?.o_reply ?? "";
};

const usageOf = async ({ organizationId }: TestOrganization) => {
  const { rows } = await t.pool.query<{ source: string; calls: number }>(
    `select source, sum(calls)::int as calls, sum(failed)::int as failed, sum(cost)::int as cost, sum(overrun)::int as overrun,
            sum(input_units)::int as input
       from (select source, calls, failed, cost, overrun, input_units from nexus.usage_hour where org_id = $1
             union all select source, calls, failed, cost, overrun, input_units from nexus.nexus_pending_usage($1)) u
      group by 1`,
    [organizationId],
  );
  return Object.fromEntries(
    rows
      .map(({ source, ...values }) => [source, values] as const)
      .filter(([, values]) => Object.values(values).some((value) => value !== 0)),
  );
};

const handReplies: Readonly<Record<string, SettleReply>> = { open: "unknown", exact: "conflict" };

const play = async ({ organization, app, steps }: Scenario): Promise<void> => {
  const org: TestOrganization = await t.organization([
    { limit: organization },
    ...(app === undefined ? [] : [{ scope: "app" as const, limit: app }]),
    { scope: "user" as const, limit: 10n, hard: false, period: "month" as const, window: "rolling" as const },
  ]);
  const model = new LedgerModel([organization, app]);
  const salt = crypto.getRandomValues(new Uint8Array(31));
  for (const each of steps) {
    if (each.kind === "age") {
      await age(org);
      model.age();
      continue;
    }
    if (each.kind === "rollup") {
      await t.pool.query("select nexus.nexus_roll_up_usage(7)");
      continue;
    }
    if (each.kind === "reserve") {
      const idempotency =
        each.key === undefined
          ? undefined
          : { key: Uint8Array.from([...salt, each.key]), fingerprint: new Uint8Array(32) };
      const call = t.call(org, each.amount, { idempotency });
      const expected = model.reserve(each.amount, each.key);
      expect((await t.ledger.reserve(call)).status).toBe(expected);
      if (expected === "held")
        model.operations.push({
          call,
          held: each.amount,
          key: each.key,
          state: "open",
          cost: 0n,
          source: "none",
          units: 0,
          byPolicy: false,
          releasedAs: undefined,
          aged: false,
        });
      continue;
    }
    const operation = model.operations[each.pick % (model.operations.length || 1)];
    if (!operation) continue;
    const { operationId } = operation.call;
    if (each.kind === "again") {
      expect(await t.ledger.reserve(operation.call)).toEqual({ status: "known", state: operation.state });
      continue;
    }
    if (each.kind === "correct") {
      const force = each.force && each.by === "import";
      const told = { end: each.end, cost: each.cost, source: each.by, policy: false, force };
      const expected = model.end(operation, told);
      const reply = await correct(operationId, { ...each, force });
      expect(handReplies[reply] ?? reply).toBe(expected);
      continue;
    }
    const policy = each.source === "policy" && each.kind === "settled";
    const source: UsageSource = each.kind !== "settled" ? "none" : each.source === "policy" ? "estimated" : each.source;
    const expected = model.end(operation, { end: each.kind, cost: each.cost, source, policy, force: false });
    const costNanos = each.kind === "settled" ? each.cost : undefined;
    const result = policy
      ? { resolution: { by: "policy" as const } }
      : { units: { input: each.kind === "uncertain" ? 0 : Number(each.cost) } };
    expect(await t.ledger.settle({ operationId, end: each.kind, costNanos, source, result })).toBe(expected);
  }
  const counters = model.counters();
  for (const level of org.levels.slice(0, -1)) expect(await t.budget(level)).toMatchObject(counters);
  expect(await t.budget(org.levels.at(-1))).toMatchObject(model.rolling());
  expect(await usageOf(org)).toEqual(model.usage());
};

test(
  `random sequences agree with the model (seed ${seed}, ${runs} runs)`,
  { timeout: 60_000 + runs * 100 },
  async () => {
    await Promise.all(
      Array.from({ length: lanes }, (_, lane) =>
        fc.assert(fc.asyncProperty(scenario, play), {
          numRuns: Math.ceil(runs / lanes),
          seed: seed + lane,
          endOnFailure: false,
        }),
      ),
    );
    expect(await t.disagreeing()).toEqual([]);
  },
);
