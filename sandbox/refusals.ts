import { headersOf, refusal, replaced, settingOf } from "./plan.ts";
import type { SandboxFault } from "./plan.ts";
import { stringOf } from "./read-json.ts";

/** Requests for which nothing was done: the vendor said no, or somebody in between answered in its place. */
export const refusalFaults = {
  status: refusal(
    "openai-errors",
    500,
    "Answers `status` (500) with `message` in the vendor's error body; `retryAfter` sets the header.",
  ),
  "bad-request": refusal("gemini-billing", 400, "Answers 400 in the vendor's error body."),
  unauthorized: refusal("openai-errors", 401, "Refuses the key: 401, or what the vendor answers then (Google: 400)."),
  forbidden: refusal("openai-errors", 403, "Answers 403."),
  "not-found": refusal("openai-errors", 404, "Answers 404, as for a missing model."),
  "rate-limited": refusal("openai-errors", 429, "Answers 429 with `retry-after` (`retryAfter`, 1).", "1"),
  "server-error": refusal("gemini-billing", 500, "Answers 500."),
  unavailable: refusal("openai-errors", 503, "Answers 503."),
  overloaded: refusal("anthropic-errors", 529, "Answers 529, Anthropic's status for overload."),
  "error-in-200": {
    doc: "Answers status 200 with the vendor's error body.",
    billed: false,
    source: "anthropic-errors",
    plan: (plan, { error }) => {
      const reply = error(500, "The sandbox was told to fail with status 200.");
      return { ...plan, reply: { ...reply, status: 200 } };
    },
  },
  raw: {
    doc: "Answers `status` (200) with the given `body` text and `headers`, instead of the vendor's answer.",
    billed: false,
    source: "http-semantics",
    plan: (plan, { settings }) =>
      replaced(
        plan,
        settingOf(settings, "status", 200),
        { "content-type": "application/json", ...headersOf(settings["headers"]) },
        stringOf(settings["body"]),
      ),
  },
  redirect: {
    doc: "Answers `status` (307) with `to` (a public address) as location.",
    billed: false,
    source: "http-semantics",
    plan: (plan, { settings }) =>
      replaced(
        plan,
        settingOf(settings, "status", 307),
        {
          location: stringOf(settings["to"]) || "https://example.com/elsewhere",
          "content-type": "text/plain",
        },
        "",
      ),
  },
  "wrong-content-type": {
    doc: "Answers 200 with an HTML page, as a proxy in between might.",
    billed: false,
    source: "http-semantics",
    plan: (plan) =>
      replaced(
        plan,
        200,
        { "content-type": "text/html" },
        "<!doctype html><title>Welcome</title><p>Please sign in.</p>",
      ),
  },
} satisfies Record<string, SandboxFault>;
