import * as fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { createLimiter, type Limiter } from "./create-limiter.ts";
import type { Decision, LimitScope, Taken } from "./limit-scope.ts";
import { createLocalWindows } from "./local-windows.ts";
import { rateLimited } from "./rate-limited.ts";
import type { SharedStore } from "./shared-store.ts";

let nowMs = 0;
const clock = { now: () => nowMs, monotonic: () => nowMs };
let limiter: Limiter;

beforeEach(() => {
  nowMs = 5_000_000;
  limiter = createLimiter({ clock });
});

const decide = (scopes: LimitScope[], tokensEstimate = 0, organizationId = "org_a"): Decision => {
  const decision = limiter.take({ organizationId, scopes, tokensEstimate });
  if (decision instanceof Promise) throw new Error("a promise without a shared store");
  return decision;
};
const taken = (decision: Decision): Taken => {
  if (!decision.ok) throw new Error(`refused: ${decision.metric}`);
  return decision;
};

const organization = (limits: Pick<LimitScope, "rpm" | "tpm">): LimitScope => ({
  kind: "organization",
  id: "org_a",
  ...limits,
});
const user = (id: string, limits: Pick<LimitScope, "rpm" | "tpm">): LimitScope => ({ kind: "user", id, ...limits });

describe("requests a minute", () => {
  it("are admitted up to the limit and again when they have left the window", () => {
    const scope = organization({ rpm: 3 });
    expect([1, 2, 3].map(() => taken(decide([scope])).allowance.remainingRequests)).toEqual([2, 1, 0]);
    const refused = decide([scope]);
    expect(refused).toMatchObject({
      ok: false,
      metric: "requests",
      limit: 3,
      remaining: 0,
      tooLarge: false,
      scope: { kind: "organization", id: "org_a" },
    });
    const waitMs = refused.ok ? 0 : refused.retryAfterMs;
    expect(waitMs).toBeGreaterThan(60_000 - 1);
    expect(waitMs).toBeLessThanOrEqual(62_000);
    nowMs += waitMs - 1;
    expect(decide([scope]).ok).toBe(false);
    nowMs += 1;
    expect(decide([scope]).ok).toBe(true);
  });

  it("never exceed the limit in any 60 seconds, whatever the rhythm", () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 9_000 }), { minLength: 20, maxLength: 120 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 12 }), (waits, rpm) => {
        const fresh = createLocalWindows(clock, 10);
        const admittedAt: number[] = [];
        for (const waitMs of waits) {
          nowMs += waitMs;
          const request = { organizationId: "o", scopes: [organization({ rpm })], tokensEstimate: 0 };
          if (fresh.take(request).ok) admittedAt.push(nowMs);
        }
        for (const at of admittedAt)
          expect(admittedAt.filter((other) => other >= at && other < at + 60_000).length).toBeLessThanOrEqual(rpm);
      }),
    );
  });

  it("a refused call is not counted anywhere", () => {
    const scopes = [organization({ rpm: 10 }), user("u1", { rpm: 1 })];
    taken(decide(scopes));
    for (let index = 0; index < 20; index += 1)
      expect(decide(scopes)).toMatchObject({ ok: false, scope: { kind: "user", id: "u1" } });
    expect(taken(decide([organization({ rpm: 10 })])).allowance.remainingRequests).toBe(8);
  });

  it("are counted apart by kind, id and organization", () => {
    const scope = user("same", { rpm: 1 });
    taken(decide([scope]));
    expect(decide([scope]).ok).toBe(false);
    expect(decide([{ ...scope, kind: "app" }]).ok).toBe(true);
    expect(decide([user("other", { rpm: 1 })]).ok).toBe(true);
    expect(decide([scope], 0, "org_b").ok).toBe(true);
  });
});

