import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDeps, testContext, type TestDeps } from "../../../test/deps.ts";
import { holdFacts } from "../../../test/ledger.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { CredentialTier } from "../../contracts/units.ts";
import { systemClock } from "../../platform/clock.ts";
import { newId } from "../../platform/ids.ts";
import { openLedger, type Ledger } from "../../platform/ledger/index.ts";
import { silentLogger as log } from "../../platform/logger.ts";
import { listAuditEvents } from "../audit/index.ts";
import { listBudgets, levelsFor, loadBudgetLevels, setBudget } from "../budgets/index.ts";
import {
  getOperation,
  GetOperationOutput,
  importBill,
  listDoubts,
  ListDoubtsOutput,
  resolveDoubt,
  type BillLine,
  type BillOutcome,
  type ResolveDoubtInput,
} from "./index.ts";
import { operatorNamed } from "../../contracts/operator.ts";

let deps: TestDeps;
let ledger: Ledger;
beforeAll(async () => {
  deps = await openTestDeps();
  ledger = await openLedger({
    connectionString: deps.url,
    processId: newId(),
    clock: systemClock,
    log,
    requireDurability: true,
  });
});
afterAll(async () => {
  await ledger.close();
  await deps.close();
});

const held = 2_400_000n;

interface Made {
  readonly tier?: CredentialTier;
  readonly vendorRequestId?: string;
  readonly effect?: "read" | "act";
}

const hold = async (ctx: CallContext, { tier = "byok", effect = "read" }: Made = {}): Promise<string> => {
  await deps.db.pool.query("select nexus.nexus_ensure_org($1)", [ctx.organizationId]);
  const levels = levelsFor(await loadBudgetLevels(deps.db.pool, systemClock), ctx, Date.now());
  const operationId = newId();
  const reply = await ledger.reserve({
    operationId,
    organizationId: ctx.organizationId,
    levels: levels?.levels ?? [],
    epoch: levels?.epoch ?? 0n,
    heldNanos: held,
    ttlMs: 60_000,
    facts: { ...holdFacts, credentialTier: tier, effect },
  });
  expect(reply).toEqual({ status: "held" });
  return operationId;
};

/** A call that the vendor has not answered in time. */
const doubt = async (ctx: CallContext, made: Made = {}): Promise<string> => {
  const operationId = await hold(ctx, made);
  const { vendorRequestId } = made;
  await ledger.settle({
    operationId,
    end: "uncertain",
    source: "none",
    result: { doubt: "timeout", errorCode: "PROVIDER_TIMEOUT", vendorRequestId },
  });
  return operationId;
};

const settled = async (
  ctx: CallContext,
  source: "provider" | "estimated",
  made: Made = {},
  costNanos = held,
): Promise<string> => {
  const operationId = await hold(ctx, made);
  const { vendorRequestId } = made;
  await ledger.settle({ operationId, end: "settled", costNanos, source, result: { vendorRequestId } });
  return operationId;
};

const platform = (): CallContext =>
  testContext({
    organizationId: "org_admin",
    organizationSlug: "admin",
    actor: { kind: "user", userId: "usr_op", sessionId: "ses_1", role: "platform_super_admin", platformBypass: true },
  });

const how = { reason: "the vendor's usage page" };

test("fourteen doubtful calls fill the budget that they may have spent, and it is seen", async () => {
  const ctx = testContext();
  const limitNanos = (14n * held + 1n).toString();
  await setBudget(deps, ctx, { scope: "organization", period: "total", limitNanos });
  for (let call = 0; call < 14; call += 1) await doubt(ctx);
  const running = (14n * held).toString();
  const [budget] = (await listBudgets(deps, ctx, {})).budgets;
  expect(budget).toMatchObject({ spentNanos: "0", reservedNanos: running, inDoubtNanos: running, overrunNanos: "0" });
  expect(budget?.usedPercent).toBeGreaterThan(99);
  const levels = levelsFor(await loadBudgetLevels(deps.db.pool, systemClock), ctx, Date.now());
  const fifteenth = await ledger.reserve({
    operationId: newId(),
    organizationId: ctx.organizationId,
    levels: levels?.levels ?? [],
    epoch: levels?.epoch ?? 0n,
    heldNanos: held,
    ttlMs: 60_000,
    facts: holdFacts,
  });
  expect(fifteenth.status).toBe("refused");
  const { count, heldNanos } = await listDoubts(deps, ctx, { limit: 3 });
  expect([count, heldNanos]).toEqual([14, running]);
});

