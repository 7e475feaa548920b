import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDeps, testContext, type TestDeps } from "../../../test/deps.ts";
import { holdFacts } from "../../../test/ledger.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { systemClock } from "../../platform/clock.ts";
import { inTransaction } from "../../platform/db/transaction.ts";
import { openPool } from "../../platform/db/pool.ts";
import { newId } from "../../platform/ids.ts";
import { openLedger, type Ledger, type ReserveReply } from "../../platform/ledger/index.ts";
import { silentLogger as log } from "../../platform/logger.ts";
import { createSnapshot, type Snapshot } from "../../platform/snapshot.ts";
import {
  budgetRefusal,
  budgetTopics,
  levelsFor,
  listBudgets,
  listMyBudgets,
  loadBudgetLevels,
  openBudgetPeriods,
  raiseLimit,
  removeBudget,
  ruleOfLevel,
  setBudget,
  type BudgetLevels,
} from "./index.ts";
import { operatorNamed } from "../../contracts/operator.ts";

let deps: TestDeps;
let ledger: Ledger;
let levels: Snapshot<BudgetLevels>;

beforeAll(async () => {
  deps = await openTestDeps();
  ledger = await openLedger({
    connectionString: deps.url,
    processId: newId(),
    clock: systemClock,
    log,
    requireDurability: true,
  });
  levels = await createSnapshot({
    name: "budgets",
    load: () => loadBudgetLevels(deps.db.pool, deps.clock),
    feed: deps.feed,
    topics: budgetTopics,
    log,
  });
});
afterAll(async () => {
  levels.close();
  await ledger.close();
  await deps.close();
});

/** As the call path does it: from memory, and again after a refresh where that is stale. */
const reserve = async (
  ctx: CallContext,
  heldNanos: bigint,
): Promise<{ reply: ReserveReply; refreshes: number; operationId: string }> => {
  for (let refreshes = 0; refreshes < 4; refreshes += 1) {
    const found = levelsFor(levels.current(), ctx, Date.now());
    const operationId = newId();
    if (found) {
      const reply = await ledger.reserve({
        operationId,
        organizationId: ctx.organizationId,
        ...found,
        heldNanos,
        ttlMs: 60_000,
        facts: { ...holdFacts, appId: ctx.appId, userId: ctx.userId },
      });
      if (reply.status !== "stale") return { reply, refreshes, operationId };
    }
    await openBudgetPeriods(deps.db.pool, ctx);
    await levels.refresh();
  }
  throw new Error("stale for ever");
};

test("an organization never seen before is opened by its first call", async () => {
  const ctx = testContext();
  expect(levelsFor(levels.current(), ctx, Date.now())).toBeUndefined();
  expect(await reserve(ctx, 5n)).toMatchObject({ reply: { status: "held" }, refreshes: 1 });
  expect(await reserve(ctx, 5n)).toMatchObject({ reply: { status: "held" }, refreshes: 0 });
});

test("a budget holds for the next call of every scope it names, and no other", async () => {
  const ctx = testContext({ appId: "srv_a", keyId: "key_a" });
  await reserve(ctx, 1n);
  await setBudget(deps, ctx, { scope: "app", scopeId: "srv_a", period: "day", limitNanos: "100" });
  const refused = await reserve(ctx, 101n);
  expect(refused.reply).toMatchObject({ status: "refused" });
  const budgetId = refused.reply.status === "refused" ? refused.reply.budgetId : 0n;
  expect(ruleOfLevel(levels.current(), budgetId)).toMatchObject({ scope: "app", scopeId: "srv_a", period: "day" });
  expect((await reserve({ ...ctx, appId: "srv_b" }, 101n)).reply.status).toBe("held");
  await setBudget(deps, ctx, { scope: "key", scopeId: "key_a", period: "total", limitNanos: "10" });
  await setBudget(deps, ctx, {
    scope: "user",
    scopeId: ctx.userId ?? "",
    period: "hour",
    window: "rolling",
    limitNanos: "50",
  });
  expect((await reserve(ctx, 11n)).reply.status).toBe("refused");
  expect((await reserve({ ...ctx, keyId: undefined }, 51n)).reply.status).toBe("refused");
  expect((await reserve(ctx, 10n)).reply.status).toBe("held");
});

