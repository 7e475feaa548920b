import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { holdFacts, openTestLedger, type TestLedger, type TestOrganization } from "../../../test/ledger.ts";
import { newId } from "../ids.ts";
import { verifySums } from "./index.ts";

// WALLET_PROPERTY_RUNS=100000 for the long run; WALLET_PROPERTY_SEED repeats one.
const runs = Number(process.env["WALLET_PROPERTY_RUNS"] ?? 60);
const seed = Number(process.env["WALLET_PROPERTY_SEED"] ?? Date.now() % 2 ** 31);

let t: TestLedger;
beforeAll(async () => {
  t = await openTestLedger();
});
afterAll(() => t.close());

interface TestPlan {
  readonly rate?: number;
  readonly allowance?: bigint;
  readonly rules?: readonly { readonly family?: string; readonly like?: string; readonly rate: number }[];
}

const makePlan = async (organizationId: string, { rate = 1_000_000, allowance = 0n, rules = [] }: TestPlan) => {
  const id = newId();
  await t.pool.query(
    "insert into nexus.plan (plan_id, org_id, app_id, name, rate_ppm, allowance) values ($1, $2, 'srv_test', $3, $4, $5)",
    [id, organizationId, id, rate, allowance],
  );
  for (const [n, rule] of rules.entries())
    await t.pool.query(
      "insert into nexus.plan_rule (plan_id, n, family, model, model_like, rate_ppm) values ($1, $2, $3, $4, $4, $5)",
      [id, n, rule.family ?? null, rule.like ?? null, rule.rate],
    );
  return id;
};

interface TestCustomer {
  readonly wallet: string;
  readonly customerId: string;
}

const makeCustomer = async ({ organizationId }: TestOrganization, plan?: TestPlan): Promise<TestCustomer> => {
  const wallet = newId();
  const customerId = `cust-${wallet.slice(-8)}`;
  const planId = plan === undefined ? null : await makePlan(organizationId, plan);
  await t.pool.query(
    "insert into nexus.customer (wallet_id, org_id, app_id, customer_id, plan_id) values ($1, $2, 'srv_test', $3, $4)",
    [wallet, organizationId, customerId, planId],
  );
  await t.pool.query("select nexus.nexus_open_wallet($1, $2)", [wallet, organizationId]);
  return { wallet, customerId };
};

const move = async (org: TestOrganization, wallet: string, kind: string, amount: bigint, source: string = newId()) => {
  const { rows } = await t.pool.query<{ reply: string }>(
    "select nexus.nexus_move_wallet($1, $2, $3, $4, $5, 'usr_operator', 'a reason') as reply",
    [org.organizationId, wallet, kind, amount, source],
  );
  return rows[0]?.reply;
};

const walletOf = async (wallet: string) => {
  const { rows } = await t.pool.query<{ credits: bigint; spent: bigint; held: bigint }>(
    "select b.lim as credits, b.spent, b.reserved as held from nexus.wallet w join nexus.budget b on b.id = w.budget_id where w.wallet_id = $1",
    [wallet],
  );
  const [row] = rows;
  if (row === undefined) throw new Error("no such wallet");
  return row;
};

const entriesOf = async (wallet: string) =>
  (
    await t.pool.query<{ kind: string; amount: bigint }>(
      "select kind, amount from nexus.wallet_entry where wallet_id = $1 order by seq",
      [wallet],
    )
  ).rows.map(({ kind, amount }) => [kind, amount]);

const disagreeing = async (): Promise<unknown> => {
  const client = await t.pool.connect();
  try {
    return (await verifySums(client)).budgets;
  } finally {
    client.release();
  }
};

const forCustomer = (customerId: string, more: Partial<typeof holdFacts> = {}) => ({
  facts: { ...holdFacts, customerId, ...more },
});

test("a hundred calls at once on a wallet with money for k admit exactly k", async () => {
  const ledgers = [t.ledger, await t.open()];
  const org = await t.organization([{ limit: 100_000n }]);
  for (const k of [1, 37, 99]) {
    const { wallet, customerId } = await makeCustomer(org, { rate: 1_250_000 });
    // 10 cost 12.5, which is 13 for the customer.
    await move(org, wallet, "top_up", BigInt(k) * 13n + 12n);
    const replies = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        (ledgers[n % 2] ?? t.ledger).reserve(t.call(org, 10n, forCustomer(customerId))),
      ),
    );
    expect(replies.filter(({ status }) => status === "held")).toHaveLength(k);
    expect(replies.filter(({ status }) => status === "wallet_empty")).toHaveLength(100 - k);
    expect((await walletOf(wallet)).held).toBe(BigInt(k) * 13n);
  }
  // The budgets see what it costs.
  expect((await t.budget(org.levels[1])).reserved).toBe(1370n);
  expect(await disagreeing()).toEqual([]);
});

