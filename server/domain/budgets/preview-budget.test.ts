import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDeps, testContext, type TestDeps } from "../../../test/deps.ts";
import { holdFacts, openTestLedger, type TestLedger } from "../../../test/ledger.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { previewBudget } from "./index.ts";

const now = Date.parse("2026-11-16T00:00:00Z");

let t: TestLedger;
let deps: TestDeps;
let ctx: CallContext;
beforeAll(async () => {
  t = await openTestLedger();
  const opened = await openTestDeps(undefined, t.url);
  deps = { ...opened, clock: { ...opened.clock, now: () => now } };
  const organization = await t.organization();
  ctx = testContext({ organizationId: organization.organizationId });
  for (const [at, cost, appId] of [
    ["2026-10-01T10:00:00Z", 40n, "srv_a"],
    ["2026-10-10T10:30:00Z", 50n, "srv_a"],
    ["2026-10-20T10:00:00Z", 70n, "srv_b"],
    ["2026-11-02T10:00:00Z", 30n, "srv_a"],
    ["2026-11-12T10:00:00Z", 70n, "srv_a"],
  ] as const) {
    const id = await t.hold(organization, 100n, { facts: { ...holdFacts, appId } });
    await t.pool.query("update nexus.operation set created_at = $2 where operation_id = $1", [id, at]);
    await t.settle(id, cost);
  }
  await t.pool.query("select nexus.nexus_roll_up_usage(3)");
});
afterAll(async () => {
  await deps.close();
  await t.close();
});

test("a month's budget says what it would have refused, and the day on which it runs out", async () => {
  expect(await previewBudget(deps, ctx, { scope: "organization", period: "month", limitNanos: "120" })).toEqual({
    past: {
      from: "2026-10-01T00:00:00.000Z",
      to: "2026-11-01T00:00:00.000Z",
      costNanos: "160",
      reachedAt: "2026-10-20T10:00:00.000Z",
      beyondNanos: "40",
    },
    present: {
      from: "2026-11-01T00:00:00.000Z",
      spentNanos: "100",
      nanosPerDay: "10",
      runsOutAt: "2026-11-18T00:00:00.000Z",
    },
  });
});

test("an app's counts its own calls alone, in the time zone that it names", async () => {
  const { past, present } = await previewBudget(deps, ctx, {
    scope: "app",
    scopeId: "srv_a",
    period: "month",
    limitNanos: "1000",
    timeZone: "Europe/Berlin",
  });
  expect(past).toMatchObject({ from: "2026-09-30T22:00:00.000Z", costNanos: "90", reachedAt: null, beyondNanos: "0" });
  expect(present).toMatchObject({ from: "2026-10-31T23:00:00.000Z", spentNanos: "100", runsOutAt: null });
});

test("a rolling one looks at its windows, a total at no period before, and what is used up is out now", async () => {
  const ask = (more: object) =>
    previewBudget(deps, ctx, { scope: "organization", period: "week", limitNanos: "50", ...more });
  expect((await ask({ window: "rolling" })).past).toMatchObject({ from: "2026-11-02T00:00:00.000Z", costNanos: "30" });
  expect((await ask({ window: "rolling" })).present).toMatchObject({
    spentNanos: "70",
    runsOutAt: "2026-11-16T00:00:00.000Z",
  });
  expect((await ask({ period: "total", limitNanos: "10000" })).past).toBeNull();
  await expect(ask({ limitNanos: "-1" })).rejects.toMatchObject({ code: "INVALID_INPUT" });
});
