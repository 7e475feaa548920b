import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDeps, testContext, type TestDeps } from "../../../test/deps.ts";
import { providers } from "../../providers/index.ts";
import { createSnapshot } from "../../platform/snapshot.ts";
import { listAuditEvents } from "../audit/index.ts";
import {
  defaultPreferences,
  getPreferences,
  loadPreferences,
  preferencesOf,
  preferencesTopics,
  setPreferences,
} from "./index.ts";
import type { PreferencesDeps } from "./set-preferences.ts";

let deps: TestDeps & PreferencesDeps;

beforeAll(async () => {
  deps = { ...(await openTestDeps()), vendors: providers };
});

afterAll(() => deps.close());

test("an organization that has said nothing has the defaults at revision 0", async () => {
  const ctx = testContext();
  expect(await getPreferences(deps, ctx, {})).toEqual({
    ...defaultPreferences,
    revision: 0,
    byokConsent: null,
    updatedAt: null,
  });
  expect(preferencesOf(await loadPreferences(deps.db.pool), ctx.organizationId)).toBe(defaultPreferences);
});

test("a change touches only what it names, and leaves an audit row", async () => {
  const ctx = testContext();
  await setPreferences(deps, ctx, {
    revision: 0,
    vendorOrder: ["openai", "anthropic"],
    modelAllowList: ["openai/*"],
  });
  const second = await setPreferences(deps, ctx, {
    revision: 1,
    requireApp: true,
    fallbackModels: { "openai/gpt-5": ["anthropic/claude-sonnet-4-5"] },
  });
  expect(second).toMatchObject({
    vendorOrder: ["openai", "anthropic"],
    modelAllowList: ["openai/*"],
    requireApp: true,
    fallbackModels: { "openai/gpt-5": ["anthropic/claude-sonnet-4-5"] },
    revision: 2,
  });
  expect((await setPreferences(deps, ctx, { revision: 2, modelAllowList: null })).modelAllowList).toBeNull();
  expect((await getPreferences(deps, ctx, {})).revision).toBe(3);
  expect(await getPreferences(deps, testContext(), {})).toMatchObject({ requireApp: false, revision: 0 });
  const { events } = await listAuditEvents(deps, ctx, {});
  expect(events[1]?.details).toEqual({ revision: 2, changed: ["fallbackModels", "requireApp"] });
});

test("who has not seen the newest revision changes nothing", async () => {
  const ctx = testContext();
  const attempts = await Promise.allSettled(
    [true, false, true, false].map((fallback) => setPreferences(deps, ctx, { revision: 0, fallback })),
  );
  expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const revision of [0, 2, 7]) {
    await expect(setPreferences(deps, ctx, { revision, requireApp: true })).rejects.toMatchObject({
      code: "CONFLICT",
    });
  }
  expect(await getPreferences(deps, ctx, {})).toMatchObject({ revision: 1, requireApp: false });
  expect((await listAuditEvents(deps, ctx, {})).events).toHaveLength(1);
});

test("consent says who and when, stays over other changes, and goes with the policy", async () => {
  const giver = testContext();
  const other = testContext({ organizationId: giver.organizationId });
  const given = await setPreferences(deps, giver, { revision: 0, byokPolicy: "fallback-with-consent" });
  expect(given.byokConsent?.by).toBe(giver.userId);
  const kept = await setPreferences(deps, other, {
    revision: 1,
    fallback: false,
    byokPolicy: "fallback-with-consent",
  });
  expect(kept.byokConsent).toEqual(given.byokConsent);
  expect((await setPreferences(deps, other, { revision: 2, byokPolicy: "strict" })).byokConsent).toBeNull();
  const { events } = await listAuditEvents(deps, giver, {});
  expect(events.map(({ action, actor }) => [action, actor.id]).reverse()).toEqual([
    ["preferences.set", giver.userId],
    ["preferences.byok-consent-give", giver.userId],
    ["preferences.set", other.userId],
    ["preferences.set", other.userId],
    ["preferences.byok-consent-withdraw", other.userId],
  ]);
});

test.each([
  { vendorOrder: ["openai", "openai"] },
  { vendorOrder: ["No Vendor"] },
  { modelAllowList: ["openai/(a+)+"] },
  { modelAllowList: Array.from({ length: 201 }, () => "openai/*") },
  { fallbackModels: { "not a model": ["a"] } },
  { byokPolicy: "whoever" as "strict" },
  { organizationId: "org_other" },
])("refuses the input %#", async (input) => {
  const ctx = testContext();
  await expect(setPreferences(deps, ctx, { revision: 0, ...input })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  expect((await getPreferences(deps, ctx, {})).revision).toBe(0);
});

test("a prototype in the input is no chain", async () => {
  const ctx = testContext();
  const input: unknown = JSON.parse('{"revision": 0, "fallbackModels": {"__proto__": ["a"]}}');
  const saved = await setPreferences(deps, ctx, input as { revision: number });
  expect(JSON.stringify(saved.fallbackModels)).toBe("{}");
  expect(Object.keys(Object.prototype)).toEqual([]);
});

test("a change reaches the snapshot", async () => {
  const ctx = testContext();
  const snapshot = await createSnapshot({
    name: "preferences",
    load: () => loadPreferences(deps.db.pool),
    feed: deps.feed,
    topics: preferencesTopics,
    log: deps.log,
  });
  await setPreferences(deps, ctx, { revision: 0, requireApp: true });
  await expect
    .poll(() => preferencesOf(snapshot.current(), ctx.organizationId))
    .toEqual({ ...defaultPreferences, requireApp: true });
  snapshot.close();
});