describe("tokens a minute", () => {
  it("are taken by estimate and corrected once", () => {
    const scope = organization({ tpm: 1_000 });
    const first = taken(decide([scope], 600));
    expect(first.allowance).toEqual({
      limitRequests: undefined,
      remainingRequests: undefined,
      limitTokens: 1_000,
      remainingTokens: 400,
    });
    expect(decide([scope], 500)).toMatchObject({ ok: false, metric: "tokens", remaining: 400, tooLarge: false });
    first.correct(100);
    first.correct(0);
    expect(taken(decide([scope], 500)).allowance.remainingTokens).toBe(400);
  });

  it("used beyond the estimate count too", () => {
    const scope = organization({ tpm: 1_000 });
    taken(decide([scope], 10)).correct(1_500);
    expect(decide([scope], 1)).toMatchObject({ ok: false, remaining: 0 });
    nowMs += 62_000;
    expect(taken(decide([scope], 1)).allowance.remainingTokens).toBe(999);
  });

  it("corrected after the window has passed change nothing", () => {
    const scope = organization({ tpm: 1_000 });
    const first = taken(decide([scope], 600));
    nowMs += 70_000;
    taken(decide([scope], 100));
    first.correct(1_000);
    expect(taken(decide([scope], 0)).allowance.remainingTokens).toBe(900);
  });

  it("of one call above the limit are refused for good", () => {
    const refused = decide([organization({ tpm: 1_000 })], 1_001);
    expect(refused).toMatchObject({ ok: false, tooLarge: true, retryAfterMs: 62_000 });
  });

  it("wait for just as many as are needed", () => {
    const scope = organization({ tpm: 100 });
    taken(decide([scope], 30));
    nowMs += 20_000;
    taken(decide([scope], 70));
    const refused = decide([scope], 30);
    expect(refused.ok ? 0 : refused.retryAfterMs).toBe(42_000);
    const more = decide([scope], 31);
    expect(more.ok ? 0 : more.retryAfterMs).toBe(62_000);
  });
});

it("a scope without limits, and a call without scopes, pass", () => {
  expect(taken(decide([])).allowance.limitRequests).toBeUndefined();
  expect(decide([user("u1", {})], 1e9).ok).toBe(true);
});

it("the refusal that lasts longest is told, as an error with the scope named", () => {
  const scopes = [organization({ rpm: 1 }), user("u1", { tpm: 10 })];
  taken(decide([user("u1", { tpm: 10 })], 10));
  nowMs += 20_000;
  taken(decide([organization({ rpm: 1 })]));
  const refused = decide(scopes, 5);
  if (refused.ok) throw new Error("admitted");
  const error = rateLimited(refused);
  expect([error.code, error.retryAfterMs]).toEqual(["RATE_LIMITED", 62_000]);
  expect(error.details).toEqual({
    scope: "organization",
    scopeId: "org_a",
    metric: "requests",
    limitPerMinute: 1,
    remaining: 0,
  });
});

it("memory is bounded: idle scopes make room first, then the oldest", () => {
  const windows = createLocalWindows(clock, 3);
  const take = (id: string) =>
    windows.take({ organizationId: "o", scopes: [user(id, { rpm: 1 })], tokensEstimate: 0 }).ok;
  expect(["a", "b", "c"].map(take)).toEqual([true, true, true]);
  nowMs += 61_900;
  expect(take("a")).toBe(false);
  nowMs += 200;
  expect(take("d")).toBe(true);
  expect(windows.size()).toBeLessThanOrEqual(3);
  for (let index = 0; index < 100; index += 1) take(`user-${index}`);
  expect(windows.size()).toBe(3);
});

describe("with a shared store", () => {
  const request = { organizationId: "org_a", scopes: [organization({ rpm: 2 })], tokensEstimate: 0 };
  let asked = 0;
  let broken = true;
  const store: SharedStore = {
    take: () => {
      asked += 1;
      const usages = [{ requests: 0, tokens: 0, requestsRetryMs: 0, tokensRetryMs: 0 }];
      return broken ? Promise.reject(new Error("down")) : Promise.resolve({ admitted: true, slot: 0, usages });
    },
    correct: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };

  beforeEach(() => {
    asked = 0;
    broken = true;
    limiter = createLimiter({ clock, store, maxFailures: 3, pauseMs: 1_000 });
  });

  it("goes on alone while it fails, asks one call after the pause, and comes back", async () => {
    expect((await Promise.all([1, 2, 3].map(() => limiter.take(request)))).map(({ ok }) => ok)).toEqual([
      true,
      true,
      false,
    ]);
    expect(limiter.mode()).toBe("local");
    expect(limiter.take(request)).toMatchObject({ ok: false });
    expect(asked).toBe(3);
    nowMs += 1_000;
    const probe = limiter.take(request);
    expect(probe).toBeInstanceOf(Promise);
    expect(limiter.take(request)).not.toBeInstanceOf(Promise);
    await probe;
    expect(limiter.take(request)).not.toBeInstanceOf(Promise);
    broken = false;
    nowMs += 1_000;
    expect((await limiter.take(request)).ok).toBe(true);
    expect(limiter.mode()).toBe("shared");
  });

  it("keeps its own count beside the shared one", async () => {
    broken = false;
    await limiter.take(request);
    await limiter.take(request);
    broken = true;
    expect((await limiter.take(request)).ok).toBe(false);
  });
});
