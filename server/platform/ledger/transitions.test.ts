import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestLedger, type TestLedger } from "../../../test/ledger.ts";
import { newId } from "../ids.ts";
import type { SettleReply } from "./index.ts";

let t: TestLedger;
beforeAll(async () => {
  t = await openTestLedger();
});
afterAll(() => t.close());

type Ending =
  | readonly ["settled", number, ("provider" | "drained" | "estimated" | "policy")?]
  | readonly ["released"]
  | readonly ["uncertain"];

const apply = (operationId: string, [end, cost, by]: Ending): Promise<SettleReply> =>
  t.ledger.settle({
    operationId,
    end,
    costNanos: cost === undefined ? undefined : BigInt(cost),
    source: by === "policy" ? "estimated" : end === "settled" ? (by ?? "provider") : "none",
    result: by === "policy" ? { resolution: { by } } : {},
  });

const paths: Readonly<Record<string, readonly Ending[]>> = {
  open: [],
  settled: [["settled", 60]],
  estimated: [["settled", 60, "estimated"]],
  bound: [["uncertain"], ["settled", 100, "policy"]],
  released: [["released"]],
  uncertain: [["uncertain"]],
  late: [["released"], ["settled", 7]],
  lateGuess: [["released"], ["settled", 7, "estimated"]],
  corrected: [
    ["settled", 60, "estimated"],
    ["settled", 45],
  ],
  given: [["uncertain"], ["settled", 100, "policy"], ["released"]],
};

// state before · ending asked for · reply · state after · spent, overrun and reserved after, of a hold of 100
test.each<[string, Ending, SettleReply, string, bigint, bigint, bigint]>([
  ["open", ["settled", 60], "settled", "settled", 60n, 0n, 0n],
  ["open", ["settled", 0], "settled", "settled", 0n, 0n, 0n],
  ["open", ["settled", 100], "settled", "settled", 100n, 0n, 0n],
  ["open", ["settled", 130], "settled", "settled", 100n, 30n, 0n],
  ["open", ["settled", -1], "invalid", "open", 0n, 0n, 100n],
  ["open", ["released"], "released", "released", 0n, 0n, 0n],
  ["open", ["uncertain"], "uncertain", "uncertain", 0n, 0n, 100n],
  ["settled", ["settled", 60], "same", "settled", 60n, 0n, 0n],
  ["settled", ["settled", 61], "conflict", "settled", 60n, 0n, 0n],
  ["settled", ["settled", 61, "estimated"], "conflict", "settled", 60n, 0n, 0n],
  ["settled", ["settled", 100, "policy"], "conflict", "settled", 60n, 0n, 0n],
  ["settled", ["released"], "conflict", "settled", 60n, 0n, 0n],
  ["settled", ["uncertain"], "conflict", "settled", 60n, 0n, 0n],
  ["released", ["released"], "same", "released", 0n, 0n, 0n],
  ["released", ["uncertain"], "conflict", "released", 0n, 0n, 0n],
  ["released", ["settled", 0], "conflict", "released", 0n, 0n, 0n],
  ["released", ["settled", 7], "late", "late", 0n, 7n, 0n],
  ["uncertain", ["settled", 60], "settled", "settled", 60n, 0n, 0n],
  ["uncertain", ["settled", 130], "settled", "settled", 100n, 30n, 0n],
  ["uncertain", ["released"], "released", "released", 0n, 0n, 0n],
  ["uncertain", ["uncertain"], "same", "uncertain", 0n, 0n, 100n],
  ["late", ["settled", 7], "same", "late", 0n, 7n, 0n],
  ["late", ["settled", 8], "conflict", "late", 0n, 7n, 0n],
  ["late", ["released"], "conflict", "late", 0n, 7n, 0n],
  ["late", ["uncertain"], "conflict", "late", 0n, 7n, 0n],
  // The vendor's word corrects what was estimated, once.
  ["estimated", ["settled", 45], "corrected", "settled", 45n, 0n, 0n],
  ["estimated", ["settled", 45, "drained"], "corrected", "settled", 45n, 0n, 0n],
  ["estimated", ["settled", 60], "corrected", "settled", 60n, 0n, 0n],
  ["estimated", ["settled", 0], "corrected", "settled", 0n, 0n, 0n],
  ["estimated", ["settled", 130], "corrected", "settled", 100n, 30n, 0n],
  ["estimated", ["settled", -1], "invalid", "settled", 60n, 0n, 0n],
  ["estimated", ["settled", 60, "estimated"], "same", "settled", 60n, 0n, 0n],
  ["estimated", ["settled", 61, "estimated"], "conflict", "settled", 60n, 0n, 0n],
  ["estimated", ["settled", 100, "policy"], "conflict", "settled", 60n, 0n, 0n],
  ["estimated", ["released"], "conflict", "settled", 60n, 0n, 0n],
  ["estimated", ["uncertain"], "conflict", "settled", 60n, 0n, 0n],
  ["corrected", ["settled", 45], "same", "settled", 45n, 0n, 0n],
  ["corrected", ["settled", 46], "conflict", "settled", 45n, 0n, 0n],
  ["corrected", ["settled", 45, "estimated"], "same", "settled", 45n, 0n, 0n],
  ["corrected", ["released"], "conflict", "settled", 45n, 0n, 0n],
  ["corrected", ["uncertain"], "conflict", "settled", 45n, 0n, 0n],
  // A process that was given up and lives has the last word, whatever it is.
  ["bound", ["settled", 30], "corrected", "settled", 30n, 0n, 0n],
  ["bound", ["settled", 130], "corrected", "settled", 100n, 30n, 0n],
  ["bound", ["settled", 30, "estimated"], "corrected", "settled", 30n, 0n, 0n],
  ["bound", ["settled", 100, "policy"], "same", "settled", 100n, 0n, 0n],
  ["bound", ["released"], "corrected", "released", 0n, 0n, 0n],
  ["bound", ["uncertain"], "conflict", "settled", 100n, 0n, 0n],
  ["given", ["released"], "same", "released", 0n, 0n, 0n],
  ["given", ["settled", 7], "late", "late", 0n, 7n, 0n],
  ["lateGuess", ["settled", 9], "corrected", "late", 0n, 9n, 0n],
  ["lateGuess", ["settled", 3], "corrected", "late", 0n, 3n, 0n],
  ["lateGuess", ["uncertain"], "conflict", "late", 0n, 7n, 0n],
])("%s, asked to be %j, replies %s", async (before, ending, reply, after, spent, overrun, reserved) => {
  const org = await t.organization([{ limit: 1_000n }]);
  const id = await t.hold(org, 100n);
  for (const step of paths[before] ?? []) await apply(id, step);
  expect(await apply(id, ending)).toBe(reply);
  const { rows } = await t.pool.query("select state from nexus.operation where operation_id = $1", [id]);
  expect(rows).toEqual([{ state: after }]);
  for (const level of org.levels) expect(await t.budget(level)).toMatchObject({ spent, overrun, reserved });
  expect(await t.disagreeing()).toEqual([]);
});

