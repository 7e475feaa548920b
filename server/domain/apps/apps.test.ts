import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestDeps, testContext, type TestDeps } from "../../../test/deps.ts";
import { createSnapshot } from "../../platform/snapshot.ts";
import { listAuditEvents } from "../audit/index.ts";
import {
  appOf,
  appTopics,
  isAppEnabled,
  listApps,
  listAttributionGaps,
  loadApps,
  openAppActivity,
  requireApp,
  setAppState,
  syncApps,
} from "./index.ts";

let deps: TestDeps;
const nexus = { id: "srv_nexus", name: "Nexus", kind: "api" };
const bugfix = { id: "srv_bugfix", name: "BugFix", kind: "application" };

beforeAll(async () => {
  deps = await openTestDeps();
});

afterAll(() => deps.close());

beforeEach(async () => {
  await syncApps(deps, [nexus, bugfix]);
});

test("the list follows the catalog; what has gone is kept but cannot call", async () => {
  expect(await syncApps(deps, [nexus, { ...bugfix, name: "Bug Fix" }])).toEqual(["srv_bugfix"]);
  expect(await syncApps(deps, [nexus])).toEqual(["srv_bugfix"]);
  const snapshot = await loadApps(deps.db.pool);
  expect(appOf(snapshot, "srv_nexus")).toMatchObject({ name: "Nexus", kind: "api" });
  expect(appOf(snapshot, "srv_bugfix")).toBeUndefined();
  expect(appOf(snapshot, "srv_unknown")).toBeUndefined();
  expect((await listApps(deps, testContext(), {})).apps.map(({ id }) => id)).toEqual(["srv_nexus"]);
});

test("an unchanged or empty catalog changes nothing and wakes nobody", async () => {
  let woken = 0;
  await new Promise((resolve) => setTimeout(resolve, 300));
  const off = deps.feed.on("app", () => (woken += 1));
  expect(await syncApps(deps, [bugfix, nexus])).toEqual([]);
  expect(await syncApps(deps, [])).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(woken).toBe(0);
  off();
});

test("an organization switches an app off for itself alone", async () => {
  const ctx = testContext();
  const other = testContext();
  expect(await setAppState(deps, ctx, { appId: "srv_bugfix", enabled: false })).toMatchObject({
    id: "srv_bugfix",
    enabled: false,
  });
  const states = async (of: typeof ctx) => (await listApps(deps, of, {})).apps.map(({ id, enabled }) => [id, enabled]);
  expect(await states(ctx)).toEqual([
    ["srv_bugfix", false],
    ["srv_nexus", true],
  ]);
  expect(await states(other)).toEqual([
    ["srv_bugfix", true],
    ["srv_nexus", true],
  ]);
  const snapshot = await loadApps(deps.db.pool);
  expect(isAppEnabled(snapshot, ctx.organizationId, "srv_bugfix")).toBe(false);
  expect(isAppEnabled(snapshot, other.organizationId, "srv_bugfix")).toBe(true);
  await setAppState(deps, ctx, { appId: "srv_bugfix", enabled: true });
  expect((await listAuditEvents(deps, ctx, {})).events.map(({ action }) => action)).toEqual([
    "app.enable",
    "app.disable",
  ]);
  await expect(setAppState(deps, ctx, { appId: "srv_unknown", enabled: false })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
});

test("calls need an app where the organization says so, and an app needs to be known and on", async () => {
  const ctx = testContext();
  const { organizationId } = ctx;
  await setAppState(deps, ctx, { appId: "srv_bugfix", enabled: false });
  const snapshot = await loadApps(deps.db.pool);
  const refusal = (appId: string | undefined, required: boolean): unknown => {
    try {
      requireApp(snapshot, { organizationId, appId, requireApp: required });
      return undefined;
    } catch (error) {
      return error;
    }
  };
  expect(refusal(undefined, false)).toBeUndefined();
  expect(refusal("srv_nexus", true)).toBeUndefined();
  expect(refusal(undefined, true)).toMatchObject({ code: "APP_REQUIRED" });
  expect(refusal("srv_unknown", false)).toMatchObject({ code: "APP_REQUIRED" });
  expect(refusal("srv_bugfix", false)).toMatchObject({ code: "SCOPE_DENIED" });
});

test("activity and gaps are counted in batches, by organization and day [N1]", async () => {
  const ctx = testContext();
  const activity = openAppActivity(deps);
  for (let n = 0; n < 3; n += 1) activity.called(ctx.organizationId, undefined);
  activity.called(ctx.organizationId, "srv_nexus");
  await activity.flush();
  for (let n = 0; n < 2; n += 1) activity.called(ctx.organizationId, undefined);
  deps.advance(86_400_000);
  activity.called(ctx.organizationId, undefined);
  await activity.close();
  const { gaps } = await listAttributionGaps(deps, ctx, {});
  expect(gaps.map(({ calls }) => calls)).toEqual([1, 5]);
  expect(gaps[0]?.day).toBe(new Date(deps.clock.now()).toISOString().slice(0, 10));
  expect((await listAttributionGaps(deps, ctx, { days: 1 })).gaps).toHaveLength(1);
  expect((await listAttributionGaps(deps, testContext(), {})).gaps).toEqual([]);
  const seen = (await listApps(deps, ctx, {})).apps.find(({ id }) => id === "srv_nexus");
  expect(seen?.lastSeenAt).not.toBeNull();
  expect((await listApps(deps, testContext(), {})).apps.every(({ lastSeenAt }) => lastSeenAt === null)).toBe(true);
});

test("a change reaches the snapshot", async () => {
  const ctx = testContext();
  const snapshot = await createSnapshot({
    name: "apps",
    load: () => loadApps(deps.db.pool),
    feed: deps.feed,
    topics: appTopics,
    log: deps.log,
  });
  await setAppState(deps, ctx, { appId: "srv_bugfix", enabled: false });
  await expect.poll(() => isAppEnabled(snapshot.current(), ctx.organizationId, "srv_bugfix")).toBe(false);
  await syncApps(deps, [nexus]);
  await expect.poll(() => appOf(snapshot.current(), "srv_bugfix")).toBeUndefined();
  snapshot.close();
});
