import { beforeEach, describe, expect, it } from "vitest";
import type { ProviderFailure } from "../../contracts/vendor-call.ts";
import { createCircuitBreaker, type CircuitBreaker, type CircuitTarget } from "./circuit-breaker.ts";
import { outcomeOf, type CircuitOutcome } from "./circuit-outcome.ts";
import type { OpenCircuit } from "./route.ts";

let nowMs = 0;
let breaker: CircuitBreaker;
let opened: OpenCircuit[];
const clock = { now: () => nowMs, monotonic: () => nowMs };

const targetOf = (
  other: Partial<CircuitTarget> & { readonly id?: string; readonly version?: number } = {},
): CircuitTarget => {
  const { id = "cred_1", version = 1, ...rest } = other;
  return {
    vendor: "openai",
    model: "gpt-a",
    organizationId: "org_a",
    credential: { id, version, baseUrl: "https://api.example.com/v1" },
    ...rest,
  };
};
const own = targetOf();

beforeEach(() => {
  nowMs = 1_000_000;
  opened = [];
  breaker = createCircuitBreaker({
    clock,
    windowMs: 30_000,
    minimumCalls: 10,
    errorRatio: 0.5,
    openMs: 10_000,
    onOpen: (circuit) => opened.push(circuit),
  });
});

const report = (outcome: CircuitOutcome, times = 1, target = own): void => {
  for (let index = 0; index < times; index += 1) breaker.report(target, outcome);
};
const state = (target = own) => breaker.circuit(target).state;

const refused = { kind: "refused", scope: "credential", reason: "credential" } as const;
const denied = { kind: "refused", scope: "model", reason: "access" } as const;
const limited = (retryAfterMs?: number, scope: "model" | "credential" = "model") =>
  ({ kind: "limited", scope, retryAfterMs }) as const;

describe("what is listed for an organization", () => {
  const meets = (organizationId: string, ...credentials: readonly CircuitTarget["credential"][]) =>
    breaker
      .list({ organizationId, credentials: credentials.map((credential) => ({ vendor: "openai", ...credential })) })
      .map(({ scope, reason }) => `${scope} ${reason}`);

  it("is what its own calls meet: its model, its key, the address that it uses", () => {
    const other = { id: "cred_2", version: 1, baseUrl: "https://other.example.com/v1" };
    report({ kind: "errors" }, 10);
    expect(meets("org_a", own.credential)).toEqual(["model errors"]);
    expect(meets("org_b", own.credential)).toEqual([]);
    report(refused, 1, targetOf({ credential: other }));
    expect(meets("org_a", own.credential)).toEqual(["model errors"]);
    expect(meets("org_b", other)).toEqual(["credential credential"]);
    report({ kind: "unreachable" }, 10, targetOf({ credential: other }));
    expect(meets("org_b", other)).toContain("vendor unreachable");
    expect(meets("org_a", own.credential)).toEqual(["model errors"]);
    expect(breaker.list()).toHaveLength(3);
  });
});

describe("errors", () => {
  it("open by ratio, and only with enough calls to tell", () => {
    report({ kind: "errors" }, 9);
    expect(state()).toBe("closed");
    report({ kind: "errors" });
    expect(breaker.circuit(own)).toEqual({ state: "open", scope: "model", reason: "errors", retryAfterMs: 10_000 });
  });

  it("do not open below the ratio", () => {
    report({ kind: "answered" }, 11);
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
    expect(breaker.admit(own)).toBe(false);
    nowMs += 10_000;
    expect(state()).toBe("half_open");
    expect(breaker.admit(own)).toBe(true);
    expect(breaker.admit(own)).toBe(false);
    report({ kind: "errors" });
    expect(breaker.circuit(own)).toMatchObject({ state: "open", retryAfterMs: 20_000 });
    nowMs += 20_000;
    expect(breaker.admit(own)).toBe(true);
    report({ kind: "answered" });
    expect(state()).toBe("closed");
    report({ kind: "errors" }, 9);
    expect(state()).toBe("closed");
  });

  it("keep it open for twice as long with each probe that fails, up to two minutes, until one is answered", () => {
    report({ kind: "errors" }, 10);
    const waits: number[] = [];
    for (let probe = 0; probe < 6; probe += 1) {
      const circuit = breaker.circuit(own);
      if (circuit.state !== "open") throw new Error(circuit.state);
      waits.push(circuit.retryAfterMs);
      nowMs += circuit.retryAfterMs;
      expect(breaker.admit(own)).toBe(true);
      report({ kind: "errors" });
    }
    expect(waits).toEqual([10_000, 20_000, 40_000, 80_000, 120_000, 120_000]);
    nowMs += 120_000;
    report({ kind: "answered" });
    report({ kind: "errors" }, 10);
    expect(breaker.circuit(own)).toMatchObject({ state: "open", retryAfterMs: 10_000 });
  });

  it("a probe that never comes back is replaced, one that says nothing at once", () => {
    report({ kind: "errors" }, 10);
    nowMs += 10_000;
    breaker.admit(own);
    nowMs += 9_999;
    expect(breaker.admit(own)).toBe(false);
    nowMs += 1;
    expect(breaker.admit(own)).toBe(true);
    report({ kind: "neutral" });
    expect(breaker.admit(own)).toBe(true);
  });

  it("answers of calls that began before do not close it", () => {
    report({ kind: "errors" }, 10);
    report({ kind: "answered" }, 5);
    expect(state()).toBe("open");
  });
});

