import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDeps, testContext, type TestDeps } from "../../../test/deps.ts";
import { holdFacts } from "../../../test/ledger.ts";
import type { CallActor, CallContext } from "../../contracts/call-context.ts";
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
  importVendorBill,
  listOperations,
  ListOperationsOutput,
  reportOutcome,
  resolveOperation,
  type BillLine,
  type BillOutcome,
  type ResolveOperationInput,
} from "./index.ts";
import { operatorNamed } from "../../contracts/operator.ts";
import { billedByVendorRequest } from "./store-resolutions.ts";

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
  readonly operation?: string;
}

const hold = async (
  ctx: CallContext,
  { tier = "byok", effect = "read", operation = holdFacts.operation }: Made = {},
): Promise<string> => {
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
    facts: { ...holdFacts, operation, appId: ctx.appId, credentialTier: tier, effect },
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

/** A backend, which acts for nobody. */
const service: CallActor = { kind: "service", tokenId: "nst_1", userId: undefined };

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
  const { uncertain } = await listOperations(deps, ctx, { state: "uncertain", limit: 3 });
  expect(uncertain).toEqual({ count: 14, heldNanos: running });
});

test("what is in flight is told apart from what is in doubt, and follows when the doubt ends", async () => {
  const ctx = testContext();
  await setBudget(deps, ctx, { scope: "organization", period: "total", limitNanos: "100000000" });
  await hold(ctx);
  const id = await doubt(ctx);
  const budget = async () => (await listBudgets(deps, ctx, {})).budgets[0];
  expect(await budget()).toMatchObject({ reservedNanos: (2n * held).toString(), inDoubtNanos: held.toString() });
  await resolveOperation(deps, ctx, { operationId: id, costNanos: "7", ...how });
  expect(await budget()).toMatchObject({ spentNanos: "7", reservedNanos: held.toString(), inDoubtNanos: "0" });
});

test("operations of unknown outcome are listed for their organization alone, newest first, with why and until when", async () => {
  const [ctx, other] = [testContext(), testContext()];
  const ids = [await doubt(ctx), await doubt(ctx), await doubt(ctx, { effect: "act" })];
  await doubt(other);
  await settled(ctx, "estimated");
  const first = ListOperationsOutput.parse(await listOperations(deps, ctx, { state: "uncertain", limit: 2 }));
  const second = await listOperations(deps, ctx, { state: "uncertain", limit: 2, before: first.next ?? undefined });
  const all = [...first.operations, ...second.operations];
  expect(all.map(({ operationId }) => operationId)).toEqual(ids.toReversed());
  expect(second.next).toBeNull();
  expect(all[1]).toMatchObject({ state: "uncertain", doubt: "timeout", heldNanos: held.toString(), resolution: null });
  expect(Date.parse(all[1]?.settlesAt ?? "") - Date.parse(all[1]?.endedAt ?? "")).toBe(deps.settleReadsAfterMs);
  expect(all[0]?.settlesAt).toBeNull();
  expect((await listOperations(deps, ctx, { state: "uncertain", vendor: "nobody" })).operations).toEqual([]);
});

test.each<[string, Partial<ResolveOperationInput>, object]>([
  ["at what was billed", { costNanos: "1200000" }, { outcome: "settled", state: "settled", costNanos: "1200000" }],
  ["above its hold", { costNanos: "2400001" }, { outcome: "settled", state: "settled", overrunNanos: "1" }],
  ["as never billed", { notBilled: true }, { outcome: "released", state: "released", costNanos: "0" }],
])("a doubt about one's own key ends %s, with who and why", async (_, told, expected) => {
  const ctx = testContext();
  const id = await doubt(ctx);
  const { outcome, operation } = await resolveOperation(deps, ctx, { operationId: id, ...told, ...how });
  expect({ outcome, ...operation }).toMatchObject({
    ...expected,
    doubt: "timeout",
    errorCode: "PROVIDER_TIMEOUT",
    resolution: { by: "operator", actor: ctx.userId, reason: how.reason, evidence: null },
  });
  const { events } = await listAuditEvents(deps, ctx, {});
  expect(events).toMatchObject([
    { action: "operation.resolve", target: id, details: { outcome, wasState: "uncertain", reason: how.reason } },
  ]);
  expect((await resolveOperation(deps, ctx, { operationId: id, ...told, ...how })).outcome).toBe("same");
});

