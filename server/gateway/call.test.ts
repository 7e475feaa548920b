import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CallContext } from "../contracts/call-context.ts";
import { setBudget } from "../domain/budgets/index.ts";
import { createKey } from "../domain/keys/index.ts";
import { setRateLimit } from "../domain/limits/index.ts";
import { setPreferences } from "../domain/preferences/index.ts";
import { NexusError } from "../errors.ts";
import { openTestGateway, type TestGateway } from "../../test/gateway.ts";
import { publishedCost } from "../../test/published-prices.ts";
import type { FaultRule } from "../../sandbox/script.ts";
import { generateTextRequest } from "../families/ai/index.ts";
import { call } from "./call.ts";
import type { Gateway } from "./gateway.ts";
import { operatorNamed } from "../contracts/operator.ts";

const primary = "openai/gpt-4o-mini";
const secondary = "anthropic/claude-sonnet-4-5";

let test: TestGateway;
let gateway: Gateway;

beforeAll(async () => {
  test = await openTestGateway();
});
afterAll(() => test.close());
beforeEach(async () => {
  await test.sandbox.reset();
  gateway = test.fresh({ callTimeoutMs: 1_500 });
});

const request = (model = primary, prompt = "Which way to the station?") =>
  generateTextRequest({ model, prompt, maxOutputTokens: 40 });

const ask = (ctx: CallContext, model?: string, prompt?: string) => call(gateway, request(model, prompt), ctx);

const refusal = async (promise: Promise<unknown>): Promise<NexusError> => {
  const error: unknown = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!NexusError.is(error)) throw new Error("expected a NexusError", { cause: error });
  return error;
};

/** A caller whose organization falls back from the first model to the second. */
const withFallback = async (): Promise<CallContext> => {
  const ctx = test.context();
  await setPreferences(test.deps, ctx, { revision: 0, fallbackModels: { [primary]: [secondary] } });
  await test.refresh();
  return ctx;
};

const failing = (name: string, settings: object = {}, vendor: FaultRule["vendor"] = "openai") =>
  test.sandbox.script({ vendor, faults: [{ name, ...settings }] });

const seen = (vendor: string) => test.sandbox.requests().filter((one) => one.vendor === vendor);

/** Without classes of which there were none: some dialects leave them out, some say 0. */
const counted = (units: object | null | undefined) =>
  Object.fromEntries(Object.entries(units ?? {}).filter(([, count]) => count !== 0));

const lastOf = <T>(list: readonly T[]): T => {
  const last = list.at(-1);
  if (last === undefined) throw new Error("nothing there");
  return last;
};

describe("answered", () => {
  it.each([primary, secondary, "google/gemini-2.5-flash"])("settles %s at the vendor's numbers", async (model) => {
    const ctx = test.context();
    const reply = await ask(ctx, model);
    const [sent] = test.sandbox.requests();
    expect(sent).toMatchObject({ operationId: reply.facts.operationId, billed: true });
    const bare = model.slice(model.indexOf("/") + 1);
    const cost = publishedCost(bare, { ...sent?.reported });
    expect(cost).toBeGreaterThan(0n);

    const row = await test.row(reply.facts.operationId);
    expect(row).toMatchObject({ state: "settled", source: "provider", cost, booked: cost, errorCode: null });
    expect(counted(row.units)).toEqual(counted(sent?.reported));
    expect(row.held).toBeGreaterThanOrEqual(cost);
    expect(reply.facts).toMatchObject({
      costNanoUsd: String(cost),
      usageSource: "provider",
      credentialTier: "platform_default",
    });
    expect(await test.attempts(row.operationId)).toMatchObject([{ n: 1, outcome: "answered", errorCode: null }]);
    expect(await test.counters(ctx.organizationId)).toEqual({ reserved: 0n, spent: cost, overrun: 0n });
    expect(await test.rows(ctx.organizationId)).toHaveLength(1);
  });
});

