import { describe, expect, it } from "vitest";
import { retryAfterMsOf, vendorFailure } from "./vendor-failure.ts";

const secrets = {
  credential: { apiKey: "sk-canary-0123456789abcdef" },
  payload: '{"messages":[{"content":"my \\"private\\" diary says canary-prompt"}]}',
};
const of = (status: number, document: unknown, headers: Record<string, string> = {}) =>
  vendorFailure({ status, headers, document }, secrets).failure;
const openAi = (fields: object) => ({
  error: { message: "No.", type: "invalid_request_error", param: null, code: null, ...fields },
});

describe("vendorFailure", () => {
  it.each([
    [400, openAi({}), "refused", "PROVIDER_REJECTED", "request"],
    [422, openAi({}), "refused", "PROVIDER_REJECTED", "request"],
    [413, undefined, "refused", "PROVIDER_REJECTED", "request"],
    [401, openAi({ code: "invalid_api_key" }), "refused", "PROVIDER_AUTH_FAILED", "credential"],
    [403, undefined, "refused", "PROVIDER_AUTH_FAILED", "credential"],
    [
      400,
      { error: { code: 400, status: "INVALID_ARGUMENT", details: [{ reason: "API_KEY_INVALID" }] } },
      "refused",
      "PROVIDER_AUTH_FAILED",
      "credential",
    ],
    [402, openAi({}), "refused", "PROVIDER_RATE_LIMITED", "credential"],
    [429, openAi({ code: "rate_limit_exceeded" }), "refused", "PROVIDER_RATE_LIMITED", "route"],
    [429, openAi({ code: "insufficient_quota" }), "refused", "PROVIDER_RATE_LIMITED", "credential"],
    [
      400,
      { type: "error", error: { type: "invalid_request_error", message: "Your credit balance is too low." } },
      "refused",
      "PROVIDER_RATE_LIMITED",
      "credential",
    ],
    [404, openAi({ code: "model_not_found" }), "refused", "PROVIDER_REJECTED", "route"],
    [404, { error: "model 'x' not found" }, "refused", "PROVIDER_REJECTED", "route"],
    [400, openAi({ code: "model_not_found" }), "refused", "PROVIDER_REJECTED", "route"],
    [408, undefined, "unknown", "PROVIDER_TIMEOUT", "route"],
    [500, openAi({ type: "server_error" }), "refused", "PROVIDER_UNAVAILABLE", "route"],
    [500, undefined, "unknown", "PROVIDER_UNAVAILABLE", "route"],
    [502, undefined, "unknown", "PROVIDER_UNAVAILABLE", "route"],
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
    [504, { error: { code: 504, status: "DEADLINE_EXCEEDED" } }, "refused", "PROVIDER_TIMEOUT", "route"],
    [200, { error: { code: 429, message: "limited upstream" } }, "refused", "PROVIDER_RATE_LIMITED", "route"],
    [200, { error: { message: "odd" } }, "unknown", "PROVIDER_BAD_RESPONSE", "route"],
    [301, undefined, "unknown", "PROVIDER_BAD_RESPONSE", "route"],
  ])("%i %j is %s %s about the %s", (status, document, kind, code, about) => {
    expect(of(status, document)).toMatchObject({ status, kind, code, about });
  });

  it("tells the vendor's own reason where it is clean", () => {
    const told = of(
      400,
      openAi({ message: "Unsupported value: temperature must be 1.", param: "temperature", code: "unsupported_value" }),
    );
    expect(told.message).toBe("The vendor refused the request: Unsupported value: temperature must be 1.");
  });

  it.each([
    "Bad key sk-canary-0123456789abcdef in request",
    "Key ending in 89abcdef is odd",
    'You wrote: my "private" diary says canary-prompt',
    "The text diary says canary is not allowed",
  ])("tells the code alone instead of %j", (message) => {
    const told = of(400, openAi({ message, code: "bad_thing", param: "messages[0].content" }));
    expect(told.message).toBe("The vendor refused the request: bad_thing (messages[0].content)");
  });

  it("never repeats the vendor's words on credentials", () => {
    expect(of(401, openAi({ message: "Incorrect API key provided: sk-ca***cdef" })).message).toBe(
      "The vendor refused the stored credential.",
    );
  });

  it("cuts long and cleans dirty messages", () => {
    const { message } = of(400, openAi({ message: `line\r\nbreak\u202e ${"Z".repeat(1_000)}` }));
    expect(message).toMatch(/^The vendor refused the request: line break Z+$/);
    expect(message.length).toBeLessThan(340);
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