test("what is in flight is told apart from what is in doubt, and follows when the doubt ends", async () => {
  const ctx = testContext();
  await setBudget(deps, ctx, { scope: "organization", period: "total", limitNanos: "100000000" });
  await hold(ctx);
  const id = await doubt(ctx);
  const budget = async () => (await listBudgets(deps, ctx, {})).budgets[0];
  expect(await budget()).toMatchObject({ reservedNanos: (2n * held).toString(), inDoubtNanos: held.toString() });
  await resolveDoubt(deps, ctx, { operationId: id, costNanos: "7", ...how });
  expect(await budget()).toMatchObject({ spentNanos: "7", reservedNanos: held.toString(), inDoubtNanos: "0" });
});

test("doubts are listed for their organization alone, newest first, with why and until when", async () => {
  const [ctx, other] = [testContext(), testContext()];
  const ids = [await doubt(ctx), await doubt(ctx), await doubt(ctx, { effect: "act" })];
  await doubt(other);
  await settled(ctx, "estimated");
  const first = ListDoubtsOutput.parse(await listDoubts(deps, ctx, { limit: 2 }));
  const second = await listDoubts(deps, ctx, { limit: 2, before: first.next ?? undefined });
  const all = [...first.doubts, ...second.doubts];
  expect(all.map(({ operationId }) => operationId)).toEqual(ids.toReversed());
  expect(second.next).toBeNull();
  expect(all[1]).toMatchObject({ state: "uncertain", doubt: "timeout", heldNanos: held.toString(), resolution: null });
  expect(Date.parse(all[1]?.settlesAt ?? "") - Date.parse(all[1]?.endedAt ?? "")).toBe(deps.settleReadsAfterMs);
  expect(all[0]?.settlesAt).toBeNull();
  expect((await listDoubts(deps, ctx, { vendor: "nobody" })).doubts).toEqual([]);
});

test.each<[string, Partial<ResolveDoubtInput>, object]>([
  ["at what was billed", { costNanos: "1200000" }, { outcome: "settled", state: "settled", costNanos: "1200000" }],
  ["above its hold", { costNanos: "2400001" }, { outcome: "settled", state: "settled", overrunNanos: "1" }],
  ["as never billed", { notBilled: true }, { outcome: "released", state: "released", costNanos: "0" }],
])("a doubt about one's own key ends %s, with who and why", async (_, told, expected) => {
  const ctx = testContext();
  const id = await doubt(ctx);
  const { outcome, operation } = await resolveDoubt(deps, ctx, { operationId: id, ...told, ...how });
  expect({ outcome, ...operation }).toMatchObject({
    ...expected,
    doubt: "timeout",
    errorCode: "PROVIDER_TIMEOUT",
    resolution: { by: "operator", actor: ctx.userId, reason: how.reason, evidence: null },
  });
  const { events } = await listAuditEvents(deps, ctx, {});
  expect(events).toMatchObject([
    { action: "doubt.resolve", target: id, details: { outcome, wasState: "uncertain", reason: how.reason } },
  ]);
  expect((await resolveDoubt(deps, ctx, { operationId: id, ...told, ...how })).outcome).toBe("same");
});

test("an estimate is put right by an operator, again by an operator, and then by the vendor for good", async () => {
  const ctx = testContext();
  const id = await settled(ctx, "estimated");
  const correctTo = (costNanos: string) => resolveDoubt(deps, ctx, { operationId: id, costNanos, ...how });
  expect((await correctTo("2000000")).outcome).toBe("corrected");
  expect((await correctTo("2100000")).outcome).toBe("corrected");
  expect(
    await ledger.settle({ operationId: id, end: "settled", costNanos: 1_900_000n, source: "provider", result: {} }),
  ).toBe("corrected");
  await expect(correctTo("5")).rejects.toMatchObject({ code: "CONFLICT" });
  const { entries, costNanos } = GetOperationOutput.parse(await getOperation(deps, ctx, { operationId: id }));
  expect(costNanos).toBe("1900000");
  expect(entries.map(({ kind, amountNanos }) => [kind, amountNanos])).toEqual([
    ["cost", "2400000"],
    ["adjust_down", "400000"],
    ["adjust_up", "100000"],
    ["adjust_down", "200000"],
  ]);
});

