import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { CallContext } from "../contracts/call-context.ts";
import { syncApps } from "../domain/apps/index.ts";
import { setPreferences } from "../domain/preferences/index.ts";
import { resolveOperation } from "../domain/operations/index.ts";
import { NexusError } from "../errors.ts";
import { newId } from "../platform/ids.ts";
import { openLedger } from "../platform/ledger/index.ts";
import { openTestGateway, type TestGateway } from "../../test/gateway.ts";
import { readAll } from "../../test/read-all.ts";
import { generateTextRequest, streamTextRequest } from "../families/ai/index.ts";
import { call, stream } from "./call.ts";
import type { Gateway } from "./gateway.ts";
import { operatorNamed } from "../contracts/operator.ts";

let test: TestGateway;
let gateway: Gateway;

beforeAll(async () => {
  test = await openTestGateway();
  await syncApps(test.deps, [{ id: "srv_other", name: "Other", kind: "app" }]);
  await test.refresh();
});
afterAll(() => test.close());
beforeEach(async () => {
  await test.sandbox.reset();
  gateway = test.fresh({ callTimeoutMs: 3_000 });
});

const model = "openai/gpt-4o-mini";
const asked = (prompt = "Say it once.") => ({ model, prompt, maxOutputTokens: 30 });
const ask = (ctx: CallContext, prompt?: string) => call(gateway, generateTextRequest(asked(prompt)), ctx);

const refusal = async (promise: Promise<unknown>): Promise<NexusError> => {
  const error: unknown = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!NexusError.is(error)) throw new Error("expected a NexusError", { cause: error });
  return error;
};

const keyed = (overrides: Partial<CallContext> = {}): CallContext =>
  test.context({ idempotencyKey: newId(), ...overrides });

it("replays the first answer, with the first call's facts, and calls nobody", async () => {
  const ctx = keyed();
  const first = await ask(ctx);
  const again = await ask(ctx);
  expect(again).toMatchObject({ replayed: true, result: first.result, facts: first.facts, units: first.units });
  expect(test.sandbox.requests()).toHaveLength(1);
  expect(await test.rows(ctx.organizationId)).toHaveLength(1);
});

it("admits one of a hundred at once; the others are told it is running, or get its answer", async () => {
  const ctx = keyed();
  test.sandbox.script({ faults: [{ name: "latency", delayMs: 300 }] });
  const results = await Promise.allSettled(Array.from({ length: 100 }, () => ask(ctx)));
  expect(test.sandbox.requests()).toHaveLength(1);
  expect(await test.rows(ctx.organizationId)).toHaveLength(1);
  const answered = results.filter(({ status }) => status === "fulfilled");
  expect(answered.length).toBeGreaterThanOrEqual(1);
  for (const result of results) {
    if (result.status === "fulfilled") continue;
    const { code, effect, retryable } = NexusError.from(result.reason);
    expect(["IDEMPOTENCY_IN_PROGRESS unknown", "OVERLOADED none"]).toContain(`${code} ${effect}`);
    expect(retryable).toBe(true);
  }
});

it("refuses a key used with another request, and leaves it alone in another organization or app", async () => {
  const ctx = keyed();
  await ask(ctx);
  expect(await refusal(ask(ctx, "Say something else."))).toMatchObject({
    code: "IDEMPOTENCY_MISMATCH",
    effect: "none",
  });
  expect((await ask({ ...ctx, appId: "srv_other" }, "Say something else.")).replayed).toBe(false);
  expect((await ask(keyed({ ...test.context(), idempotencyKey: ctx.idempotencyKey }))).replayed).toBe(false);
  expect(test.sandbox.requests()).toHaveLength(3);
});

it("gives nobody an answer that was made for somebody else, whatever they may use in common", async () => {
  const ctx = keyed();
  await ask(ctx);
  const { organizationId } = ctx;
  const others: CallContext["actor"][] = [
    { kind: "user", userId: "usr_other", sessionId: "ses_other", role: "owner", platformBypass: true },
    { kind: "api_key", keyId: "key_1", userId: ctx.userId },
    { kind: "service", tokenId: "nst_1", userId: ctx.userId },
    { kind: "service", tokenId: "nst_1", userId: "usr_other" },
    { kind: "service", tokenId: "nst_1", userId: undefined },
    { kind: "service", tokenId: "nst_2", userId: undefined },
  ];
  for (const actor of others) expect((await ask({ ...ctx, actor })).replayed).toBe(false);
  expect(await test.rows(organizationId)).toHaveLength(1 + others.length);
  for (const actor of others) expect((await ask({ ...ctx, actor })).replayed).toBe(true);
  expect(test.sandbox.requests()).toHaveLength(1 + others.length);
});

it("runs again after a release: nothing had been done", async () => {
  const ctx = keyed();
  test.sandbox.script({ times: 1, faults: [{ name: "bad-request" }] });
  expect(await refusal(ask(ctx))).toMatchObject({ code: "PROVIDER_REJECTED", effect: "none" });
  const reply = await ask(ctx);
  expect(reply.replayed).toBe(false);
  expect((await test.rows(ctx.organizationId)).map(({ state }) => state)).toEqual(["released", "settled"]);
});

it("says that nobody can tell, and does not repeat it, where no answer came back", async () => {
  const ctx = keyed();
  test.sandbox.script({ times: 1, faults: [{ name: "cut-before-headers" }] });
  const first = await refusal(ask(ctx));
  expect(first).toMatchObject({ code: "OUTCOME_UNKNOWN", effect: "unknown", retryable: false });
  const again = await refusal(ask(ctx));
  const { code, effect, operationId } = first;
  expect(again).toMatchObject({ code, effect, operationId, details: { costNanoUsd: null, doubt: "cut" } });
  expect(test.sandbox.requests()).toHaveLength(1);
});

