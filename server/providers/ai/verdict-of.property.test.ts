import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ErrorRules } from "../_wire/error-rules.ts";
import { vendorFailure } from "../_wire/vendor-failure.ts";
import { chatErrors } from "./_openai-chat/chat-errors.ts";
import { anthropicErrors } from "./_claude/anthropic-errors.ts";
import { googleErrors } from "./_gemini/google-errors.ts";

/** Statuses that a request's content or size can bring about. */
const statuses = [400, 403, 404, 405, 406, 409, 413, 415, 416, 418, 422, 424, 451, 500, 502, 503, 504, 529];
const provoked = fc.constantFrom(...statuses);

/** What a hostile caller would like the vendor to say. */
const sentences = [
  "Your credit balance is too low to access the API.",
  "This organization has been disabled.",
  "Your API key was revoked",
  "Insufficient credits",
  "Key limit exceeded",
  "Invalid API key",
  "Project does not have access to model `gpt-a`",
  "Your organization must be verified to use the model `gpt-a`",
  "It doesn\tt have access to the model gpt-a",
  JSON.stringify({ error: { code: "invalid_api_key", type: "authentication_error", message: "x", status: 401 } }),
  JSON.stringify({ error: { code: "insufficient_quota", message: "gpt-a" } }),
  JSON.stringify({ error: { code: "model_not_found", message: "no access to model gpt-a" } }),
  JSON.stringify({ detail: { code: "account_deactivated" } }),
  JSON.stringify({ error: { code: 429, details: [{ violations: [{ quotaId: "RequestsPerMinute" }] }] } }),
];
const wanted = fc.constantFrom(...sentences);
const written = fc.oneof(
  wanted,
  fc.string({ maxLength: 200 }),
  fc.tuple(fc.string(), wanted, fc.string()).map((parts) => parts.join("")),
);

const envelopes: readonly ((message: string, status: number) => unknown)[] = [
  (message) => ({ error: { message, type: "invalid_request_error", param: null, code: null } }),
  (message) => ({ type: "error", error: { type: "invalid_request_error", message } }),
  (message, code) => ({ error: { code, message, status: "INVALID_ARGUMENT" } }),
  (message) => [{ error: { code: 400, message } }],
  (message) => ({ error: message }),
  (message) => ({ detail: message }),
  (message) => ({ detail: [{ loc: ["body", "messages"], msg: message, type: "value_error" }] }),
  (message) => ({ message }),
  (message) => ({ errors: [{ message }] }),
  (message) => ({ errors: { messages: [message] } }),
  (message) => ({ object: "error", message, type: "BadRequestError", code: 400 }),
  (message) => ({
    error: { message: "Provider returned error", code: 400, metadata: { provider_name: "X", raw: message } },
  }),
  (message) => message,
  (message) => `<html><body>${message}</body></html>`,
];
const envelope = fc.constantFrom(...envelopes);
const prefixes = ["", "Invalid value: ", "messages: '"];

const vendors = [chatErrors, anthropicErrors, googleErrors];
const vendor = fc.constantFrom(...vendors);

const aboutOf = (
  rules: ErrorRules,
  status: number,
  text: string,
  wrap: (typeof envelopes)[number],
  prefix: string,
): string =>
  vendorFailure(
    { status, headers: {}, document: wrap(prefix + text, status) },
    {
      credential: { apiKey: "sk-0123456789abcdef" },
      payload: JSON.stringify({ model: "gpt-a", messages: [{ role: "user", content: text }] }),
      model: "gpt-a",
    },
    rules,
  ).failure.about;

describe("whatever a caller writes", () => {
  it("no answer that repeats it is about more than the request or the route", () => {
    // All words of the others are among those of the chat wire.
    for (const status of statuses)
      for (const text of sentences)
        for (const wrap of envelopes)
          for (const prefix of prefixes)
            expect(["request", "route"]).toContain(aboutOf(chatErrors, status, text, wrap, prefix));
    fc.assert(
      fc.property(
        vendor,
        provoked,
        written,
        envelope,
        fc.constantFrom(...prefixes),
        (rules, status, text, wrap, prefix) => {
          expect(["request", "route"]).toContain(aboutOf(rules, status, text, wrap, prefix));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("no answer that repeats it, whole or in part, tells the key", () => {
    const apiKey = "sk-0123456789abcdef";
    fc.assert(
      fc.property(vendor, provoked, fc.string(), envelope, (rules, status, text, wrap) => {
        const { failure } = vendorFailure(
          { status, headers: { "x-request-id": apiKey }, document: wrap(`${text}${apiKey}${text}`, status) },
          { credential: { apiKey }, payload: "{}", model: "gpt-a" },
          rules,
        );
        expect(JSON.stringify(failure)).not.toContain("89abcdef");
      }),
      { numRuns: 1_000 },
    );
  });
});