test("an operation that was never reserved cannot be ended", async () => {
  expect(await t.settle(newId(), 5n)).toBe("unknown");
});

test.each(["settled", "released", "uncertain"] as const)(
  "a second reserve of a %s operation returns its state",
  async (state) => {
    const org = await t.organization();
    const call = t.call(org, 100n);
    await t.ledger.reserve(call);
    expect(await t.ledger.reserve(call)).toEqual({ status: "known", state: "open" });
    expect(await t.ledger.reserve({ ...call, heldNanos: 99n })).toEqual({ status: "mismatch" });
    await (state === "settled" ? t.settle(call.operationId, 1n) : t.end(call.operationId, state));
    expect(await t.ledger.reserve(call)).toEqual({ status: "known", state });
  },
);

test("a refusal names the budget and changes no budget", async () => {
  const org = await t.organization([{ limit: 1_000n }, { scope: "app", limit: 50n }]);
  const [, , app] = org.levels;
  expect(await t.ledger.reserve(t.call(org, 51n))).toEqual({ status: "refused", budgetId: app });
  for (const level of org.levels) expect(await t.budget(level)).toMatchObject({ spent: 0n, overrun: 0n, reserved: 0n });
});

test("an overrun takes room from later calls", async () => {
  const org = await t.organization([{ limit: 100n }]);
  await t.settle(await t.hold(org, 50n), 70n);
  expect(await t.ledger.reserve(t.call(org, 31n))).toMatchObject({ status: "refused" });
  expect(await t.ledger.reserve(t.call(org, 30n))).toEqual({ status: "held" });
});