it("finds the answer that another route gave under a second hold", async () => {
  const ctx = keyed();
  await setPreferences(test.deps, ctx, { revision: 0, fallbackModels: { [model]: ["anthropic/claude-sonnet-4-5"] } });
  await test.refresh();
  test.sandbox.script({ vendor: "openai", faults: [{ name: "cut-before-headers" }] });
  const first = await ask(ctx);
  expect(first.facts.vendor).toBe("anthropic");
  const again = await ask(ctx);
  expect(again).toMatchObject({ replayed: true, result: first.result, facts: first.facts });
  expect(test.sandbox.requests()).toHaveLength(2);
  expect(await test.rows(ctx.organizationId)).toHaveLength(2);
});

const notBilled = (operationId: string) =>
  resolveOperation(test.deps, operatorNamed("the operator"), {
    operationId,
    notBilled: true,
    reason: "not on the bill",
  });

/** A key whose first hold is in doubt, on a vendor that then is well again, with another route behind it. */
const movedOn = async (): Promise<CallContext> => {
  const ctx = keyed();
  await setPreferences(test.deps, ctx, { revision: 0, fallbackModels: { [model]: ["anthropic/claude-sonnet-4-5"] } });
  await test.refresh();
  test.sandbox.script({ vendor: "openai", times: 1, faults: [{ name: "cut-before-headers" }] });
  return ctx;
};
const ids = async ({ organizationId }: CallContext) =>
  (await test.rows(organizationId)).map(({ operationId }) => operationId);

it("gives the second route's answer also where the first is found not to have been billed", async () => {
  const ctx = await movedOn();
  const first = await ask(ctx);
  const [one = ""] = await ids(ctx);
  expect((await notBilled(one)).outcome).toBe("released");
  expect(await ask(ctx)).toMatchObject({ replayed: true, result: first.result, facts: first.facts });
  expect(test.sandbox.requests()).toHaveLength(2);
  expect((await test.rows(ctx.organizationId)).map(({ state }) => state)).toEqual(["released", "settled"]);
});

it("runs again when all routes in doubt were not billed, and not while one still is in doubt", async () => {
  for (const order of [
    [0, 1],
    [1, 0],
  ]) {
    await test.sandbox.reset();
    gateway = test.fresh({ callTimeoutMs: 3_000 });
    const ctx = await movedOn();
    test.sandbox.script({ vendor: "anthropic", times: 1, faults: [{ name: "cut-before-headers" }] });
    expect(await refusal(ask(ctx))).toMatchObject({ effect: "unknown" });
    const made = await ids(ctx);
    expect(made).toHaveLength(2);
    for (const at of order) {
      expect(await refusal(ask(ctx))).toMatchObject({ code: "OUTCOME_UNKNOWN", effect: "unknown" });
      expect((await notBilled(made[at] ?? "")).outcome).toBe("released");
    }
    expect(test.sandbox.requests()).toHaveLength(2);
    expect((await ask(ctx)).replayed).toBe(false);
    expect(test.sandbox.requests()).toHaveLength(3);
  }
});

it("outlives the process: another ledger connection replays and refuses alike", async () => {
  const ctx = keyed();
  const first = await ask(ctx);
  const { url, clock, log } = test.deps;
  const ledger = await openLedger({ connectionString: url, processId: newId(), clock, log, requireDurability: true });
  gateway = { ...gateway, ledger };
  try {
    expect(await ask(ctx)).toMatchObject({ replayed: true, result: first.result });
    expect(await refusal(ask(ctx, "Other."))).toMatchObject({ code: "IDEMPOTENCY_MISMATCH" });
  } finally {
    await ledger.close();
  }
});

it("replays a stream part by part", async () => {
  const ctx = keyed();
  const read = async () => {
    const reply = await stream(gateway, streamTextRequest(asked()), ctx);
    const parts = await readAll(reply.chunks);
    return { parts, end: await reply.end, replayed: reply.replayed };
  };
  const first = await read();
  expect(first.parts.length).toBeGreaterThan(4);
  const again = await read();
  expect(again).toEqual({ ...first, replayed: true });
  expect(test.sandbox.requests()).toHaveLength(1);
});

it("keeps a stream whose caller left, to the end, for the caller's next try", async () => {
  const whole = await readAll((await stream(gateway, streamTextRequest(asked()), keyed())).chunks);
  const ctx = keyed();
  const left = await stream(gateway, streamTextRequest(asked()), ctx);
  await left.chunks.next();
  await left.chunks.return();
  const { facts } = await left.end;
  expect(facts.usageSource).toBe("drained");
  const again = await stream(gateway, streamTextRequest(asked()), ctx);
  expect(again.replayed).toBe(true);
  expect((await readAll(again.chunks)).map(({ type }) => type)).toEqual(whole.map(({ type }) => type));
  expect(test.sandbox.requests()).toHaveLength(2);
});

it("does not keep a stream that was cut: the repeat is told that it was paid", async () => {
  const ctx = keyed();
  test.sandbox.script({ faults: [{ name: "cut-mid-stream" }] });
  const cut = await stream(gateway, streamTextRequest(asked()), ctx);
  await expect(readAll(cut.chunks)).rejects.toMatchObject({ code: "PROVIDER_BAD_RESPONSE", effect: "done" });
  expect(await refusal(stream(gateway, streamTextRequest(asked()), ctx))).toMatchObject({
    code: "PROVIDER_BAD_RESPONSE",
    effect: "done",
  });
  expect(test.sandbox.requests()).toHaveLength(1);
});
