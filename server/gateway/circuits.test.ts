import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CallContext } from "../contracts/call-context.ts";
import { NexusError } from "../errors.ts";
import { createKey } from "../domain/keys/index.ts";
import { setPreferences } from "../domain/preferences/index.ts";
import { openTestGateway, type TestGateway } from "../../test/gateway.ts";
import { readAll } from "../../test/read-all.ts";
import { generateTextRequest, streamTextRequest } from "../families/ai/index.ts";
import { call, stream } from "./call.ts";
import type { Gateway } from "./gateway.ts";

const asked = "openai/gpt-4o-mini";
const other = "openai/gpt-4o";

let test: TestGateway;
let gateway: Gateway;

beforeAll(async () => {
  test = await openTestGateway();
});
afterAll(() => test.close());
beforeEach(async () => {
  await test.sandbox.reset();
  gateway = test.fresh();
});

const ask = (ctx: CallContext, model = asked, from = gateway) =>
  call(from, generateTextRequest({ model, prompt: "Which way?", maxOutputTokens: 20 }), ctx);

const refusal = async (promise: Promise<unknown>): Promise<NexusError> => {
  const error: unknown = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!NexusError.is(error)) throw new Error("expected a NexusError", { cause: error });
  return error;
};

const answers = (status: number, body: unknown, headers: Record<string, string> = {}, times = 1) =>
  test.sandbox.script({
    vendor: "openai",
    times,
    faults: [{ name: "raw", status, headers, body: typeof body === "string" ? body : JSON.stringify(body) }],
  });
const error = (fields: object) => ({
  error: { message: "No.", type: "invalid_request_error", param: null, code: null, ...fields },
});
const calls = () => test.sandbox.requests().length;

describe("what one caller is answered shuts nothing for others", () => {
  it.each([
    ["403 without a word", 403, ""],
    ["403 of a firewall", 403, "<html><body>Blocked</body></html>"],
    ["403 moderation", 403, error({ message: "Your input was flagged", metadata: { reasons: ["violence"] } })],
    [
      "403 PERMISSION_DENIED for a file",
      403,
      { error: { code: 403, status: "PERMISSION_DENIED", message: "No access to file x" } },
    ],
    [
      "403 for another model, named in a tool",
      403,
      error({ code: "model_not_found", message: "The model `x` does not exist." }),
    ],
    ["404", 404, error({ code: "model_not_found" })],
    ["400", 400, error({})],
    ["400 with the words of an exhausted account", 400, error({ message: "Bad: Your credit balance is too low" })],
    ["413", 413, error({})],
    ["422", 422, { detail: [{ loc: ["body", "n"], msg: "too many", type: "value_error" }] }],
    [
      "402 for a request that costs too much",
      402,
      error({ message: "You can only afford 12 tokens; ask for fewer max_tokens." }),
    ],
    [
      "429 for a request that is too large",
      429,
      error({ message: "Request too large for gpt-4o-mini: Limit 10, Requested 99." }),
    ],
    ["500, again and again", 500, error({ type: "server_error" })],
    ["a body that is no JSON, again and again", 200, "{"],
  ])("%s", async (_, status, body) => {
    const hostile = test.context();
    answers(status, body, {}, 25);
    for (let index = 0; index < 25; index += 1) await refusal(ask(hostile));
    await test.sandbox.reset();
    const neighbour = test.context();
    expect((await ask(neighbour)).facts.model).toContain("gpt-4o-mini");
    expect((await ask(neighbour, other)).facts.model).toContain("gpt-4o");
    expect((await ask(hostile, other)).facts.model).toContain("gpt-4o");
  });
});

/** What is left of a minute that began just now. */
const aMinute: unknown = expect.toSatisfy((ms: number) => ms > 50_000 && ms <= 60_000);