describe("failed before a byte left", () => {
  it("not at all for a caller who has gone", async () => {
    const ctx = test.context();
    const caller = new AbortController();
    caller.abort();
    const error = await refusal(ask({ ...ctx, signal: caller.signal }));
    expect(error).toMatchObject({ code: "REQUEST_CANCELLED", effect: "none" });
    expect(test.sandbox.requests()).toHaveLength(0);
    for (const row of await test.rows(ctx.organizationId)) expect(row).toMatchObject({ state: "released", booked: 0n });
  });

  it("moves on to the next route under the same hold", async () => {
    const ctx = await withFallback();
    const closed = gateway.egress;
    const cut: Gateway = {
      ...gateway,
      egress: {
        ...closed,
        // Nobody listens on the first route's port.
        attempt: (options) =>
          closed.attempt(options.vendor === "openai" ? { ...options, baseUrl: "http://127.0.0.1:1/v1" } : options),
      },
    };
    const reply = await call(cut, request(), ctx);
    expect(seen("openai")).toHaveLength(0);
    const [row, ...others] = await test.rows(ctx.organizationId);
    expect(others).toHaveLength(0);
    const cost = publishedCost("claude-sonnet-4-5", { ...lastOf(seen("anthropic")).reported });
    expect(row).toMatchObject({
      operationId: reply.facts.operationId,
      state: "settled",
      vendor: "anthropic",
      cost,
      booked: cost,
    });
    expect(await test.attempts(reply.facts.operationId)).toMatchObject([
      { n: 1, vendor: "openai", outcome: "not_sent" },
      { n: 2, vendor: "anthropic", outcome: "answered" },
    ]);
    expect(reply.facts.attempts.map(({ outcome }) => outcome)).toEqual(["not_sent", "answered"]);
  });

  it("releases at the last route, and says that nothing was done", async () => {
    const ctx = test.context();
    const { egress } = gateway;
    const cut: Gateway = {
      ...gateway,
      egress: { ...egress, attempt: (options) => egress.attempt({ ...options, baseUrl: "http://127.0.0.1:1/v1" }) },
    };
    const error = await refusal(call(cut, request(), ctx));
    expect(error).toMatchObject({ code: "PROVIDER_UNAVAILABLE", effect: "none" });
    expect(await test.rows(ctx.organizationId)).toMatchObject([
      { state: "released", cost: 0n, booked: 0n, source: "none", errorCode: "PROVIDER_UNAVAILABLE" },
    ]);
    expect(await test.counters(ctx.organizationId)).toEqual({ reserved: 0n, spent: 0n, overrun: 0n });
  });
});

describe("refused by the vendor", () => {
  it("about the request: released, and no other route is asked", async () => {
    const ctx = await withFallback();
    failing("bad-request");
    const error = await refusal(ask(ctx));
    expect(error).toMatchObject({ code: "PROVIDER_REJECTED", effect: "none" });
    expect(seen("anthropic")).toHaveLength(0);
    const [row] = await test.rows(ctx.organizationId);
    expect(row).toMatchObject({ state: "released", cost: 0n, booked: 0n, errorCode: "PROVIDER_REJECTED" });
    expect(await test.attempts(error.operationId ?? "")).toMatchObject([{ n: 1, outcome: "refused", status: 400 }]);
    expect(await test.counters(ctx.organizationId)).toEqual({ reserved: 0n, spent: 0n, overrun: 0n });
  });

  it.each([
    ["rate-limited", "PROVIDER_RATE_LIMITED", 429],
    ["unauthorized", "PROVIDER_AUTH_FAILED", 401],
    ["forbidden", "PROVIDER_REJECTED", 403],
    ["not-found", "PROVIDER_REJECTED", 404],
    ["server-error", "PROVIDER_UNAVAILABLE", 500],
    ["unavailable", "PROVIDER_UNAVAILABLE", 503],
  ] as const)("about the route (%s): the next one under the same hold", async (fault, code, status) => {
    const ctx = await withFallback();
    failing(fault);
    const reply = await ask(ctx);
    const cost = publishedCost("claude-sonnet-4-5", { ...lastOf(seen("anthropic")).reported });
    const rows = await test.rows(ctx.organizationId);
    expect(rows).toMatchObject([
      {
        operationId: reply.facts.operationId,
        state: "settled",
        vendor: "anthropic",
        model: "claude-sonnet-4-5",
        cost,
        booked: cost,
      },
    ]);
    expect(await test.attempts(reply.facts.operationId)).toMatchObject([
      { n: 1, vendor: "openai", outcome: "refused", errorCode: code, status },
      { n: 2, vendor: "anthropic", outcome: "answered", errorCode: null },
    ]);
  });

  it("by every route: released once, with the last route's error", async () => {
    const ctx = await withFallback();
    failing("rate-limited");
    failing("overloaded", {}, "anthropic");
    const error = await refusal(ask(ctx));
    expect(error).toMatchObject({ code: "PROVIDER_UNAVAILABLE", effect: "none" });
    expect(await test.rows(ctx.organizationId)).toMatchObject([{ state: "released", cost: 0n, booked: 0n }]);
    expect(await test.attempts(error.operationId ?? "")).toHaveLength(2);
  });
});