test("a wallet is charged the cost times the rate, rounded up, through settlement, doubt, lateness and correction", async () => {
  const org = await t.organization();
  const { wallet, customerId } = await makeCustomer(org, { rate: 1_100_000 });
  await move(org, wallet, "top_up", 1_000n);
  const settled = await t.hold(org, 100n, forCustomer(customerId));
  expect(await walletOf(wallet)).toEqual({ credits: 1_000n, spent: 0n, held: 110n });
  expect(await t.settle(settled, 41n, { source: "estimated" })).toBe("settled");
  expect(await walletOf(wallet)).toEqual({ credits: 1_000n, spent: 46n, held: 0n });
  expect(await t.settle(settled, 41n, { source: "estimated" })).toBe("same");
  expect(await t.settle(settled, 30n)).toBe("corrected");
  expect(await walletOf(wallet)).toEqual({ credits: 1_000n, spent: 33n, held: 0n });

  const doubtful = await t.hold(org, 100n, forCustomer(customerId));
  expect(await t.end(doubtful, "uncertain")).toBe("uncertain");
  expect((await walletOf(wallet)).held).toBe(110n);
  const { rows } = await t.pool.query<{ reply: string }>(
    "select o_reply as reply from nexus.nexus_correct($1, 'settled', 250, 'operator', 'somebody', 'the bill', $2, false)",
    [doubtful, "a".repeat(64)],
  );
  expect(rows).toEqual([{ reply: "settled" }]);
  // More than was held is charged all the same.
  expect(await walletOf(wallet)).toEqual({ credits: 1_000n, spent: 308n, held: 0n });

  const late = await t.hold(org, 100n, forCustomer(customerId));
  expect(await t.end(late, "released")).toBe("released");
  expect((await walletOf(wallet)).held).toBe(0n);
  expect(await t.settle(late, 10n)).toBe("late");
  expect(await walletOf(wallet)).toEqual({ credits: 1_000n, spent: 319n, held: 0n });
  expect(await entriesOf(wallet)).toEqual([
    ["top_up", 1_000n],
    ["charge", -46n],
    ["correction", 13n],
    ["charge", -275n],
    ["charge", -11n],
  ]);
  expect(await disagreeing()).toEqual([]);
});

test("the first rule that fits family and model says the rate", async () => {
  const org = await t.organization();
  const { wallet, customerId } = await makeCustomer(org, {
    rate: 3_000_000,
    rules: [
      { family: "email", rate: 0 },
      { family: "ai", like: "openai/gpt-%", rate: 2_000_000 },
      { like: "claude-%", rate: 1_000_000 },
    ],
  });
  await move(org, wallet, "top_up", 1_000n);
  const rateOf = async (more: Partial<typeof holdFacts>): Promise<bigint> => {
    const before = (await walletOf(wallet)).held;
    await t.hold(org, 10n, forCustomer(customerId, more));
    return (await walletOf(wallet)).held - before;
  };
  expect(await rateOf({})).toBe(20n);
  expect(await rateOf({ vendor: "azure" })).toBe(30n);
  expect(await rateOf({ vendor: "anthropic", model: "claude-test" })).toBe(10n);
  expect(await rateOf({ operation: "email.send", vendor: "smtp", model: "" })).toBe(0n);
  expect(await rateOf({ operation: "payments.createCheckout", vendor: "stripe", model: "" })).toBe(30n);
});

test("another app's or an unknown customer pays nothing, and a blocked one is refused", async () => {
  const org = await t.organization();
  const { wallet, customerId } = await makeCustomer(org);
  await move(org, wallet, "top_up", 1_000n);
  expect(await t.ledger.reserve(t.call(org, 10n, forCustomer("nobody")))).toEqual({ status: "customer_unknown" });
  expect(await t.ledger.reserve(t.call(org, 10n, forCustomer(customerId, { appId: "srv_other" })))).toEqual({
    status: "customer_unknown",
  });
  const other = await t.organization();
  expect(await t.ledger.reserve(t.call(other, 10n, forCustomer(customerId)))).toEqual({ status: "customer_unknown" });
  await t.pool.query("update nexus.customer set blocked = true where wallet_id = $1", [wallet]);
  expect(await t.ledger.reserve(t.call(org, 10n, forCustomer(customerId)))).toEqual({ status: "customer_blocked" });
  expect(await walletOf(wallet)).toEqual({ credits: 1_000n, spent: 0n, held: 0n });
});