describe("whose errors", () => {
  const other = targetOf({ organizationId: "org_b" });
  const model = targetOf({ model: "gpt-b" });

  it("one organization's shut the model for that organization alone, however many there are", () => {
    report({ kind: "errors" }, 1_000);
    expect([own, other, model].map((target) => state(target))).toEqual(["open", "closed", "closed"]);
  });

  it("one organization's on every model shut nothing for the others", () => {
    for (const name of ["gpt-a", "gpt-b", "gpt-c"]) report({ kind: "errors" }, 100, targetOf({ model: name }));
    expect(state(targetOf({ model: "gpt-d" }))).toBe("closed");
    expect(state(targetOf({ model: "gpt-a", organizationId: "org_b" }))).toBe("closed");
  });

  it("several organizations' shut the model for everybody, and no other one", () => {
    report({ kind: "errors" }, 5);
    report({ kind: "errors" }, 5, other);
    expect(state(targetOf({ organizationId: "org_c" }))).toBe("open");
    expect(state(targetOf({ organizationId: "org_c", model: "gpt-b" }))).toBe("closed");
  });

  it("several organizations' on several models shut the vendor", () => {
    report({ kind: "errors" }, 5);
    report({ kind: "errors" }, 5, targetOf({ organizationId: "org_b", model: "gpt-b" }));
    const third = targetOf({ organizationId: "org_c", model: "gpt-c", id: "cred_2" });
    expect(breaker.circuit(third)).toMatchObject({ state: "open", scope: "vendor", reason: "errors" });
    expect(state({ ...third, vendor: "azure" })).toBe("closed");
    expect(state({ ...third, credential: { ...third.credential, baseUrl: "https://other.example.com" } })).toBe(
      "closed",
    );
  });

  it("one organization's probes do not keep open what others share", () => {
    report({ kind: "errors" }, 5);
    report({ kind: "errors" }, 5, other);
    nowMs += 10_000;
    report({ kind: "errors" });
    expect(state(other)).toBe("open");
    nowMs += 20_000;
    report({ kind: "errors" });
    expect(state(other)).toBe("half_open");
    expect(breaker.admit(other)).toBe(true);
    report({ kind: "answered" }, 1, other);
    expect(state(other)).toBe("closed");
  });
});

describe("an address where nobody answers", () => {
  it("shuts everything there, whoever found out, and nothing elsewhere", () => {
    report({ kind: "unreachable" }, 10);
    const third = targetOf({ organizationId: "org_c", model: "gpt-c", id: "cred_2" });
    expect(breaker.circuit(third)).toMatchObject({ state: "open", scope: "vendor", reason: "unreachable" });
    expect(state({ ...third, credential: { ...third.credential, baseUrl: "https://other.example.com" } })).toBe(
      "closed",
    );
  });

  it.each<CircuitOutcome>([{ kind: "answered" }, { kind: "reached" }, { kind: "errors" }, limited(1), denied])(
    "is open again once somebody answers: $kind",
    (outcome) => {
      report({ kind: "unreachable" }, 10);
      nowMs += 10_000;
      expect(breaker.admit(own)).toBe(true);
      report(outcome);
      expect(state(targetOf({ model: "gpt-b", organizationId: "org_b" }))).toBe("closed");
    },
  );
});

