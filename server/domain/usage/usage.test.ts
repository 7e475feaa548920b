import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDeps, testContext, type TestDeps } from "../../../test/deps.ts";
import { holdFacts } from "../../../test/ledger.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { systemClock } from "../../platform/clock.ts";
import { newId } from "../../platform/ids.ts";
import { openLedger, type HoldFacts, type Ledger } from "../../platform/ledger/index.ts";
import { silentLogger as log } from "../../platform/logger.ts";
import { getOperation, GetOperationOutput, listOperations, ListOperationsOutput } from "../operations/index.ts";
import { summarizeUsage, SummarizeUsageOutput } from "./index.ts";

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

const hold = async ({ organizationId }: CallContext, facts: Partial<HoldFacts> = {}): Promise<string> => {
  await deps.db.pool.query("select nexus.nexus_ensure_org($1)", [organizationId]);
  const { rows } = await deps.db.pool.query<{ id: bigint }>(
    "select id from nexus.budget where org_id = $1 and rule_id is null",
    [organizationId],
  );
  const operationId = newId();
  const reply = await ledger.reserve({
    operationId,
    organizationId,
    levels: [rows[0]?.id ?? 0n],
    epoch: 0n,
    heldNanos: 100n,
    ttlMs: 60_000,
    facts: { ...holdFacts, ...facts },
  });
  expect(reply).toEqual({ status: "held" });
  return operationId;
};

const pay = async (ctx: CallContext, costNanos: bigint, facts: Partial<HoldFacts> = {}): Promise<string> => {
  const operationId = await hold(ctx, facts);
  await ledger.settle({
    operationId,
    end: "settled",
    costNanos,
    source: "provider",
    result: {
      units: { input: 100, cacheRead: 20, output: 7, reasoning: 3 },
      status: 200,
      latencyMs: 12.4,
      rawUsage: { total: 130 },
    },
    attempts: [
      {
        n: 1,
        vendor: "openai",
        model: "gpt-test",
        credentialTier: "byok",
        credentialId: "cred_test",
        outcome: "answered",
        status: 200,
        durationMs: 11.2,
        startedAt: "2026-11-21T10:00:00.000Z",
      },
    ],
  });
  return operationId;
};

test("pages go on where the last one ended, newest first, each operation once", async () => {
  const ctx = testContext();
  const ids: string[] = [];
  for (let call = 0; call < 12; call += 1) ids.push(await pay(ctx, BigInt(call)));
  const seen: string[] = [];
  let before: string | undefined;
  do {
    const page = ListOperationsOutput.parse(await listOperations(deps, ctx, { limit: 5, before }));
    seen.push(...page.operations.map(({ operationId }) => operationId));
    before = page.next ?? undefined;
  } while (before);
  expect(seen).toEqual(ids.toReversed());
  const [newest] = (await listOperations(deps, ctx, { limit: 1 })).operations;
  expect(newest).toMatchObject({
    state: "settled",
    costNanos: "11",
    heldNanos: "100",
    overrunNanos: "0",
    source: "provider",
    credentialTier: "byok",
    requestedModel: "openai/gpt-test",
    units: { input: 100, cacheRead: 20, output: 7, reasoning: 3 },
    latencyMs: 12,
    status: 200,
    streamed: false,
  });
});

test("filters narrow, and another organization sees nothing", async () => {
  const ctx = testContext();
  const wanted = await pay(ctx, 1n, { appId: "srv_x", vendor: "anthropic", model: "claude-test", keyId: "key_x" });
  const released = await hold(ctx, { appId: "srv_y" });
  await ledger.settle({
    operationId: released,
    end: "released",
    source: "none",
    result: { errorCode: "PROVIDER_REJECTED", status: 422 },
  });
  const open = await hold(ctx, { userId: "usr_z" });
  const idsOf = async (filter: Parameters<typeof listOperations>[2], by = ctx) =>
    (await listOperations(deps, by, filter)).operations.map(({ operationId }) => operationId);
  expect(await idsOf({ appId: "srv_x" })).toEqual([wanted]);
  expect(await idsOf({ vendor: "anthropic", model: "claude-test", keyId: "key_x" })).toEqual([wanted]);
  expect(await idsOf({ state: "released" })).toEqual([released]);
  expect(await idsOf({ userId: "usr_z", state: "open" })).toEqual([open]);
  expect(await idsOf({ to: new Date(Date.now() - 60_000).toISOString() })).toEqual([]);
  expect(await idsOf({ from: new Date(Date.now() - 60_000).toISOString() })).toEqual([open, released, wanted]);
  expect(await idsOf({}, testContext())).toEqual([]);
  expect(await idsOf({ before: open }, testContext())).toEqual([]);
  await ledger.settle({ operationId: open, end: "released", source: "none", result: {} });
});