describe("what is shut, and for how long", () => {
  it("a model that the key may not use: that model alone", async () => {
    answers(
      403,
      error({ code: "model_not_found", message: "Project `p` does not have access to model `gpt-4o-mini`." }),
    );
    expect(await refusal(ask(test.context()))).toMatchObject({
      code: "PROVIDER_REJECTED",
      http: 403,
      retryAfterMs: aMinute,
    });
    const again = await refusal(ask(test.context()));
    expect(again).toMatchObject({
      code: "PROVIDER_REJECTED",
      http: 403,
      details: { vendor: "openai", model: asked, circuit: "open", scope: "model", reason: "access" },
    });
    expect(again.retryAfterMs).toBeGreaterThan(0);
    expect(again.retryAfterMs).toBeLessThanOrEqual(60_000);
    expect(calls()).toBe(1);
    await ask(test.context(), other);
  });

  it("a refused key: every model under it, and nobody else's key", async () => {
    answers(401, error({ code: "invalid_api_key" }));
    const first = await refusal(ask(test.context()));
    expect(first).toMatchObject({ code: "PROVIDER_AUTH_FAILED", retryAfterMs: aMinute, retryable: false });
    expect(await refusal(ask(test.context(), other))).toMatchObject({
      code: "PROVIDER_AUTH_FAILED",
      details: { scope: "credential", reason: "credential" },
    });
    expect(calls()).toBe(1);
    const owner = test.context();
    await createKey(test.deps, owner, { vendor: "openai", label: "own", secret: { apiKey: "sk-own-0123456789" } });
    await test.refresh();
    const baseUrl = test.sandbox.baseUrls.openai;
    const { egress } = gateway;
    // An organization's own key is for the vendor's public address, which the sandbox stands in for.
    const near: Gateway = {
      ...gateway,
      egress: { ...egress, attempt: (options) => egress.attempt({ ...options, baseUrl }) },
    };
    expect((await ask(owner, asked, near)).facts.credentialTier).toBe("byok");
  });

  it("an account without credit: no rate limit, and the operator's to mend", async () => {
    answers(402, error({ message: "Insufficient credits" }));
    expect(await refusal(ask(test.context()))).toMatchObject({
      code: "PROVIDER_ACCOUNT_EXHAUSTED",
      http: 502,
      retryable: false,
      retryAfterMs: aMinute,
    });
    expect(await refusal(ask(test.context(), other))).toMatchObject({ code: "PROVIDER_ACCOUNT_EXHAUSTED" });
    expect(calls()).toBe(1);
  });

  it("a limit: the model, until the vendor's retry-after", async () => {
    answers(429, error({ code: "rate_limit_exceeded" }), { "retry-after": "7" });
    expect(await refusal(ask(test.context()))).toMatchObject({ code: "PROVIDER_RATE_LIMITED", retryAfterMs: 7_000 });
    expect(await refusal(ask(test.context()))).toMatchObject({ details: { scope: "model", reason: "rate" } });
    expect(calls()).toBe(1);
    await ask(test.context(), other);
  });

  it("ends, with one probe, whatever shut it", async () => {
    let nowMs = 0;
    const { clock } = test.deps;
    const later = test.fresh({ clock: { now: clock.now, monotonic: () => clock.monotonic() + nowMs } });
    answers(401, error({ code: "invalid_api_key" }));
    await refusal(ask(test.context(), asked, later));
    await refusal(ask(test.context(), asked, later));
    nowMs += 60_000;
    await ask(test.context(), asked, later);
    await ask(test.context(), other, later);
    expect(calls()).toBe(3);
  });
});

describe("time-outs one after the other", () => {
  const impatient = (over: Gateway): Gateway => {
    const limits = { deadlineMs: 80, firstByteMs: 80, idleMs: 80 };
    return {
      ...over,
      egress: { ...over.egress, attempt: (options) => over.egress.attempt({ ...options, ...limits }) },
    };
  };
  const streamed = { model: asked, prompt: "Hello", maxOutputTokens: 40 };

  it("shut the model for who meets them, and for nobody else", async () => {
    test.sandbox.script({ vendor: "openai", faults: [{ name: "hang-before-headers" }] });
    const hurried = impatient(gateway);
    const ctx = test.context();
    for (let index = 0; index < 3; index += 1)
      expect(await refusal(ask(ctx, asked, hurried))).toMatchObject({ code: "PROVIDER_TIMEOUT" });
    expect(await refusal(ask(ctx, asked, hurried))).toMatchObject({
      code: "PROVIDER_UNAVAILABLE",
      effect: "none",
      details: { circuit: "open", reason: "errors" },
    });
    expect(calls()).toBe(3);
    await test.sandbox.reset();
    await ask(test.context());
  });

  it("count in the middle of a stream too", async () => {
    test.sandbox.script({ vendor: "openai", faults: [{ name: "hang-mid-body" }] });
    const hurried = impatient(gateway);
    const ctx = test.context();
    for (let index = 0; index < 3; index += 1) {
      const { chunks } = await stream(hurried, streamTextRequest(streamed), ctx);
      await expect(readAll(chunks)).rejects.toMatchObject({ code: "PROVIDER_TIMEOUT", effect: "done" });
    }
    expect(await refusal(stream(hurried, streamTextRequest(streamed), ctx))).toMatchObject({
      code: "PROVIDER_UNAVAILABLE",
    });
  });

  it("are nothing of the vendor's where the caller left, or the call had little time left", async () => {
    test.sandbox.script({ vendor: "openai", faults: [{ name: "pace", everyMs: 5 }] });
    for (let index = 0; index < 4; index += 1) {
      const leaving = new AbortController();
      const ctx = test.context({ signal: leaving.signal });
      const { chunks, end } = await stream(gateway, streamTextRequest(streamed), ctx);
      await chunks.next();
      leaving.abort();
      await chunks.return();
      await end;
    }
    await test.sandbox.reset();
    const ctx = test.context();
    // The first route takes most of the call's time before it refuses; the second cannot answer in what is left.
    const fallbackModels = { [asked]: [other] };
    await setPreferences(test.deps, ctx, { revision: 0, fallbackModels });
    await test.refresh();
    const late = test.fresh({ callTimeoutMs: 900 });
    test.sandbox.script({ model: "gpt-4o-mini", faults: [{ name: "latency", delayMs: 600 }, { name: "not-found" }] });
    test.sandbox.script({ model: "gpt-4o", faults: [{ name: "hang-before-headers" }] });
    for (let index = 0; index < 4; index += 1)
      expect(await refusal(ask(ctx, asked, late))).toMatchObject({ code: "PROVIDER_TIMEOUT" });
    await test.sandbox.reset();
    await ask(ctx, other, late);
  });
});

it("the attempts of a call say what the vendor answered, answers too", async () => {
  const { facts } = await ask(test.context());
  expect(await test.attempts(facts.operationId)).toMatchObject([{ outcome: "answered", status: 200 }]);
  answers(404, error({}));
  const { operationId } = await refusal(ask(test.context()));
  expect(await test.attempts(operationId ?? "")).toMatchObject([{ outcome: "refused", status: 404 }]);
});