test("the same scope, period and window is one budget, changed in place; counters stay", async () => {
  const ctx = testContext();
  const first = await setBudget(deps, ctx, {
    scope: "organization",
    period: "month",
    limitNanos: "1000",
    alertThresholds: [90, 50, 50],
  });
  const { operationId } = await reserve(ctx, 600n);
  await ledger.settle({ operationId, end: "settled", costNanos: 700n, source: "provider", result: {} });
  const second = await setBudget(deps, ctx, {
    scope: "organization",
    period: "month",
    limitNanos: "1400",
    hard: false,
    timeZone: "Asia/Tokyo",
  });
  expect(second).toMatchObject({
    id: first.id,
    limitNanos: "1400",
    hard: false,
    spentNanos: "600",
    overrunNanos: "100",
    reservedNanos: "0",
    usedPercent: 50,
  });
  expect(first).toMatchObject({ alertThresholds: [50, 90], usedPercent: 0, window: "calendar", timeZone: "UTC" });
  const other = await setBudget(deps, ctx, {
    scope: "organization",
    period: "month",
    window: "rolling",
    limitNanos: "9",
  });
  expect(other.id).not.toBe(first.id);
  expect(other).toMatchObject({ nextResetAt: null, startsAt: null });
  expect((await listBudgets(deps, ctx, {})).budgets.map(({ id }) => id)).toEqual([first.id, other.id]);
  expect(second.nextResetAt).not.toBeNull();
});

test("crossed thresholds are listed with their budget", async () => {
  const ctx = testContext();
  await setBudget(deps, ctx, { scope: "organization", period: "total", limitNanos: "100", hard: false });
  const { operationId } = await reserve(ctx, 85n);
  await ledger.settle({ operationId, end: "settled", costNanos: 85n, source: "provider", result: {} });
  await deps.db.pool.query("select nexus.nexus_raise_alerts()");
  const [budget] = (await listBudgets(deps, ctx, {})).budgets;
  expect(budget?.alerts).toMatchObject([{ threshold: 80 }]);
});

test("people see the budgets that bind them; those of the organization only with the right to see its budgets", async () => {
  const ctx = testContext();
  const userId = ctx.userId ?? "";
  for (const budget of [
    { scope: "organization", limitNanos: "100" },
    { scope: "user", scopeId: userId, limitNanos: "50" },
    { scope: "user", scopeId: "usr_other", limitNanos: "40" },
    { scope: "app", scopeId: "srv_a", limitNanos: "30" },
  ] as const)
    await setBudget(deps, ctx, { ...budget, period: "month" });
  const limits = async (permissions: readonly string[]) =>
    (await listMyBudgets(deps, { ...ctx, permissions: new Set(permissions) })).budgets.map(
      ({ limitNanos }) => limitNanos,
    );
  expect(await limits(["srv_nexus.usage:read"])).toEqual(["50"]);
  expect(await limits(["srv_nexus.usage:read", "srv_nexus.budgets:read"])).toEqual(["100", "50"]);
});

