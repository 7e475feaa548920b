import { broke, echo, expectUnknownModel, down, limited, refusedKey, refusedRequest } from "../../contract-fixtures.ts";
import type { DialectFixtures } from "../../contract-fixtures.ts";
import { chatFixtures } from "../_openai-chat/chat-fixtures.ts";

// Origin: api-docs.deepseek.com/api/create-chat-completion.
const usage = {
  prompt_tokens: 20,
  completion_tokens: 9,
  total_tokens: 29,
  prompt_tokens_details: { cached_tokens: 8 },
  completion_tokens_details: { reasoning_tokens: 3 },
  prompt_cache_hit_tokens: 8,
  prompt_cache_miss_tokens: 12,
};
const whole = (message: unknown, finish: string, told: unknown = usage) => ({
  id: "24778070-1c36-4ae0-a4bd-870afc7fc13e",
  object: "chat.completion",
  created: 1_760_000_000,
  model: "deepseek-v4-pro",
  choices: [{ index: 0, message, logprobs: null, finish_reason: finish }],
  usage: told,
  system_fingerprint: "fp_1",
});
const chunk = (delta: unknown, finish: string | null, told: unknown = null) => ({
  id: "24778070-1c36-4ae0-a4bd-870afc7fc13e",
  object: "chat.completion.chunk",
  created: 1_760_000_000,
  model: "deepseek-v4-pro",
  choices: delta === null ? [] : [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  usage: told,
  system_fingerprint: "fp_1",
});

// Origin: …/quick_start/error_codes. The code is the same for all of them.
const refusal = (message: string, type: string) => ({
  error: { message, type, param: null, code: "invalid_request_error" },
});

export const contractFixtures: DialectFixtures = {
  ...chatFixtures,
  models: ["deepseek-v4-pro", "deepseek-v4-flash"],
  reasoner: "deepseek-v4-pro",
  units: { input: 12, cacheRead: 8, output: 6, reasoning: 3 },
  responseModel: "deepseek-v4-pro",
  answer: whole({ role: "assistant", content: "Grüß Gott, sun 🌞" }, "stop"),
  events: [
    chunk({ role: "assistant", content: "" }, null),
    chunk({ content: "Grüß Gott, " }, null),
    chunk({ content: "sun 🌞" }, null),
    chunk({ content: "" }, "stop"),
    chunk(null, null, usage),
  ],
  toolAnswer: whole(
    {
      role: "assistant",
      content: "",
      reasoning_content: "It asks for the weather.",
      tool_calls: [
        { index: 0, id: "call_0_1", type: "function", function: { name: "weather", arguments: '{"city":"Graz"}' } },
      ],
    },
    "tool_calls",
  ),
  oddAnswer: whole({ role: "assistant", content: "x" }, "stop", {
    ...usage,
    prompt_cache_hit_tokens: 20,
    prompt_cache_miss_tokens: 12,
  }),
  oddReading: {
    units: { input: 12, cacheRead: 20, output: 6, reasoning: 3 },
    final: true,
    notes: ["inconsistent_usage"],
  },
  errorEvent: { error: { message: echo, type: "server_error", param: null, code: null } },
  errors: [
    { status: 400, body: refusal(`Invalid format: ${echo}`, "invalid_request_error"), expect: refusedRequest },
    {
      status: 400,
      body: refusal(
        "The supported API model names are deepseek-v4-pro or deepseek-flash, but you passed model-x.",
        "invalid_request_error",
      ),
      expect: expectUnknownModel,
    },
    { status: 400, body: refusal("Model Not Exist", "invalid_request_error"), expect: expectUnknownModel },
    { status: 401, body: refusal(`Authentication Fails, ${echo}`, "authentication_error"), expect: refusedKey },
    { status: 402, body: refusal("Insufficient Balance", "unknown_error"), expect: broke },
    { status: 422, body: refusal(`Failed to deserialize: ${echo}`, "invalid_request_error"), expect: refusedRequest },
    { status: 429, body: refusal("Rate limit reached", "rate_limit_error"), expect: limited },
    { status: 500, body: refusal("Server error", "server_error"), expect: down },
    { status: 503, body: refusal("Service is too busy", "service_unavailable_error"), expect: down },
  ],
};