test("an estimate is put right by an operator, again by an operator, and then by the vendor for good", async () => {
  const ctx = testContext();
  const id = await settled(ctx, "estimated");
  const correctTo = (costNanos: string) => resolveOperation(deps, ctx, { operationId: id, costNanos, ...how });
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
    const resolving = resolveOperation(deps, ctx, { operationId: id, notBilled: true, ...how });
    await expect(resolving).rejects.toMatchObject({ code: "SCOPE_DENIED" });
    expect((await listOperations(deps, ctx, { state: "uncertain" })).uncertain?.count).toBe(1);
    expect((await listAuditEvents(deps, ctx, {})).events).toEqual([]);
    const operator = platform();
    const { organizationId } = ctx;
    const done = await resolveOperation(deps, operator, { operationId: id, organizationId, costNanos: "3", ...how });
    expect(done.operation).toMatchObject({ state: "settled", costNanos: "3", resolution: { actor: "usr_op" } });
    // Whose numbers changed sees who did it.
    expect((await listAuditEvents(deps, ctx, {})).events).toMatchObject([{ target: id, actor: { id: "usr_op" } }]);
  },
);

test("a call says to whoever reads it whether they may say how it ended", async () => {
  const may = new Set(["srv_nexus.budgets:manage"]);
  const owner = testContext({ permissions: may });
  const reader = { ...owner, actor: service, permissions: new Set(["srv_nexus.usage:read"]) };
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
  expect(await Promise.all([own, lent, exact].map((id) => resolvable(reader, id)))).toEqual([false, false, false]);
  expect(await Promise.all([own, lent, exact].map((id) => resolvable(operator, id)))).toEqual([true, true, false]);
  expect(await resolvable(owner, await settled(owner, "estimated"))).toBe(true);
});