test("a removed budget no longer counts, and cannot be removed by another organization", async () => {
  const ctx = testContext();
  const { id } = await setBudget(deps, ctx, { scope: "organization", period: "total", limitNanos: "0" });
  expect((await reserve(ctx, 1n)).reply.status).toBe("refused");
  await expect(removeBudget(deps, testContext(), { id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await removeBudget(deps, ctx, { id });
  await expect(removeBudget(deps, ctx, { id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect((await reserve(ctx, 1n)).reply.status).toBe("held");
  expect((await listBudgets(deps, ctx, {})).budgets).toEqual([]);
});

test("every change leaves an audit row; the operators' too", async () => {
  const ctx = testContext();
  const { id } = await setBudget(deps, ctx, { scope: "organization", period: "total", limitNanos: "5" });
  await removeBudget(deps, ctx, { id });
  const own = await setBudget(
    deps,
    { ...operatorNamed("cli"), organizationId: ctx.organizationId },
    { scope: "organization", period: "day", limitNanos: "7" },
  );
  const { rows } = await deps.db.pool.query(
    "select action, target, actor_kind from nexus.audit_event where target = any ($1) order by id",
    [[id, own.id]],
  );
  expect(rows).toEqual([
    { action: "budget.set", target: id, actor_kind: "user" },
    { action: "budget.remove", target: id, actor_kind: "user" },
    { action: "budget.set", target: own.id, actor_kind: "operator" },
  ]);
});

test("no audit, no budget", async () => {
  const ctx = testContext();
  await deps.db.pool.query("alter table nexus.audit_event add constraint closed check (false) not valid");
  await expect(setBudget(deps, ctx, { scope: "organization", period: "total", limitNanos: "5" })).rejects.toThrow();
  await deps.db.pool.query("alter table nexus.audit_event drop constraint closed");
  expect((await listBudgets(deps, ctx, {})).budgets).toEqual([]);
});

test.each<[string, object]>([
  ["a fraction", { limitNanos: "0.5" }],
  ["a minus", { limitNanos: "-1" }],
  ["an exponent", { limitNanos: "1e9" }],
  ["too much", { limitNanos: "4000000000000000001" }],
  ["other digits", { limitNanos: "١٢" }],
  ["no zone", { timeZone: "Mars/Olympus" }],
  ["an offset as zone", { timeZone: "+02:00" }],
  ["an app without id", { scope: "app" }],
  ["an organization with id", { scopeId: "x" }],
  ["a rolling total", { period: "total", window: "rolling" }],
  ["a threshold of nothing", { alertThresholds: [0] }],
  ["a column of the table", { spent: "0" }],
])("%s is not a budget", async (_, wrong) => {
  const input = { scope: "organization", period: "day", limitNanos: "5", ...wrong } as Parameters<typeof setBudget>[2];
  await expect(setBudget(deps, testContext(), input)).rejects.toMatchObject({ code: "INVALID_INPUT" });
});

test("a raised limit admits what the budget's own refuses, until the database's clock has passed its date", async () => {
  const ctx = testContext();
  const { id } = await setBudget(deps, ctx, { scope: "organization", period: "total", limitNanos: "5" });
  const raise = (until: number) =>
    inTransaction(deps.db.pool, (tx) =>
      raiseLimit(tx, { organizationId: ctx.organizationId, id, limitNanos: 20n, until: new Date(until) }),
    );
  expect((await reserve(ctx, 6n)).reply.status).toBe("refused");
  expect(await raise(Date.now() + 60_000)).toBe(true);
  expect((await reserve(ctx, 6n)).reply.status).toBe("held");
  expect((await reserve(ctx, 15n)).reply.status).toBe("refused");
  await raise(Date.now() - 60_000);
  expect((await reserve(ctx, 1n)).reply.status).toBe("refused");
  expect((await listBudgets(deps, ctx)).budgets).toMatchObject([
    { limitNanos: "5", baseLimitNanos: "5", raisedUntil: null, reservedNanos: "6" },
  ]);
});

test("a refusal stands, though nobody can read how full the budget is", async () => {
  const ctx = testContext();
  const { id } = await setBudget(deps, ctx, { scope: "organization", period: "total", limitNanos: "5" });
  const { reply } = await reserve(ctx, 6n);
  if (reply.status !== "refused") throw new Error(`not refused, but ${reply.status}`);
  const refusalOn = (pool: TestDeps["db"]["pool"]) =>
    budgetRefusal(
      { ...deps, db: { ...deps.db, pool }, dashboardUrl: "https://nexus.example" },
      levels.current(),
      ctx,
      reply.budgetId,
      { neededNanos: 6n },
    );
  expect(await refusalOn(deps.db.pool)).toMatchObject({
    code: "BUDGET_EXCEEDED",
    message: expect.stringMatching(/ask for more at https:\/\/nexus\.example\/me\?ask=/),
    details: { budgetId: id, askUrl: `https://nexus.example/me?ask=${id}` },
  });

  const away = openPool({
    connectionString: "postgresql://nobody@127.0.0.1:1/nowhere",
    schema: "nexus",
    maxConnections: 1,
    applicationName: "test",
    log,
  });
  const blind = await refusalOn(away);
  expect(blind).toMatchObject({ code: "BUDGET_EXCEEDED", effect: "none", details: { neededNanoUsd: "6" } });
  await away.end();
});

test("the present period is chosen by the database's clock", async () => {
  const ctx = testContext();
  await setBudget(deps, ctx, { scope: "organization", period: "hour", limitNanos: "5" });
  const skewed = { now: () => Date.now() + 3_600_000, monotonic: () => performance.now() };
  const late = levelsFor(await loadBudgetLevels(deps.db.pool, skewed), ctx, skewed.now());
  const right = levelsFor(await loadBudgetLevels(deps.db.pool, systemClock), ctx, Date.now());
  expect(late).toEqual(right);
  expect(right?.levels).toHaveLength(2);
});