describe("rate limits", () => {
  it("shut the model until retry-after, and no other one", () => {
    report(limited(2_500));
    expect(breaker.circuit(own)).toEqual({ state: "open", scope: "model", reason: "rate", retryAfterMs: 2_500 });
    expect(state(targetOf({ model: "gpt-b" }))).toBe("closed");
    nowMs += 2_500;
    expect(state()).toBe("half_open");
    report({ kind: "answered" });
    expect(state()).toBe("closed");
  });

  it("that count all models together shut the credential", () => {
    report(limited(2_500, "credential"));
    expect(breaker.circuit(targetOf({ model: "gpt-b" }))).toMatchObject({ scope: "credential", retryAfterMs: 2_500 });
    expect(state(targetOf({ id: "cred_2" }))).toBe("closed");
  });

  it("have a short default, and an end whatever the vendor says", () => {
    report(limited());
    expect(breaker.circuit(own)).toMatchObject({ retryAfterMs: 1_000 });
    report(limited(1e12));
    expect(breaker.circuit(own)).toMatchObject({ retryAfterMs: 3_600_000 });
  });
});

describe("refusals", () => {
  it("of a credential shut all its models for a minute, then for longer, at most for a quarter of an hour", () => {
    const waits: number[] = [];
    for (let index = 0; index < 7; index += 1) {
      report(refused);
      const circuit = breaker.circuit(targetOf({ model: "gpt-b", organizationId: "org_b" }));
      if (circuit.state !== "open") throw new Error("not open");
      waits.push(circuit.retryAfterMs);
      nowMs += circuit.retryAfterMs;
      expect(state()).toBe("half_open");
    }
    expect(waits.map((ms) => ms / 60_000)).toEqual([1, 2, 4, 8, 15, 15, 15]);
    report({ kind: "answered" });
    report(refused);
    expect(breaker.circuit(own)).toMatchObject({ retryAfterMs: 60_000 });
  });

  it("of calls that were under way together are one", () => {
    report(refused, 50);
    expect(breaker.circuit(own)).toMatchObject({ retryAfterMs: 60_000 });
  });

  it("are forgotten with the credential's version", () => {
    report(refused);
    report(limited(1, "credential"));
    expect(breaker.circuit(own)).toMatchObject({ reason: "credential" });
    expect(state(targetOf({ version: 2 }))).toBe("closed");
  });

  it("of a replaced version say nothing about the new one", () => {
    const next = targetOf({ version: 2 });
    report({ ...refused, reason: "account" }, 1, next);
    report({ kind: "answered" }, 1, next);
    report(refused);
    expect(state(next)).toBe("closed");
  });

  it("are taken back by an answer", () => {
    report(refused);
    report({ kind: "answered" });
    expect(state()).toBe("closed");
  });

  it("of a model shut that model at that credential", () => {
    report(denied);
    expect(breaker.circuit(targetOf({ organizationId: "org_b" }))).toMatchObject({ scope: "model", reason: "access" });
    expect(state(targetOf({ model: "gpt-b" }))).toBe("closed");
    expect(state(targetOf({ id: "cred_2" }))).toBe("closed");
  });
});

it("the caller's mistakes never count", () => {
  report({ kind: "neutral" }, 1_000);
  report({ kind: "reached" }, 1_000);
  expect(state()).toBe("closed");
});

it("vendors and credentials do not share a circuit", () => {
  report(refused);
  expect(state(targetOf({ id: "cred_2" }))).toBe("closed");
  expect(state(targetOf({ vendor: "azure" }))).toBe("closed");
});

it("every state that is open ends, whatever came before", () => {
  const outcomes: CircuitOutcome[] = [refused, denied, limited(1e15), { kind: "errors" }, { kind: "unreachable" }];
  for (const outcome of outcomes) report(outcome, 30);
  for (const { retryAfterMs } of breaker.list()) expect(retryAfterMs).toBeLessThanOrEqual(3_600_000);
  nowMs += 3_600_000;
  expect(state()).toBe("half_open");
  expect(breaker.admit(own)).toBe(true);
});

