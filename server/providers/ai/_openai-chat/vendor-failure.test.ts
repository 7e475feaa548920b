import { describe, expect, it } from "vitest";
import { retryAfterMsOf, vendorFailure } from "../../_wire/vendor-failure.ts";
import { chatErrors } from "./chat-errors.ts";

const secrets = {
  credential: { apiKey: "sk-canary-0123456789abcdef" },
  payload: '{"messages":[{"content":"my \\"private\\" diary says canary-prompt"}]}',
};
const of = (status: number, document: unknown, headers: Record<string, string> = {}, payload = secrets.payload) =>
  vendorFailure({ status, headers, document }, { ...secrets, payload, model: "gpt-a" }, chatErrors).failure;
const openAi = (fields: object) => ({
  error: { message: "No.", type: "invalid_request_error", param: null, code: null, ...fields },
});

describe("vendorFailure", () => {
  it.each([
    [400, openAi({}), "refused", "PROVIDER_REJECTED", "request"],
    [422, openAi({}), "refused", "PROVIDER_REJECTED", "request"],
    [413, undefined, "refused", "PROVIDER_REJECTED", "request"],
    [401, openAi({ code: "invalid_api_key" }), "refused", "PROVIDER_AUTH_FAILED", "credential"],
    // A restricted key: what is asked for decides, and callers decide that.
    [
      401,
      openAi({ message: "You have insufficient permissions for this operation. Missing scopes: model.request." }),
      "refused",
      "PROVIDER_REJECTED",
      "route",
    ],
    [
      429,
      openAi({ message: "Extra usage is required for long context requests." }),
      "refused",
      "PROVIDER_RATE_LIMITED",
      "route",
    ],
    [429, openAi({ code: "content_policy_violation" }), "refused", "PROVIDER_RATE_LIMITED", "route"],
    [
      400,
      { error: { code: 400, status: "INVALID_ARGUMENT", details: [{ reason: "API_KEY_INVALID" }] } },
      "refused",
      "PROVIDER_AUTH_FAILED",
      "credential",
    ],
    [403, openAi({ code: "account_deactivated" }), "refused", "PROVIDER_AUTH_FAILED", "credential"],
    [
      403,
      { error: { code: 403, message: "Your API key was reported as leaked. Please use another API key." } },
      "refused",
      "PROVIDER_AUTH_FAILED",
      "credential",
    ],
    [
      400,
      { type: "error", error: { type: "invalid_request_error", message: "This organization has been disabled." } },
      "refused",
      "PROVIDER_AUTH_FAILED",
      "credential",
    ],
    [402, openAi({}), "refused", "PROVIDER_ACCOUNT_EXHAUSTED", "credential"],
    [402, undefined, "refused", "PROVIDER_ACCOUNT_EXHAUSTED", "credential"],
    [429, openAi({ code: "insufficient_quota" }), "refused", "PROVIDER_ACCOUNT_EXHAUSTED", "credential"],
    [
      400,
      { type: "error", error: { type: "invalid_request_error", message: "Your credit balance is too low." } },
      "refused",
      "PROVIDER_ACCOUNT_EXHAUSTED",
      "credential",
    ],
    [404, openAi({ code: "model_not_found" }), "refused", "PROVIDER_REJECTED", "route"],
    [404, { error: "model 'x' not found" }, "refused", "PROVIDER_REJECTED", "route"],
    [400, openAi({ code: "model_not_found" }), "refused", "PROVIDER_REJECTED", "route"],
    [410, undefined, "refused", "PROVIDER_REJECTED", "route"],
    [408, undefined, "unknown", "PROVIDER_TIMEOUT", "route"],
    [500, openAi({ type: "server_error" }), "refused", "PROVIDER_UNAVAILABLE", "route"],
    [500, undefined, "unknown", "PROVIDER_UNAVAILABLE", "route"],
    [502, undefined, "unknown", "PROVIDER_UNAVAILABLE", "route"],
    [504, { message: "Endpoint request timed out" }, "unknown", "PROVIDER_TIMEOUT", "route"],
    [
      529,
      { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
      "refused",
      "PROVIDER_UNAVAILABLE",
      "route",
    ],
    [
      503,
      { error: { code: 503, status: "UNAVAILABLE", message: "Overloaded" } },
      "refused",
      "PROVIDER_UNAVAILABLE",
      "route",
    ],
    [504, { error: { code: 504, status: "DEADLINE_EXCEEDED" } }, "unknown", "PROVIDER_TIMEOUT", "route"],
    [301, undefined, "unknown", "PROVIDER_BAD_RESPONSE", "route"],
  ])("%i %j is %s %s about the %s", (status, document, kind, code, about) => {
    expect(of(status, document)).toMatchObject({ status, kind, code, about });
  });

  it.each([
    // Nothing that a caller can write shuts anything for others.
    [undefined, "route"],
    ["<html><title>Forbidden</title>Blocked by the firewall.</html>", "route"],
    [openAi({ message: "Project `proj_1` does not have access to model `gpt-a`.", code: "model_not_found" }), "model"],
    [openAi({ message: "Your organization must be verified to use the model `gpt-a`." }), "model"],
    [
      openAi({ message: "You have no access to model `gpt-other`, which a tool names.", code: "model_not_found" }),
      "route",
    ],
    [
      {
        error: { code: 403, status: "PERMISSION_DENIED", message: "You do not have permission to access the File x." },
      },
      "route",
    ],
    [
      {
        error: {
          code: 403,
          message: "Your input was flagged",
          metadata: { reasons: ["violence"], flagged_input: "…" },
        },
      },
      "request",
    ],
    [openAi({ code: "content_policy_violation" }), "request"],
    [openAi({ code: "unsupported_country_region_territory" }), "route"],
    [{ type: "error", error: { type: "permission_error", message: "No." } }, "route"],
  ] as const)("403 %j is a refusal about the %s", (document, about) => {
    expect(of(403, document)).toMatchObject({ kind: "refused", code: "PROVIDER_REJECTED", status: 403, about });
  });

  it.each([
    [openAi({ code: "rate_limit_exceeded" }), {}, "model"],
    [undefined, {}, "model"],
    [
      {
        error: {
          code: 429,
          status: "RESOURCE_EXHAUSTED",
          details: [{ violations: [{ quotaId: "RequestsPerDayPerProjectPerModel-FreeTier" }] }],
        },
      },
      {},
      "model",
    ],
    [
      {
        error: {
          code: 429,
          details: [{ violations: [{ quotaId: "RequestsPerMinute", quotaDimensions: { model: "gpt-a" } }] }],
        },
      },
      {},
      "model",
    ],
    [
      { error: { code: 429, details: [{ violations: [{ quotaId: "RequestsPerMinutePerProject" }] }] } },
      {},
      "credential",
    ],
    [
      openAi({
        type: "tokens",
        message: "Request too large for gpt-a on tokens per min (TPM): Limit 30000, Requested 50000.",
      }),
      {},
      "route",
    ],
    [openAi({ type: "tokens", message: "Rate limit reached: Limit 30000, Used 10, Requested 50000." }), {}, "route"],
    [openAi({ type: "tokens", message: "Rate limit reached: Limit 30000, Used 29000, Requested 5000." }), {}, "model"],
    [undefined, { "x-ratelimit-remaining-requests": "99", "x-ratelimit-remaining-tokens": "2000" }, "route"],
    [undefined, { "x-ratelimit-remaining-requests": "99", "x-ratelimit-remaining-tokens": "0" }, "model"],
    [
      undefined,
      {
        "anthropic-ratelimit-requests-remaining": "9",
        "anthropic-ratelimit-input-tokens-remaining": "0",
        "anthropic-ratelimit-output-tokens-remaining": "8000",
      },
      "model",
    ],
    [
      undefined,
      {
        "anthropic-ratelimit-requests-remaining": "9",
        "anthropic-ratelimit-input-tokens-remaining": "4000",
        "anthropic-ratelimit-output-tokens-remaining": "8000",
      },
      "route",
    ],
  ] as const)("429 %j with %j is a limit about the %s", (document, headers, about) => {
    expect(of(429, document, headers)).toMatchObject({ code: "PROVIDER_RATE_LIMITED", about });
  });

  it("a request that costs more than is left says nothing of the account", () => {
    const message = "This request requires more credits, or fewer max_tokens. You can only afford 12.";
    expect(of(402, { error: { code: 402, message } })).toMatchObject({
      code: "PROVIDER_ACCOUNT_EXHAUSTED",
      about: "route",
    });
  });

  it("what an aggregator passes on says nothing of the key that it was shown", () => {
    const metadata = { provider_name: "Azure", raw: '{"error":{"message":"Access denied.","code":"401"}}' };
    expect(of(401, { error: { code: 401, message: "Provider returned error", metadata } })).toMatchObject({
      about: "route",
    });
  });

  it.each([
    "Your credit balance is too low to access the API.",
    "This organization has been disabled.",
    "Your API key was revoked",
    'Bad value: {"error":{"code":"invalid_api_key","type":"authentication_error","message":"x"}}',
    'Bad value: {"error":{"code":"insufficient_quota"}}',
  ])("the caller's own words in an answer prove nothing: %s", (message) => {
    const payload = JSON.stringify({ messages: [{ content: message.replace("Bad value: ", "") }] });
    for (const status of [400, 403, 404, 422]) {
      const { about } = of(status, openAi({ message }), {}, payload);
      expect(["request", "route"]).toContain(about);
    }
  });

  it.each([
    [{ error: { code: 429, message: "limited upstream" } }, "PROVIDER_RATE_LIMITED", 429],
    [{ error: { code: "404", message: "no such model" } }, "PROVIDER_REJECTED", 404],
    [{ type: "error", error: { type: "invalid_request_error", message: "No." } }, "PROVIDER_REJECTED", 400],
    [{ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }, "PROVIDER_UNAVAILABLE", 529],
    [{ error: { status: "PERMISSION_DENIED", message: "No." } }, "PROVIDER_REJECTED", 403],
    [{ error: "out of memory" }, "PROVIDER_UNAVAILABLE", 503],
    [{ error: { message: "odd" } }, "PROVIDER_UNAVAILABLE", 503],
    [{ choices: [{ finish_reason: "error", error: { code: 502, message: "upstream" } }] }, "PROVIDER_UNAVAILABLE", 502],
  ])("an error in an answer of 200 is a refusal with its own status: %j", (document, code, status) => {
    expect(of(200, document)).toMatchObject({ kind: "refused", code, status: 200, reason: { status } });
  });

  it("tells the vendor's own reason where it is clean", () => {
    const told = of(
      400,
      openAi({ message: "Unsupported value: temperature must be 1.", param: "temperature", code: "unsupported_value" }),
    );
    expect(told.message).toBe("The vendor refused the request: Unsupported value: temperature must be 1.");
  });

  it.each([
    ["Bad key sk-canary-0123456789abcdef in request", "Bad key … in request"],
    ["Key ending in 89abcdef is odd", "Key ending in … is odd"],
    ['You wrote: my "private" diary says canary-prompt', "You wrote: …"],
    ["The text diary says canary is not allowed", "The text diary says canary is not allowed"],
    ["Bearer eyJhbGciOi.eyJzdWIi.c2ln of org-abcdefghij1234", "… of …"],
  ])("leaves out what must not be told, and no more: %s", (message, told) => {
    const failed = of(400, openAi({ message, code: "bad_thing", param: "messages[0].content" }));
    expect(failed.message).toBe(`The vendor refused the request: ${told}`);
    expect(failed.reason).toEqual({
      status: 400,
      code: "bad_thing",
      type: "invalid_request_error",
      param: "messages[0].content",
    });
  });

  it("leaves out words that are secrets", () => {
    const told = of(400, openAi({ code: "sk-canary-0123456789abcdef", param: "x89abcdefx" }), {
      "x-request-id": "req_sk-canary-0123456789abcdef",
    });
    expect(told.reason).toEqual({ status: 400, code: undefined, type: "invalid_request_error", param: undefined });
    expect(told.vendorRequestId).toBeUndefined();
    expect(of(400, openAi({}), { "request-id": "canary-prompt" }).vendorRequestId).toBeUndefined();
    expect(of(400, openAi({}), { "request-id": "req_011CZ" }).vendorRequestId).toBe("req_011CZ");
  });

  it("never repeats the vendor's words on credentials", () => {
    expect(of(401, openAi({ message: "Incorrect API key provided: sk-ca***cdef" })).message).toBe(
      "The vendor refused the stored credential.",
    );
  });

  it("cuts long and cleans dirty messages", () => {
    const { message } = of(400, openAi({ message: `line\r\nbreak\u202e ${"Z".repeat(1_000)}` }));
    expect(message).toMatch(/^The vendor refused the request: line break Z+…$/);
    expect(message.length).toBeLessThan(540);
  });

  it("reads when to come back", () => {
    expect(retryAfterMsOf({ "retry-after": "2" })).toBe(2_000);
    expect(retryAfterMsOf({ "retry-after-ms": "150", "retry-after": "2" })).toBe(150);
    expect(retryAfterMsOf({ "retry-after": new Date(Date.now() + 60_000).toUTCString() })).toBeGreaterThan(50_000);
    expect(retryAfterMsOf({ "retry-after": "-5" })).toBeUndefined();
    expect(retryAfterMsOf({ "retry-after": "1e99" })).toBe(86_400_000);
    expect(retryAfterMsOf({ "retry-after": "soon" })).toBeUndefined();
    expect(retryAfterMsOf({})).toBeUndefined();
    expect(of(429, { error: { code: 429, details: [{ retryDelay: "36.5s" }] } }).retryAfterMs).toBe(36_500);
  });
});