test("another organization's operation is not there, whoever names it", async () => {
  const [ctx, stranger] = [testContext(), testContext()];
  const id = await doubt(ctx);
  const { organizationId } = ctx;
  for (const input of [{}, { organizationId }])
    await expect(
      resolveOperation(deps, stranger, { operationId: id, notBilled: true, ...how, ...input }),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(resolveOperation(deps, platform(), { operationId: id, notBilled: true, ...how })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
});

test("what is running, or booked by the vendor's own number, is not ours to end", async () => {
  const ctx = testContext();
  const [running, exact] = [await hold(ctx), await settled(ctx, "provider")];
  for (const operationId of [running, exact]) {
    const resolving = resolveOperation(deps, operatorNamed("operator"), { operationId, costNanos: "1", ...how });
    await expect(resolving).rejects.toMatchObject({ code: "CONFLICT" });
  }
  await expect(
    resolveOperation(deps, operatorNamed("operator"), { operationId: newId(), costNanos: "1", ...how }),
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
  const input = { operationId: await doubt(ctx), ...how, ...wrong } as ResolveOperationInput;
  await expect(resolveOperation(deps, ctx, input)).rejects.toMatchObject({ code: "INVALID_INPUT" });
  expect((await listOperations(deps, ctx, { state: "uncertain" })).uncertain?.count).toBe(1);
});

test("no audit, no end", async () => {
  const ctx = testContext();
  const id = await doubt(ctx);
  await deps.db.pool.query("alter table nexus.audit_event add constraint closed check (false) not valid");
  await expect(resolveOperation(deps, ctx, { operationId: id, costNanos: "5", ...how })).rejects.toThrow();
  await deps.db.pool.query("alter table nexus.audit_event drop constraint closed");
  expect((await listOperations(deps, ctx, { state: "uncertain" })).uncertain?.count).toBe(1);
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
    "select count(*)::int as n from nexus.audit_event where action = 'operation.import' and details->>'organizationId' = $1",
    [ctx.organizationId],
  );
  // The doubt and two estimates, once each.
  expect(audit.rows).toEqual([{ n: 3 }]);
  const [forced] = await run([at(6, { operationId: made.other }, 51n)], { force: true });
  expect(forced?.outcome).toBe("corrected");
});

const begin = async (ctx: CallContext, end?: "uncertain" | "released", operation = "payments.act"): Promise<string> => {
  const operationId = await hold(ctx, { effect: "act", operation });
  await ledger.acts.begin({
    operationId,
    n: 1,
    vendor: "courier",
    model: "effect",
    step: "create",
    credentialTier: "byok",
    credentialId: "cred_test",
    credentialVersion: 1,
    priceNanos: 40n,
    request: Buffer.from("request"),
    keyLifetimeMs: undefined,
    previous: undefined,
  });
  if (end !== undefined)
    await ledger.settle({ operationId, end, source: "none", result: { errorCode: "OUTCOME_UNKNOWN" } });
  return operationId;
};

const app = (appId: string | undefined = "srv_shop") =>
  testContext({ appId, actor: service, permissions: new Set(["srv_nexus.payments:create"]) });
const report = { vendor: "courier", eventId: "evt_1", outcome: "done" } as const;

test("a report of the app that owns an operation has it looked at again, once for each event", async () => {
  const ctx = app();
  const operationId = await begin(ctx, "uncertain");
  await ledger.acts.claim(60_000, 100);
  await ledger.acts.defer(operationId, { afterMs: 3_600_000, note: "nobody left to ask", review: true });
  expect(await getOperation(deps, ctx, { operationId })).toMatchObject({
    progress: "needs_review",
    attempts: [{ vendor: "courier", step: "create", evidence: null, credentialVersion: 1 }],
  });
  expect(await reportOutcome(deps, ctx, { operationId, ...report })).toEqual({
    accepted: "new",
    progress: "needs_review",
  });
  expect(await reportOutcome(deps, ctx, { operationId, ...report })).toEqual({
    accepted: "duplicate",
    progress: "unknown",
  });
  const due = await ledger.acts.claim(60_000, 100);
  expect(due.find((act) => act.operationId === operationId)).toMatchObject({ reports: [{ outcome: "done" }] });
  const { events } = await listAuditEvents(deps, ctx, {});
  expect(events.filter(({ action }) => action === "operation.report")).toHaveLength(1);
});

test("another organization's event of the same id is another event", async () => {
  for (const ctx of [app(), app()]) {
    const operationId = await begin(ctx, "uncertain");
    expect(await reportOutcome(deps, ctx, { operationId, ...report })).toMatchObject({ accepted: "new" });
  }
});

test("a report does not change how an operation has ended", async () => {
  const ctx = app();
  const operationId = await begin(ctx, "released");
  expect(await reportOutcome(deps, ctx, { operationId, ...report })).toEqual({ accepted: "known", progress: "failed" });
  expect(await getOperation(deps, ctx, { operationId })).toMatchObject({ state: "released" });
});

test("nobody else reports on an operation, and nobody of a vendor that was not asked", async () => {
  const ctx = app();
  const operationId = await begin(ctx, "uncertain");
  const as = (more: Partial<CallContext>, input: object = {}) =>
    reportOutcome(deps, { ...ctx, ...more }, { operationId, ...report, ...input });
  await expect(as({ appId: "srv_other" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(as({ appId: undefined })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(as({ organizationId: "org_other" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(as({ permissions: new Set() })).rejects.toMatchObject({ code: "SCOPE_DENIED" });
  await expect(as({}, { vendor: "carrier" })).rejects.toMatchObject({
    code: "INVALID_INPUT",
    issues: [{ field: "vendor" }],
  });
  await expect(as({}, { eventId: "" })).rejects.toMatchObject({
    code: "INVALID_INPUT",
    issues: [{ field: "eventId" }],
  });
});

test("a report needs the permission of the operation's family, and no other", async () => {
  const families = [
    ["email.send", "srv_nexus.email:send"],
    ["payments.act", "srv_nexus.payments:create"],
  ] as const;
  for (const [operation, needed] of families) {
    for (const [other, permission] of families) {
      const ctx = testContext({ appId: "srv_shop", permissions: new Set([permission]) });
      const operationId = await begin(ctx, "uncertain", operation);
      const reporting = reportOutcome(deps, ctx, { operationId, ...report });
      if (other === operation) expect(await reporting).toMatchObject({ accepted: "new" });
      else await expect(reporting).rejects.toMatchObject({ code: "SCOPE_DENIED", details: { permission: needed } });
    }
  }
});

test("an operator reports on any app's operation, on record in their own name", async () => {
  const ctx = app();
  const operationId = await begin(ctx, "uncertain");
  const operator = operatorNamed("grace");
  expect(await reportOutcome(deps, operator, { operationId, ...report })).toMatchObject({ accepted: "new" });
  expect(await reportOutcome(deps, operator, { operationId, ...report })).toMatchObject({ accepted: "duplicate" });
  await expect(reportOutcome(deps, operator, { operationId: await doubt(ctx), ...report })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  const { rows } = await deps.db.pool.query(
    "select actor_id, details->>'organizationId' as organization from nexus.audit_event where action = 'operation.report' and target = $1",
    [operationId],
  );
  expect(rows).toEqual([{ actor_id: "grace", organization: ctx.organizationId }]);
});

test("what people and bills end is counted by who ended it, once, and nothing that is only tried or put right", async () => {
  const ctx = testContext();
  const ended: string[] = [];
  const counting = { ...deps, onResolved: (by: string) => void ended.push(by) };
  const byHand = await doubt(ctx);
  for (const costNanos of ["7", "7", "8"])
    await resolveOperation(counting, ctx, { operationId: byHand, costNanos, ...how });
  await resolveOperation(counting, ctx, { operationId: await settled(ctx, "estimated"), costNanos: "9", ...how });
  expect(ended).toEqual(["operator"]);
  const operationId = await doubt(ctx);
  const line = { line: 1, operationId, vendorRequestId: undefined, vendor: "openai", costNanos: 7n };
  const options = { lines: [line], evidence: "a".repeat(64), operator: operatorNamed("bill"), force: false };
  for (const dryRun of [true, false, false])
    for await (const { outcome } of importBill(counting, { ...options, dryRun })) expect(outcome).not.toBe("refused");
  expect(ended).toEqual(["operator", "import"]);
});

test("ids of a bill are looked up by indexes, however many calls there are", async () => {
  const tx = await deps.db.pool.connect();
  try {
    await tx.query("begin; set local enable_seqscan = off");
    const { rows } = await tx.query<{ "QUERY PLAN": string }>(`explain ${billedByVendorRequest}`, [["req_1"], null]);
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    expect(plan).not.toContain("Seq Scan");
    expect(plan).toContain("attempt_by_vendor_request");
  } finally {
    await tx.query("rollback");
    tx.release();
  }
});

test("a bill comes in by the API from a platform administrator alone", async () => {
  const ctx = testContext();
  const operationId = await doubt(ctx);
  const bill = { lines: [{ operationId, vendor: "openai", costNanos: "7" }], evidence: "a".repeat(64) };
  await expect(importVendorBill(deps, ctx, bill)).rejects.toMatchObject({ code: "SCOPE_DENIED" });
  const actor = { kind: "user", userId: "usr_admin", sessionId: "s", role: "admin", platformBypass: true } as const;
  const { outcomes } = await importVendorBill(deps, { ...ctx, actor }, bill);
  expect(outcomes).toMatchObject([{ line: 1, outcome: "corrected", operationId, costNanos: "7" }]);
  expect(await getOperation(deps, ctx, { operationId })).toMatchObject({
    state: "settled",
    resolution: { by: "import", actor: "usr_admin" },
  });
});