test("what a wallet is credited for counts once, however often and from wherever it is told", async () => {
  const org = await t.organization();
  const { wallet } = await makeCustomer(org);
  const replies = await Promise.all(Array.from({ length: 20 }, () => move(org, wallet, "top_up", 50n, "operation-1")));
  expect(replies.filter((reply) => reply === "booked")).toHaveLength(1);
  expect(replies.filter((reply) => reply === "same")).toHaveLength(19);
  expect(await move(org, wallet, "refund", -80n, "operation-2")).toBe("booked");
  expect((await walletOf(wallet)).credits).toBe(-30n);
  expect(await move(org, wallet, "top_up", -1n)).toBe("invalid");
  expect(await move(org, wallet, "refund", 1n)).toBe("invalid");
  expect(await move(org, newId(), "top_up", 1n)).toBe("unknown");
  expect(await move(await t.organization(), wallet, "top_up", 1n)).toBe("unknown");
});

const amount = fc.bigInt({ min: 1n, max: 60n });
const moved = fc.oneof(
  amount,
  amount.map((taken) => -taken),
);
const happening = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("hold" as const), amount }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom("settled" as const, "released" as const, "uncertain" as const),
      pick: fc.nat(),
      cost: fc.bigInt({ min: 0n, max: 80n }),
      source: fc.constantFrom("provider" as const, "estimated" as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("move" as const), amount: moved }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("month" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("turn" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("plan" as const), allowance: fc.bigInt({ min: 0n, max: 90n }) }),
  },
);
const story = fc.record({
  rate: fc.integer({ min: 0, max: 3_000_000 }),
  allowance: fc.bigInt({ min: 0n, max: 90n }),
  steps: fc.array(happening, { minLength: 1, maxLength: 25 }),
});

/** Another month begins, for this database alone. */
const turnMonth = async (): Promise<void> => {
  await t.pool.query("update nexus.test_month set month = (month + interval '1 month')::date");
};

/** What was granted this month. */
const grantedOf = async (wallet: string): Promise<bigint> => {
  const { rows } = await t.pool.query<{ sum: bigint }>(
    `select coalesce(sum(amount), 0)::bigint as sum from nexus.wallet_entry
      where wallet_id = $1 and kind = 'allowance' and source like to_char(nexus.this_month(), 'YYYY-MM') || ':%'`,
    [wallet],
  );
  return rows[0]?.sum ?? 0n;
};

test(
  `however holds, ends, corrections, top-ups, refunds and months follow each other, the balance is what was credited less what was spent and held (seed ${seed}, ${runs} runs)`,
  { timeout: 60_000 + runs * 500 },
  async () => {
    await t.pool.query("create table nexus.test_month as select nexus.this_month() as month");
    await t.pool.query(
      "create or replace function nexus.this_month() returns date language sql as 'select month from nexus.test_month'",
    );
    await fc.assert(
      fc.asyncProperty(story, async ({ rate, allowance, steps }) => {
        const org = await t.organization();
        const { wallet, customerId } = await makeCustomer(org, { rate, allowance });
        const held: string[] = [];
        let current = allowance;
        let most = allowance;
        for (const step of steps) {
          const before = await walletOf(wallet);
          if (step.kind === "hold") {
            const call = t.call(org, step.amount, forCustomer(customerId));
            const { status } = await t.ledger.reserve(call);
            if (status === "held") held.push(call.operationId);
            const after = await walletOf(wallet);
            const price = (step.amount * BigInt(rate) + 999_999n) / 1_000_000n;
            expect(status).toBe(after.credits - before.spent - before.held >= price ? "held" : "wallet_empty");
            if (status === "held") expect(after.spent + after.held).toBeLessThanOrEqual(after.credits);
          } else if (step.kind === "move") await move(org, wallet, step.amount > 0n ? "top_up" : "refund", step.amount);
          else if (step.kind === "month") {
            await turnMonth();
            most = current;
          } else if (step.kind === "turn") await t.pool.query("select nexus.nexus_turn_months(1000)");
          else if (step.kind === "plan") {
            current = step.allowance;
            if (current > most) most = current;
            await t.pool.query(
              "update nexus.plan set allowance = $2 where plan_id = (select plan_id from nexus.customer where wallet_id = $1)",
              [wallet, step.allowance],
            );
          } else {
            const operationId = held[step.pick % (held.length || 1)];
            if (operationId === undefined) continue;
            const costNanos = step.kind === "settled" ? step.cost : undefined;
            await t.ledger.settle({ operationId, end: step.kind, costNanos, source: step.source, result: {} });
          }
          expect(await grantedOf(wallet)).toBeLessThanOrEqual(most);
        }
        const { credits, spent, held: reserved } = await walletOf(wallet);
        const entries = await entriesOf(wallet);
        expect(entries.reduce((sum, [, moved]) => sum + BigInt(moved ?? 0), 0n)).toBe(credits - spent);
        expect(reserved).toBeGreaterThanOrEqual(0n);
      }),
      { numRuns: runs, seed, endOnFailure: false },
    );
    expect(await disagreeing()).toEqual([]);
  },
);
