import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestGateway, type TestGateway } from "../../test/gateway.ts";
import { ai } from "../contracts/ai.ts";
import type { CallContext } from "../contracts/call-context.ts";
import { setPreferences } from "../domain/preferences/index.ts";
import { NexusError } from "../errors.ts";
import { generateTextRequest } from "../families/ai/index.ts";
import type { Acts, Route } from "../families/family.ts";
import { newId } from "../platform/ids.ts";
import { call } from "./call.ts";
import { callOutcomes, evidenceKinds, type CallOutcome, type Evidence, type OutcomeRule } from "./call-outcomes.ts";
import type { Gateway } from "./gateway.ts";

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
  const fresh = test.fresh({ callTimeoutMs: 5_000 });
  const { ai: family } = fresh.families;
  gateway = family === undefined ? fresh : { ...fresh, families: { ai: { ...family, acts } } };
});

const read = generateTextRequest({ model: primary, prompt: "Which way to the station?", maxOutputTokens: 40 });

/** No operation of AI acts: this one is an answer that is treated as if it moved something. */
const act = {
  ...read,
  operation: { ...ai.generateText, effect: "act" as const },
  step: "create",
  prepare: (route: Route) => {
    taken = route;
    return Buffer.from("the kept request");
  },
};

/** The route that an act was prepared for: its bytes are not what is sent here. */
let taken: Route;

const acts: Acts = {
  rulesOf: () => ({ keyLifetimeMs: undefined, lookUp: "none", settleMs: 1_000, cancelByKey: false }),
  send: async (_, bytes, io) => {
    expect(Buffer.from(bytes).toString()).toBe("the kept request");
    const answered = await read.run(taken, io);
    return { ...answered, result: read.encode(answered.result) };
  },
};

const requestOf = (rule: OutcomeRule) => (rule === "read" ? read : rule === "act" ? act : { ...act, mostTimes: 3 });

const withFallback = async (): Promise<CallContext> => {
  const ctx = test.context({ idempotencyKey: newId() });
  await setPreferences(test.deps, ctx, { revision: 0, fallbackModels: { [primary]: [secondary] } });
  await test.refresh();
  return ctx;
};

/** What the first vendor does so that the first attempt proves this. */
const faults: Readonly<Record<Evidence, string | undefined>> = {
  not_sent: undefined,
  not_executed: "rate-limited",
  rejected: "bad-request",
  done: undefined,
  billed: "malformed-json",
  unknown: "cut-before-headers",
};

/** Nobody listens where the first vendor should be. */
const unreachable = (): Gateway => {
  const { egress } = gateway;
  return {
    ...gateway,
    egress: {
      ...egress,
      attempt: (options) =>
        egress.attempt(options.vendor === "openai" ? { ...options, baseUrl: "http://127.0.0.1:1/v1" } : options),
    },
  };
};

const through = (evidence: Evidence): Gateway => {
  const fault = faults[evidence];
  if (fault !== undefined) test.sandbox.script({ vendor: "openai", faults: [{ name: fault }] });
  return evidence === "not_sent" ? unreachable() : gateway;
};

const resultOf = (promise: Promise<unknown>): Promise<"answered" | NexusError> =>
  promise.then(
    () => "answered" as const,
    (error: unknown) => {
      if (NexusError.is(error)) return error;
      throw error;
    },
  );

const askedOf = (vendor: string) => test.sandbox.requests().filter((one) => one.vendor === vendor).length;

/** The reservations that a call leaves behind, as the table says, where a second route answers. */
const statesAfter = ({ hold, call: next }: CallOutcome): string[] => {
  if (hold === "carry") return [next === "next" ? "settled" : "released"];
  const ended = hold === "keep" ? "uncertain" : "settled";
  return next === "next" ? [ended, "settled"] : [ended];
};

const effects = ["read", "act", "act_again"] as const;
const cells = effects.flatMap((effect) =>
  (Object.keys(evidenceKinds) as Evidence[]).map(
    (evidence) => [effect, evidence, callOutcomes[effect][evidence]] as const,
  ),
);

it.each(cells)("an attempt of %s that proves %s: %o", async (effect, evidence, outcome) => {
  const ctx = await withFallback();
  const result = await resultOf(call(through(evidence), requestOf(effect), ctx));
  expect((await test.rows(ctx.organizationId)).map(({ state }) => state)).toEqual(statesAfter(outcome));
  expect(askedOf("anthropic")).toBe(outcome.call === "next" ? 1 : 0);
  if (outcome.call === "stop") {
    expect(result).toMatchObject({ effect: outcome.hold === "keep" ? "unknown" : "none" });
  } else expect(result).toBe("answered");
});

describe("what acts", () => {
  it("goes elsewhere after a proved no alone", () => {
    for (const [evidence, { hold, call: next }] of Object.entries(callOutcomes.act))
      if (next === "next") expect([evidence, hold]).toEqual([expect.stringMatching(/^not_(sent|executed)$/), "carry"]);
  });

  it("is not done again by a repeat while its outcome is unknown", async () => {
    const ctx = await withFallback();
    const cut = through("unknown");
    const first = await resultOf(call(cut, requestOf("act"), ctx));
    const [row] = await test.rows(ctx.organizationId);
    expect(first).toMatchObject({ code: "OUTCOME_UNKNOWN", effect: "unknown", operationId: row?.operationId });
    const asked = test.sandbox.requests().length;
    await test.sandbox.reset();
    expect(await resultOf(call(gateway, requestOf("act"), ctx))).toMatchObject({
      code: "OUTCOME_UNKNOWN",
      effect: "unknown",
      operationId: row?.operationId,
    });
    expect(asked).toBe(1);
    expect(test.sandbox.requests()).toHaveLength(0);
    expect(await test.rows(ctx.organizationId)).toHaveLength(1);
  });

  it("is refused without an idempotency key, before anything is reserved", async () => {
    const ctx = test.context();
    expect(await resultOf(call(gateway, requestOf("act"), ctx))).toMatchObject({
      code: "INVALID_INPUT",
      effect: "none",
      issues: [{ field: "idempotency-key" }],
    });
    expect(await test.rows(ctx.organizationId)).toEqual([]);
    expect(test.sandbox.requests()).toHaveLength(0);
  });
});