describe("cut after sending", () => {
  it.each([
    ["cut-before-headers", { state: "uncertain", doubt: "cut" }],
    ["reset-before-headers", { state: "uncertain", doubt: "cut" }],
    // The usage in it can be read, whatever else cannot.
    ["malformed-json", { state: "settled", source: "provider", doubt: null }],
    ["cut-mid-stream", { state: "uncertain", doubt: "cut" }],
    ["hang-before-headers", { state: "uncertain", doubt: "timeout" }],
  ] as const)("%s: that hold ends as %o, a second one pays the next route", async (fault, ended) => {
    gateway = test.fresh({ callTimeoutMs: 4_000 });
    const { egress } = gateway;
    const impatient: Gateway = {
      ...gateway,
      egress: { ...egress, attempt: (options) => egress.attempt({ ...options, firstByteMs: 400, idleMs: 400 }) },
    };
    const ctx = await withFallback();
    failing(fault);
    const reply = await call(impatient, request(), ctx);
    const [first, second, ...others] = await test.rows(ctx.organizationId);
    expect(others).toHaveLength(0);
    expect(first).toMatchObject({ ...ended, vendor: "openai" });
    const booked = ended.state === "settled" ? publishedCost("gpt-4o-mini", { ...lastOf(seen("openai")).units }) : 0n;
    expect(first?.booked).toBe(booked);
    const cost = publishedCost("claude-sonnet-4-5", { ...lastOf(seen("anthropic")).reported });
    expect(second).toMatchObject({
      operationId: reply.facts.operationId,
      state: "settled",
      source: "provider",
      vendor: "anthropic",
      cost,
      booked: cost,
    });
    expect(await test.attempts(first?.operationId ?? "")).toMatchObject([{ n: 1, outcome: "unknown" }]);
    expect(await test.attempts(reply.facts.operationId)).toMatchObject([
      { n: 1, vendor: "anthropic", outcome: "answered" },
    ]);
    expect(await test.counters(ctx.organizationId)).toEqual({
      reserved: ended.state === "settled" ? 0n : first?.held,
      spent: booked + cost,
      overrun: 0n,
    });
  });

  it("without another route the outcome is unknown, and said so", async () => {
    const ctx = test.context();
    failing("cut-before-headers");
    const error = await refusal(ask(ctx));
    expect(error).toMatchObject({ code: "OUTCOME_UNKNOWN", effect: "unknown", retryable: false });
    const [row] = await test.rows(ctx.organizationId);
    expect(row).toMatchObject({ operationId: error.operationId, state: "uncertain", booked: 0n, doubt: "cut" });
    expect(await test.counters(ctx.organizationId)).toEqual({ reserved: row?.held, spent: 0n, overrun: 0n });
  });

  it("without room for a second hold the call ends with the first one's outcome", async () => {
    const ctx = await withFallback();
    const { organizationId } = ctx;
    const { facts } = await ask(ctx);
    const { held } = await test.row(facts.operationId);
    // Room for one hold, and not for a second one beside the first, which stays.
    await setBudget(
      test.deps,
      { ...operatorNamed("test"), organizationId },
      { scope: "organization", period: "total", limitNanos: String(held) },
    );
    await test.refresh();
    failing("cut-before-headers");
    const error = await refusal(ask(ctx));
    expect(error).toMatchObject({ code: "OUTCOME_UNKNOWN", effect: "unknown" });
    expect(await test.rows(organizationId)).toHaveLength(2);
    expect(seen("anthropic")).toHaveLength(0);
  });
});

describe("usage that cannot be used", () => {
  it.each(["usage-missing", "usage-negative", "usage-fractional", "usage-absurd"])("%s is estimated", async (fault) => {
    const ctx = test.context();
    failing(fault);
    const reply = await ask(ctx);
    const row = await test.row(reply.facts.operationId);
    expect(row).toMatchObject({ state: "settled", source: "estimated", booked: row.cost });
    expect(row.cost).toBeGreaterThan(0n);
    expect(row.cost).toBeLessThanOrEqual(row.held);
  });

  it("words for counts are estimated, answer or not", async () => {
    const ctx = test.context();
    failing("usage-nan");
    await ask(ctx).catch(() => undefined);
    const [row] = await test.rows(ctx.organizationId);
    expect(row).toMatchObject({ state: "settled", source: "estimated", booked: row?.cost });
    expect(row?.cost).toBeGreaterThan(0n);
  });

  it("an explicit zero is honoured", async () => {
    const ctx = test.context();
    failing("usage-zero");
    const reply = await ask(ctx);
    expect(await test.row(reply.facts.operationId)).toMatchObject({ state: "settled", source: "provider", cost: 0n });
  });

  it("usage above the bound is booked as overrun, not dropped", async () => {
    const ctx = test.context();
    const usage = { prompt_tokens: 1_000_000, completion_tokens: 1_000_000, total_tokens: 2_000_000 };
    failing("usage-exact", { usage });
    const reply = await ask(ctx);
    const row = await test.row(reply.facts.operationId);
    const cost = publishedCost("gpt-4o-mini", { input: 1_000_000, output: 1_000_000 });
    expect(row).toMatchObject({ state: "settled", source: "provider", cost, booked: cost });
    expect(await test.counters(ctx.organizationId)).toEqual({
      reserved: 0n,
      spent: row.held,
      overrun: cost - row.held,
    });
  });
});