test.each(["platform_default", "org_override"] as const)(
  "nobody in the organization lowers what a %s paid",
  async (tier) => {
    const ctx = testContext();
    const id = await doubt(ctx, { tier });
    const resolving = resolveDoubt(deps, ctx, { operationId: id, notBilled: true, ...how });
    await expect(resolving).rejects.toMatchObject({ code: "SCOPE_DENIED" });
    expect((await listDoubts(deps, ctx, {})).count).toBe(1);
    expect((await listAuditEvents(deps, ctx, {})).events).toEqual([]);
    const operator = platform();
    const { organizationId } = ctx;
    const done = await resolveDoubt(deps, operator, { operationId: id, organizationId, costNanos: "3", ...how });
    expect(done.operation).toMatchObject({ state: "settled", costNanos: "3", resolution: { actor: "usr_op" } });
    // Whose numbers changed sees who did it.
    expect((await listAuditEvents(deps, ctx, {})).events).toMatchObject([{ target: id, actor: { id: "usr_op" } }]);
  },
);

test("a call says to whoever reads it whether they may say how it ended", async () => {
  const may = new Set(["srv_nexus.budgets:manage"]);
  const owner = testContext({ permissions: may });
  const member = { ...owner, permissions: new Set(["srv_nexus.usage:read"]) };
  const { organizationId } = owner;
  const operator = { ...platform(), organizationId, permissions: may };
  const resolvable = async (ctx: CallContext, operationId: string) =>
    (await getOperation(deps, ctx, { operationId })).resolvable;
  const [own, lent, exact] = [
    await doubt(owner),
    await doubt(owner, { tier: "platform_default" }),
    await settled(owner, "provider"),
  ];
  expect(await Promise.all([own, lent, exact].map((id) => resolvable(owner, id)))).toEqual([true, false, false]);
  expect(await Promise.all([own, lent, exact].map((id) => resolvable(member, id)))).toEqual([false, false, false]);
  expect(await Promise.all([own, lent, exact].map((id) => resolvable(operator, id)))).toEqual([true, true, false]);
  expect(await resolvable(owner, await settled(owner, "estimated"))).toBe(true);
});