test("a soft budget counts and never refuses", async () => {
  const org = await t.organization([{ limit: 10n, hard: false }]);
  await t.settle(await t.hold(org, 500n), 500n);
  expect(await t.budget(org.levels[1])).toMatchObject({ spent: 500n, reserved: 0n });
});

test("a limit lowered below what is committed admits nothing more, and the running call still settles", async () => {
  const org = await t.organization([{ limit: 100n }]);
  const running = await t.hold(org, 80n);
  await t.pool.query("alter table nexus.budget drop constraint within_limit");
  await t.pool.query(
    "select nexus.nexus_set_budget($1, $2, 'organization', null, 'total', 'calendar', 'nanoUsd', true, 40, '{}', 'UTC')",
    [newId(), org.organizationId],
  );
  const changed = { ...org, epoch: org.epoch + 1n };
  expect(await t.ledger.reserve(t.call(changed, 1n))).toMatchObject({ status: "refused" });
  expect(await t.settle(running, 80n)).toBe("settled");
});

test("budget rows of another organization are refused as a defect", async () => {
  const [mine, other] = [await t.organization(), await t.organization()];
  await expect(t.ledger.reserve(t.call({ ...mine, levels: other.levels }, 5n))).rejects.toMatchObject({
    code: "INTERNAL",
    effect: "none",
  });
  await expect(t.ledger.reserve(t.call(mine, 0n))).rejects.toMatchObject({ code: "INTERNAL", effect: "none" });
});

test("an id made at another time is refused as a wrong clock", async () => {
  const mine = await t.organization();
  await expect(
    t.ledger.reserve(t.call(mine, 5n, { operationId: "01900000-0000-7000-8000-000000000000" })),
  ).rejects.toMatchObject({ code: "LEDGER_UNAVAILABLE", effect: "none" });
});

test("calls without known budget rows are answered stale", async () => {
  const org = await t.organization();
  expect(await t.ledger.reserve(t.call({ ...org, levels: [] }, 5n))).toEqual({ status: "stale" });
});

test("attempts and facts about the answer are stored with the operation", async () => {
  const org = await t.organization();
  const id = await t.hold(org, 100n);
  const target = {
    vendor: "anthropic",
    model: "claude-test",
    credentialTier: "platform_default",
    credentialId: "cred_2",
  } as const;
  await t.ledger.beginAttempt({ operationId: id, n: 2, ...target });
  await t.settle(id, 40n, {
    result: {
      units: { input: 3 },
      rawUsage: { big: "x".repeat(9_000) },
      vendorRequestId: 'req"\\{,}\n',
      target,
      latencyMs: 12.7,
    },
    attempts: [
      {
        n: 1,
        vendor: "openai",
        model: "gpt-test",
        credentialTier: "byok",
        credentialId: "cred_1",
        outcome: "refused",
        status: 429,
        errorCode: "PROVIDER_RATE_LIMITED",
      },
      { n: 2, ...target, outcome: "answered", status: 200, durationMs: 900.6 },
    ],
  });
  const operation = await t.pool.query(
    "select vendor, model, source, cost, result from nexus.operation where operation_id = $1",
    [id],
  );
  expect(operation.rows[0]).toMatchObject({ vendor: "anthropic", model: "claude-test", source: "provider", cost: 40n });
  expect(operation.rows[0].result).toMatchObject({
    units: { input: 3 },
    rawUsage: { dropped: "too large" },
    vendorRequestId: 'req"\\{,}\n',
    credentialId: "cred_2",
  });
  const attempts = await t.pool.query(
    "select n, vendor, outcome, status, duration_ms from nexus.attempt where operation_id = $1 order by n",
    [id],
  );
  expect(attempts.rows).toEqual([
    { n: 1, vendor: "openai", outcome: "refused", status: 429, duration_ms: null },
    { n: 2, vendor: "anthropic", outcome: "answered", status: 200, duration_ms: 901 },
  ]);
});

test("text that PostgreSQL cannot store does not prevent a hold from ending", async () => {
  const org = await t.organization([{ limit: 1_000n }]);
  const id = await t.hold(org, 100n);
  const hostile = "a\0b\ud83d";
  const reply = await t.ledger.settle({
    operationId: id,
    end: "settled",
    costNanos: 60n,
    source: "provider",
    result: { responseModel: hostile, vendorRequestId: hostile, rawUsage: { [hostile]: hostile } },
  });
  expect(reply).toBe("settled");
});
