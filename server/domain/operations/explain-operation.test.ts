import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDeps, testContext, type TestDeps } from "../../../test/deps.ts";
import { holdFacts, openTestLedger, type TestLedger } from "../../../test/ledger.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { SettleCall } from "../../platform/ledger/index.ts";
import { providers } from "../../providers/index.ts";
import { costOf, loadPriceBook } from "../pricing/index.ts";
import { explainOperation } from "./index.ts";

let t: TestLedger;
let deps: TestDeps & { readonly vendors: typeof providers };
let ctx: CallContext;
let organization: Awaited<ReturnType<TestLedger["organization"]>>;
beforeAll(async () => {
  t = await openTestLedger();
  deps = { ...(await openTestDeps(undefined, t.url)), vendors: providers };
  organization = await t.organization();
  ctx = testContext({ organizationId: organization.organizationId });
});
afterAll(async () => {
  await deps.close();
  await t.close();
});

const units = { input: 812, cacheRead: 101, output: 143 };
const setOf = async () => {
  const book = await loadPriceBook(t.pool, providers);
  const { organizationId } = organization;
  const set = book.priceSet({
    vendor: "openai",
    model: "gpt-4o-mini",
    at: Date.now(),
    organizationId,
  });
  if (!set) throw new Error("no price");
  return set;
};

const made = async (costNanos: bigint, more: Partial<SettleCall> = {}): Promise<string> => {
  const set = await setOf();
  const operationId = await t.hold(organization, 500_000n, {
    facts: {
      ...holdFacts,
      model: "gpt-4o-mini",
      credentialTier: "platform_default",
      priceIds: costOf(units, set).priceIds,
    },
  });
  const startedAt = new Date(Date.now() + 20).toISOString();
  await t.settle(operationId, costNanos, {
    result: { units, status: 200, latencyMs: 400, vendorRequestId: "req_v" },
    attempts: [
      {
        n: 1,
        vendor: "openai",
        model: "gpt-4o-mini",
        credentialTier: "platform_default",
        credentialId: "c",
        outcome: "answered",
        status: 200,
        durationMs: 370,
        startedAt,
      },
    ],
    ...more,
  });
  return operationId;
};

test("a cost is explained line by line, to the nano-dollar", async () => {
  const { nanos } = costOf(units, await setOf());
  const told = await explainOperation(deps, ctx, {
    operationId: await made(nanos),
  });
  expect(told.priceLines.map(({ unitClass, quantity, reserved }) => [unitClass, quantity, reserved])).toEqual([
    ["input", 812, true],
    ["cacheRead", 101, true],
    ["output", 143, true],
  ]);
  const [input] = told.priceLines;
  expect(Number(input?.amountNanos) * 1e6).toBeCloseTo(812 * Number(input?.nanosPerMillion));
  expect(told).toMatchObject({
    pricedNanos: nanos.toString(),
    costNanos: nanos.toString(),
    returnedNanos: (500_000n - nanos).toString(),
    overrunNanos: "0",
    provenance: "vendor_usage",
    requestId: "req_test",
    vendorRequestIds: ["req_v"],
  });
  expect(told.timeline.map(({ what, attempt }) => [what, attempt])).toEqual([
    ["reserved", null],
    ["attempt", 1],
    ["ended", null],
  ]);
  expect(told.timeline[1]?.toMs).toBe((told.timeline[1]?.fromMs ?? 0) + 370);
});

test("it is said why a cost is not what the prices say", async () => {
  const provenance = async (operationId: string) => (await explainOperation(deps, ctx, { operationId })).provenance;
  const { nanos } = costOf(units, await setOf());
  expect(await provenance(await made(nanos, { source: "estimated" }))).toBe("estimate");
  expect(await provenance(await made(500_000n, { source: "estimated" }))).toBe("at_hold");
  expect(
    await provenance(
      await made(7n, {
        result: { units, status: 200, listCostNanos: nanos.toString() },
      }),
    ),
  ).toBe("vendor_charge");
  const released = await t.hold(organization, 5n);
  await t.end(released, "released");
  expect(await provenance(released)).toBe("nothing");
  const open = await t.hold(organization, 5n);
  expect(await explainOperation(deps, ctx, { operationId: open })).toMatchObject({
    provenance: "open",
    returnedNanos: "0",
  });
  await expect(explainOperation(deps, testContext(), { operationId: open })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
});