test("another organization's operation is not there, whoever names it", async () => {
  const [ctx, stranger] = [testContext(), testContext()];
  const id = await doubt(ctx);
  const { organizationId } = ctx;
  for (const input of [{}, { organizationId }])
    await expect(
      resolveDoubt(deps, stranger, { operationId: id, notBilled: true, ...how, ...input }),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(resolveDoubt(deps, platform(), { operationId: id, notBilled: true, ...how })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
});

test("what is running, or booked by the vendor's own number, is not ours to end", async () => {
  const ctx = testContext();
  const [running, exact] = [await hold(ctx), await settled(ctx, "provider")];
  for (const operationId of [running, exact]) {
    const resolving = resolveDoubt(deps, operatorNamed("operator"), { operationId, costNanos: "1", ...how });
    await expect(resolving).rejects.toMatchObject({ code: "CONFLICT" });
  }
  await expect(
    resolveDoubt(deps, operatorNamed("operator"), { operationId: newId(), costNanos: "1", ...how }),
  ).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test.each<[string, object]>([
  ["neither", {}],
  ["both", { costNanos: "1", notBilled: true }],
  ["a fraction", { costNanos: "0.5" }],
  ["a minus", { costNanos: "-1" }],
  ["more than a call can cost", { costNanos: "1000000000000001" }],
  ["no reason", { costNanos: "1", reason: "  " }],
])("%s is no way to end a doubt", async (_, wrong) => {
  const ctx = testContext();
  const input = { operationId: await doubt(ctx), ...how, ...wrong } as ResolveDoubtInput;
  await expect(resolveDoubt(deps, ctx, input)).rejects.toMatchObject({ code: "INVALID_INPUT" });
  expect((await listDoubts(deps, ctx, {})).count).toBe(1);
});

test("no audit, no end", async () => {
  const ctx = testContext();
  const id = await doubt(ctx);
  await deps.db.pool.query("alter table nexus.audit_event add constraint closed check (false) not valid");
  await expect(resolveDoubt(deps, ctx, { operationId: id, costNanos: "5", ...how })).rejects.toThrow();
  await deps.db.pool.query("alter table nexus.audit_event drop constraint closed");
  expect((await listDoubts(deps, ctx, {})).count).toBe(1);
});

const evidence = "c".repeat(64);

const run = async (
  lines: readonly BillLine[],
  more: { dryRun?: boolean; force?: boolean } = {},
): Promise<BillOutcome[]> => {
  const outcomes: BillOutcome[] = [];
  const options = { lines, evidence, operator: operatorNamed("operator"), dryRun: false, force: false, ...more };
  for await (const outcome of importBill(deps, options)) outcomes.push(outcome);
  return outcomes;
};

test("a bill ends doubts, puts estimates right and confirms what is exact; again it changes nothing", async () => {
  const ctx = testContext();
  const made = {
    doubt: await doubt(ctx, { vendorRequestId: "req_doubt" }),
    estimate: await settled(ctx, "estimated", { vendorRequestId: "req_estimate" }),
    right: await settled(ctx, "estimated"),
    exact: await settled(ctx, "provider", {}, 50n),
    other: await settled(ctx, "provider", {}, 50n),
    running: await hold(ctx),
    twice: await settled(ctx, "estimated", { vendorRequestId: "req_twice" }),
  };
  await settled(ctx, "estimated", { vendorRequestId: "req_shared" });
  await settled(ctx, "estimated", { vendorRequestId: "req_shared" });
  const at = (line: number, of: Partial<BillLine>, costNanos: bigint): BillLine => ({
    line,
    operationId: undefined,
    vendorRequestId: undefined,
    vendor: "openai",
    costNanos,
    ...of,
  });
  const lines = [
    at(2, { vendorRequestId: "req_doubt" }, 1_000n),
    at(3, { vendorRequestId: "req_estimate" }, 2_000n),
    at(4, { operationId: made.right }, held),
    at(5, { operationId: made.exact }, 50n),
    at(6, { operationId: made.other }, 51n),
    at(7, { operationId: made.running }, 1n),
    at(8, { operationId: newId() }, 1n),
    at(9, { operationId: made.doubt, vendor: "anthropic" }, 1n),
    at(10, { vendorRequestId: "req_shared" }, 1n),
    at(11, { operationId: made.twice }, 1n),
    at(12, { vendorRequestId: "req_twice" }, 1n),
  ];
  const state = async () =>
    (
      await deps.db.pool.query(
        "select operation_id, state, cost, source from nexus.operation where org_id = $1 order by operation_id",
        [ctx.organizationId],
      )
    ).rows;
  const before = await state();
  const expected = (first: string, second: string) => [
    [2, first],
    [3, second],
    [4, "same"],
    [5, "same"],
    [6, "refused"],
    [7, "refused"],
    [8, "unknown"],
    [9, "refused"],
    [10, "refused"],
    [11, "refused"],
    [12, "refused"],
  ];
  const told = (outcomes: readonly BillOutcome[]) => outcomes.map(({ line, outcome }) => [line, outcome]);
  expect(told(await run(lines, { dryRun: true }))).toEqual(expected("corrected", "corrected"));
  expect(await state()).toEqual(before);
  expect(told(await run(lines))).toEqual(expected("corrected", "corrected"));
  const after = await state();
  expect(after).toContainEqual({ operation_id: made.doubt, state: "settled", cost: 1_000n, source: "import" });
  expect(after).toContainEqual({ operation_id: made.right, state: "settled", cost: held, source: "import" });
  expect(told(await run(lines))).toEqual(expected("same", "same"));
  expect(await state()).toEqual(after);
  const { rows } = await deps.db.pool.query(
    "select distinct resolution->>'evidence' as evidence from nexus.entry where operation_id = any ($1) and resolution is not null",
    [[made.doubt, made.estimate]],
  );
  expect(rows).toEqual([{ evidence }]);
  const audit = await deps.db.pool.query(
    "select count(*)::int as n from nexus.audit_event where action = 'doubt.import' and details->>'organizationId' = $1",
    [ctx.organizationId],
  );
  // The doubt and two estimates, once each.
  expect(audit.rows).toEqual([{ n: 3 }]);
  const [forced] = await run([at(6, { operationId: made.other }, 51n)], { force: true });
  expect(forced?.outcome).toBe("corrected");
});