describe("refused before anything is sent", () => {
  const nothingHappened = async (ctx: CallContext): Promise<void> => {
    expect(test.sandbox.requests()).toHaveLength(0);
    expect(await test.rows(ctx.organizationId)).toHaveLength(0);
  };

  it("without the permission", async () => {
    const ctx = test.context({ permissions: new Set(["srv_nexus.ai:read"]) });
    expect(await refusal(ask(ctx))).toMatchObject({ code: "SCOPE_DENIED", effect: "none" });
    await nothingHappened(ctx);
  });

  it("without a price", async () => {
    const ctx = test.context();
    await createKey(test.deps, ctx, {
      vendor: "ollama",
      label: "own",
      secret: { apiKey: "sk-own" },
      baseUrl: test.sandbox.baseUrls.compatible,
    });
    await test.refresh();
    expect(await refusal(ask(ctx, "ollama/llama-nobody-priced"))).toMatchObject({
      code: "MODEL_UNPRICED",
      effect: "none",
    });
    await nothingHappened(ctx);
  });

  it("without room in a budget", async () => {
    const ctx = test.context();
    const { organizationId } = ctx;
    await setBudget(
      test.deps,
      { ...operatorNamed("test"), organizationId },
      { scope: "organization", period: "month", limitNanos: "10" },
    );
    await test.refresh();
    const error = await refusal(ask(ctx));
    expect(error).toMatchObject({ code: "BUDGET_EXCEEDED", effect: "none" });
    expect(error.details).toMatchObject({ budgetId: expect.any(String), neededNanoUsd: expect.any(String) });
    await nothingHappened(ctx);
  });

  it("while a budget that has changed cannot be read", async () => {
    const ctx = test.context();
    gateway = {
      ...gateway,
      // Changed between the look at memory and the hold, as far as anybody can tell.
      refreshBudgetLevels: () => Promise.reject(new Error("Connection terminated unexpectedly")),
      budgetLevels: () => undefined,
    };
    expect(await refusal(ask(ctx))).toMatchObject({ code: "LEDGER_UNAVAILABLE", effect: "none", retryable: true });
    await nothingHappened(ctx);
  });

  it("beyond the rate limit", async () => {
    const ctx = test.context();
    await setRateLimit(test.deps, ctx, {
      scope: "organization",
      scopeId: null,
      requestsPerMinute: 1,
      tokensPerMinute: null,
    });
    await test.refresh();
    await ask(ctx);
    const error = await refusal(ask(ctx));
    expect(error).toMatchObject({ code: "RATE_LIMITED", effect: "none" });
    expect(error.retryAfterMs).toBeGreaterThan(0);
    expect(await test.rows(ctx.organizationId)).toHaveLength(1);
    expect(test.sandbox.requests()).toHaveLength(1);
  });

  it("without an app where the organization requires one", async () => {
    const ctx = test.context();
    await setPreferences(test.deps, ctx, { revision: 0, requireApp: true });
    await test.refresh();
    expect(await refusal(ask(ctx))).toMatchObject({ code: "APP_REQUIRED", effect: "none" });
    await nothingHappened(ctx);
  });
});

describe("the ledger fails on the way", () => {
  const unavailable = () => new NexusError("LEDGER_UNAVAILABLE");

  it("a process that may be thought dead sends nothing and gives its hold back", async () => {
    const ctx = test.context();
    const fence = (): void => {
      throw unavailable();
    };
    const fenced: Gateway = { ...gateway, ledger: { ...gateway.ledger, fence } };
    expect(await refusal(call(fenced, request(), ctx))).toMatchObject({ code: "LEDGER_UNAVAILABLE", effect: "none" });
    expect(test.sandbox.requests()).toHaveLength(0);
    expect(await test.rows(ctx.organizationId)).toMatchObject([{ state: "released", booked: 0n }]);
  });

  it("a further attempt that cannot be announced is not sent, and leaves no hold behind", async () => {
    const ctx = await withFallback();
    failing("server-error");
    const mute: Gateway = {
      ...gateway,
      ledger: { ...gateway.ledger, beginAttempt: () => Promise.reject(unavailable()) },
    };
    expect(await refusal(call(mute, request(), ctx))).toMatchObject({ code: "LEDGER_UNAVAILABLE", effect: "none" });
    expect(seen("anthropic")).toHaveLength(0);
    expect(await test.rows(ctx.organizationId)).toMatchObject([{ state: "released", booked: 0n }]);
    expect(await test.counters(ctx.organizationId)).toEqual({ reserved: 0n, spent: 0n, overrun: 0n });
  });
});