describe("time-outs, which are minutes apart", () => {
  const slow = { kind: "errors", slow: true } as const;
  const minutesApart = (times: number, target = own): void => {
    for (let index = 0; index < times; index += 1) {
      nowMs += 600_000;
      report(slow, 1, target);
    }
  };

  it("open by following one another, for whom they met", () => {
    minutesApart(2);
    expect(state()).toBe("closed");
    minutesApart(1);
    expect(breaker.circuit(own)).toEqual({ state: "open", scope: "model", reason: "errors", retryAfterMs: 10_000 });
    expect(state(targetOf({ organizationId: "org_b" }))).toBe("closed");
    expect(state(targetOf({ model: "gpt-b" }))).toBe("closed");
  });

  it("open for everybody once another organization meets them", () => {
    minutesApart(2);
    minutesApart(1, targetOf({ organizationId: "org_b" }));
    expect(state(targetOf({ organizationId: "org_c" }))).toBe("open");
  });

  it("are no row with a whole answer between them; the beginning of one is not enough", () => {
    minutesApart(2);
    report({ kind: "answered" });
    minutesApart(2);
    report({ kind: "begun" });
    report({ kind: "finished" });
    minutesApart(2);
    expect(state()).toBe("closed");
    report({ kind: "begun" });
    minutesApart(1);
    expect(state()).toBe("open");
  });

  it("then admit one probe, as after any errors", () => {
    minutesApart(3);
    nowMs += 10_000;
    expect(breaker.admit(own)).toBe(true);
    expect(breaker.admit(own)).toBe(false);
    report(slow);
    expect(state()).toBe("open");
    nowMs += 20_000;
    expect(breaker.admit(own)).toBe(true);
    report({ kind: "answered" });
    expect(state()).toBe("closed");
    minutesApart(2);
    expect(state()).toBe("closed");
  });

  it("are forgotten after an hour", () => {
    minutesApart(2);
    nowMs += 3_600_001;
    minutesApart(1);
    expect(state()).toBe("closed");
  });
});

it("lists what is open, and tells of it once", () => {
  report(refused, 3);
  report(limited(5_000), 1, targetOf({ id: "cred_2" }));
  const told = [
    { scope: "credential", reason: "credential", vendor: "openai", model: undefined, credentialId: "cred_1" },
    { scope: "model", reason: "rate", vendor: "openai", model: "gpt-a", credentialId: "cred_2" },
  ];
  expect(breaker.list()).toMatchObject(told);
  expect(opened).toMatchObject(told);
  nowMs += 60_000;
  expect(breaker.list()).toMatchObject([{ retryAfterMs: 0 }, { retryAfterMs: 0 }]);
});

it("forgets the oldest where there are too many, and what is open last", () => {
  breaker = createCircuitBreaker({ clock, maxEntries: 2 });
  for (const id of ["a", "b", "c"]) report(refused, 1, targetOf({ id }));
  expect(["a", "b", "c"].map((id) => state(targetOf({ id })))).toEqual(["closed", "open", "open"]);
  breaker = createCircuitBreaker({ clock, maxEntries: 20 });
  report(refused, 1, targetOf({ id: "z" }));
  for (let index = 0; index < 100; index += 1) report({ kind: "answered" }, 1, targetOf({ model: `m${index}` }));
  expect(state(targetOf({ id: "z" }))).toBe("open");
});

it.each<[ProviderFailure["code"], ProviderFailure["about"], string]>([
  ["PROVIDER_AUTH_FAILED", "credential", "refused"],
  ["PROVIDER_AUTH_FAILED", "route", "reached"],
  ["PROVIDER_ACCOUNT_EXHAUSTED", "credential", "refused"],
  ["PROVIDER_ACCOUNT_EXHAUSTED", "route", "reached"],
  ["PROVIDER_RATE_LIMITED", "model", "limited"],
  ["PROVIDER_RATE_LIMITED", "credential", "limited"],
  ["PROVIDER_RATE_LIMITED", "route", "reached"],
  ["PROVIDER_UNAVAILABLE", "route", "errors"],
  ["PROVIDER_UNAVAILABLE", "vendor", "unreachable"],
  ["PROVIDER_TIMEOUT", "route", "errors"],
  ["PROVIDER_BAD_RESPONSE", "route", "errors"],
  ["PROVIDER_BAD_RESPONSE", "request", "reached"],
  ["PROVIDER_REJECTED", "request", "reached"],
  ["PROVIDER_REJECTED", "route", "reached"],
  ["PROVIDER_REJECTED", "model", "refused"],
  ["CAPABILITY_MISSING", "route", "reached"],
  ["REQUEST_CANCELLED", "request", "reached"],
])("%s about the %s is read as %s", (code, about, kind) => {
  const failure = {
    kind: "refused",
    code,
    about,
    status: 400,
    retryAfterMs: 5,
    vendorRequestId: undefined,
    message: "no",
  } as const;
  expect(outcomeOf(failure).kind).toBe(kind);
});
