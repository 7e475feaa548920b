import { beforeEach, describe, expect, it } from "vitest";
import type { ProviderFailure } from "../../contracts/provider.ts";
import { createCircuitBreaker, outcomeOf, type CircuitBreaker, type CircuitOutcome } from "./circuit-breaker.ts";

let nowMs = 0;
let breaker: CircuitBreaker;
const clock = { now: () => nowMs, monotonic: () => nowMs };
const key = { id: "cred_1", version: 1 };

beforeEach(() => {
  nowMs = 1_000_000;
  breaker = createCircuitBreaker({ clock, windowMs: 30_000, minimumCalls: 10, errorRatio: 0.5, openMs: 10_000 });
});

const report = (outcome: CircuitOutcome, times = 1, credential = key): void => {
  for (let index = 0; index < times; index += 1) breaker.report("openai", credential, outcome);
};
const state = (credential = key) => breaker.circuit("openai", credential).state;

describe("errors", () => {
  it("open by ratio, and only with enough calls to tell", () => {
    report({ kind: "errors" }, 9);
    expect(state()).toBe("closed");
    report({ kind: "errors" });
    expect(breaker.circuit("openai", key)).toEqual({ state: "open", reason: "errors", retryAfterMs: 10_000 });
  });

  it("do not open below the ratio", () => {
    report({ kind: "ok" }, 11);
    report({ kind: "errors" }, 10);
    expect(state()).toBe("closed");
    report({ kind: "errors" });
    expect(state()).toBe("open");
  });

  it("are forgotten with the window", () => {
    report({ kind: "errors" }, 9);
    nowMs += 30_000;
    report({ kind: "errors" }, 9);
    expect(state()).toBe("closed");
    nowMs += 15_000;
    report({ kind: "errors" });
    expect(state()).toBe("open");
  });

  it("then admit one probe; its answer closes, its failure opens again", () => {
    report({ kind: "errors" }, 10);
    expect(breaker.admit("openai", key)).toBe(false);
    nowMs += 10_000;
    expect(state()).toBe("half_open");
    expect(breaker.admit("openai", key)).toBe(true);
    expect(breaker.admit("openai", key)).toBe(false);
    report({ kind: "errors" });
    expect(breaker.circuit("openai", key)).toMatchObject({ state: "open", retryAfterMs: 10_000 });
    nowMs += 10_000;
    expect(breaker.admit("openai", key)).toBe(true);
    report({ kind: "ok" });
    expect(state()).toBe("closed");
    report({ kind: "errors" }, 9);
    expect(state()).toBe("closed");
  });

  it("a probe that never comes back is replaced, one that says nothing at once", () => {
    report({ kind: "errors" }, 10);
    nowMs += 10_000;
    breaker.admit("openai", key);
    nowMs += 9_999;
    expect(breaker.admit("openai", key)).toBe(false);
    nowMs += 1;
    expect(breaker.admit("openai", key)).toBe(true);
    report({ kind: "neutral" });
    expect(breaker.admit("openai", key)).toBe(true);
  });

  it("answers of calls that began before do not close it", () => {
    report({ kind: "errors" }, 10);
    report({ kind: "ok" }, 5);
    expect(state()).toBe("open");
  });
});

describe("rate limits", () => {
  it("stay until retry-after", () => {
    report({ kind: "rate", retryAfterMs: 2_500 });
    expect(breaker.circuit("openai", key)).toEqual({ state: "open", reason: "rate", retryAfterMs: 2_500 });
    nowMs += 2_500;
    expect(state()).toBe("half_open");
    report({ kind: "ok" });
    expect(state()).toBe("closed");
  });

  it("have a short default, and an end whatever the vendor says", () => {
    report({ kind: "rate", retryAfterMs: undefined });
    expect(breaker.circuit("openai", key)).toMatchObject({ retryAfterMs: 1_000 });
    report({ kind: "rate", retryAfterMs: 1e12 });
    expect(breaker.circuit("openai", key)).toMatchObject({ retryAfterMs: 3_600_000 });
  });
});

describe("credential errors", () => {
  it("stay until the credential changes", () => {
    report({ kind: "credential" });
    nowMs += 365 * 86_400_000;
    expect(breaker.circuit("openai", key)).toEqual({ state: "open", reason: "credential", retryAfterMs: undefined });
    report({ kind: "rate", retryAfterMs: 1 });
    expect(breaker.circuit("openai", key)).toMatchObject({ reason: "credential" });
    expect(state({ id: "cred_1", version: 2 })).toBe("closed");
  });

  it("of a replaced version say nothing about the new one", () => {
    const next = { id: "cred_1", version: 2 };
    report({ kind: "ok" }, 1, next);
    report({ kind: "credential" }, 1, key);
    expect(state(next)).toBe("closed");
  });

  it("are taken back by an answer", () => {
    report({ kind: "credential" });
    report({ kind: "ok" });
    expect(state()).toBe("closed");
  });
});

it("the caller's mistakes never count", () => {
  report({ kind: "neutral" }, 1_000);
  expect(state()).toBe("closed");
});

it("vendors and credentials do not share a circuit", () => {
  report({ kind: "credential" });
  expect(state({ id: "cred_2", version: 1 })).toBe("closed");
  expect(breaker.circuit("azure", key).state).toBe("closed");
});

it("forgets the oldest where there are too many", () => {
  breaker = createCircuitBreaker({ clock, maxEntries: 2 });
  for (const id of ["a", "b", "c"]) report({ kind: "credential" }, 1, { id, version: 1 });
  expect(["a", "b", "c"].map((id) => state({ id, version: 1 }))).toEqual(["closed", "open", "open"]);
});

it.each<[ProviderFailure["code"], CircuitOutcome["kind"]]>([
  ["PROVIDER_AUTH_FAILED", "credential"],
  ["PROVIDER_RATE_LIMITED", "rate"],
  ["PROVIDER_UNAVAILABLE", "errors"],
  ["PROVIDER_TIMEOUT", "errors"],
  ["PROVIDER_BAD_RESPONSE", "errors"],
  ["PROVIDER_REJECTED", "neutral"],
  ["CAPABILITY_MISSING", "neutral"],
  ["REQUEST_CANCELLED", "neutral"],
])("%s is read as %s", (code, kind) => {
  const failure = {
    kind: "refused",
    code,
    about: "route",
    status: 400,
    retryAfterMs: 5,
    vendorRequestId: undefined,
    message: "no",
  } as const;
  expect(outcomeOf(failure).kind).toBe(kind);
});