test("one operation shows its attempts, entries and what the vendor said", async () => {
  const ctx = testContext();
  const id = await pay(ctx, 130n);
  const shown = GetOperationOutput.parse(await getOperation(deps, ctx, { operationId: id }));
  expect(shown).toMatchObject({
    costNanos: "130",
    overrunNanos: "30",
    rawUsage: { total: 130 },
    priceIds: ["price_test"],
    credentialVersion: 1,
    requestId: "req_test",
  });
  expect(shown.attempts).toMatchObject([
    { n: 1, outcome: "answered", startedAt: "2026-11-21T10:00:00.000Z", durationMs: 11 },
  ]);
  expect(shown.entries).toMatchObject([
    { kind: "cost", amountNanos: "100", debit: "usage", credit: "held" },
    { kind: "overrun", amountNanos: "30", debit: "usage", credit: "overrun" },
  ]);
  await expect(getOperation(deps, testContext(), { operationId: id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(getOperation(deps, ctx, { operationId: newId() })).rejects.toMatchObject({ code: "NOT_FOUND" });
});

const range = () => ({
  from: new Date(Date.now() - 3_600_000).toISOString(),
  to: new Date(Date.now() + 3_600_000).toISOString(),
});

test("sums are the same before, during and after the rollup", async () => {
  const ctx = testContext();
  for (const [appId, model] of [
    ["srv_a", "m1"],
    ["srv_a", "m2"],
    ["srv_b", "m1"],
    [undefined, "m1"],
  ] as const) {
    for (let call = 0; call < 5; call += 1) await pay(ctx, 110n, { appId, model });
  }
  const failed = await hold(ctx, { appId: "srv_b", model: "m1" });
  await ledger.settle({ operationId: failed, end: "released", source: "none", result: {} });
  const ask = async () =>
    SummarizeUsageOutput.parse(await summarizeUsage(deps, ctx, { ...range(), step: "day", by: ["appId", "model"] }));
  const before = await ask();
  expect(before.sums).toHaveLength(4);
  expect(before.sums.find(({ appId, model }) => appId === "srv_b" && model === "m1")).toMatchObject({
    calls: 6,
    failed: 1,
    costNanos: "550",
    overrunNanos: "50",
    inputUnits: 600,
    outputUnits: 50,
    vendor: null,
  });
  expect(before.sums.find(({ appId }) => appId === null)).toMatchObject({ calls: 5, model: "m1" });
  await expect
    .poll(
      async () => {
        await deps.db.pool.query("select nexus.nexus_roll_up_usage(6)");
        expect(await ask()).toEqual(before);
        return Number(
          (await deps.db.pool.query("select count(*) as n from nexus.nexus_pending_usage($1)", [ctx.organizationId]))
            .rows[0].n,
        );
      },
      { timeout: 10_000 },
    )
    .toBe(0);
  const [hour] = (await summarizeUsage(deps, ctx, { ...range(), step: "hour", appId: "srv_a" })).sums;
  expect(hour).toMatchObject({ calls: 10, costNanos: "1100", appId: null });
  const users = (await summarizeUsage(deps, ctx, { ...range(), step: "day", by: ["userId"], model: "m1" })).sums;
  expect(users).toMatchObject([{ userId: "usr_test", calls: 16, failed: 1, costNanos: "1650" }]);
  expect((await summarizeUsage(deps, testContext(), range())).sums).toEqual([]);
});

test.each<[string, object]>([
  ["a page of a thousand", { limit: 1_000 }],
  ["a page of nothing", { limit: 0 }],
  ["a cursor that is none", { before: "1 or 1=1" }],
  ["an unknown filter", { organizationId: "org_other" }],
])("%s is refused", async (_, input) => {
  await expect(listOperations(deps, testContext(), input)).rejects.toMatchObject({ code: "INVALID_INPUT" });
});

test.each<[string, object]>([
  ["a range without end", { from: "2000-01-01T00:00:00Z", to: "2026-01-01T00:00:00Z" }],
  ["a range backwards", { from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z" }],
  ["hours over a year", { from: "2025-01-01T00:00:00Z", to: "2025-12-01T00:00:00Z", step: "hour" }],
  ["an unknown dimension", { ...range(), by: ["org_id"] }],
])("%s is not summed", async (_, input) => {
  await expect(
    summarizeUsage(deps, testContext(), input as Parameters<typeof summarizeUsage>[2]),
  ).rejects.toMatchObject({ code: "INVALID_INPUT" });
});
