import {
  down,
  echo,
  expectNotAllowed,
  expectUnknownModel,
  limited,
  refusedKey,
  refusedRequest,
  type DialectFixtures,
} from "../../contract-fixtures.ts";
import { chatFixtures } from "../_openai-chat/chat-fixtures.ts";

// Origin: console.groq.com/docs/api-reference: times beside the counts, and in a stream the usage twice.
const usage = {
  queue_time: 0.037493756,
  prompt_tokens: 20,
  prompt_time: 0.000680594,
  completion_tokens: 9,
  completion_time: 0.463333333,
  total_tokens: 29,
  total_time: 0.464013927,
  prompt_tokens_details: { cached_tokens: 8 },
  completion_tokens_details: { reasoning_tokens: 3 },
};
const base = {
  id: "chatcmpl-f51b2cd2-bef7-417e-964e-a08f0b513c22",
  created: 1_760_000_000,
  model: "openai/gpt-oss-120b",
  system_fingerprint: "fp_179b0f92c9",
};
const whole = (message: unknown, finish: string, told: unknown = usage) => ({
  ...base,
  object: "chat.completion",
  choices: [{ index: 0, message, logprobs: null, finish_reason: finish }],
  usage: told,
  x_groq: { id: "req_01jbd6g2qdfw2adyrt2az8hz4w" },
  service_tier: "on_demand",
});
const chunk = (delta: unknown, finish: string | null = null, more: Readonly<Record<string, unknown>> = {}) => ({
  ...base,
  object: "chat.completion.chunk",
  choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  ...more,
});
const refusal = (message: string, type: string, code?: string) => ({
  error: { message, type, ...(code === undefined ? {} : { code }) },
});

export const contractFixtures: DialectFixtures = {
  ...chatFixtures,
  alike: true,
  models: ["openai/gpt-oss-120b", "openai/gpt-oss-20b"],
  reasoner: "openai/gpt-oss-120b",
  units: { input: 12, cacheRead: 8, output: 6, reasoning: 3 },
  responseModel: "openai/gpt-oss-120b",
  answer: whole({ role: "assistant", content: "Grüß Gott, sun 🌞", reasoning: "" }, "stop"),
  events: [
    chunk({ role: "assistant", content: "" }, null, { x_groq: { id: "req_01jbd6g2qdfw2adyrt2az8hz4w" } }),
    chunk({ content: "Grüß Gott, " }),
    chunk({ content: "sun 🌞" }),
    chunk({}, "stop", { x_groq: { id: "req_01jbd6g2qdfw2adyrt2az8hz4w", usage } }),
    { ...base, object: "chat.completion.chunk", choices: [], usage },
  ],
  toolAnswer: whole(
    {
      role: "assistant",
      reasoning: "It asks for the weather.",
      tool_calls: [{ id: "call_d5wg", type: "function", function: { name: "weather", arguments: '{"city":"Graz"}' } }],
    },
    "tool_calls",
  ),
  oddAnswer: whole({ role: "assistant", content: "x" }, "stop", { ...usage, total_tokens: 26, completion_tokens: 6.5 }),
  oddReading: {
    units: { input: 12, cacheRead: 8, output: 3, reasoning: 3 },
    final: true,
    notes: ["unusable_count", "incomplete_usage"],
  },
  errorEvent: refusal(echo, "internal_server_error"),
  // Origin: console.groq.com/docs/errors, …/docs/openai for fields that are not taken.
  errors: [
    {
      status: 400,
      body: refusal(`property 'logit_bias' is unsupported. ${echo}`, "invalid_request_error"),
      expect: refusedRequest,
    },
    {
      status: 400,
      body: refusal(
        "The model `model-x` has been decommissioned and is no longer supported.",
        "invalid_request_error",
        "model_decommissioned",
      ),
      expect: expectUnknownModel,
    },
    {
      status: 400,
      body: {
        error: {
          message: "Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details.",
          type: "invalid_request_error",
          code: "tool_use_failed",
          failed_generation: echo,
        },
      },
      expect: refusedRequest,
    },
    { status: 401, body: refusal("Invalid API Key", "invalid_request_error", "invalid_api_key"), expect: refusedKey },
    { status: 403, body: refusal(echo, "permissions_error"), expect: expectNotAllowed },
    {
      status: 404,
      body: refusal(
        "The model `model-x` does not exist or you do not have access to it.",
        "invalid_request_error",
        "model_not_found",
      ),
      expect: expectUnknownModel,
    },
    {
      status: 413,
      body: refusal(
        "Request too large for model `model-x` in organization `org_1` service tier `on_demand` on tokens per minute (TPM): Limit 6000, Requested 12328, please reduce your message size and try again.",
        "tokens",
        "rate_limit_exceeded",
      ),
      expect: refusedRequest,
    },
    {
      status: 429,
      body: refusal(
        "Rate limit reached for model `model-x` in organization `org_1` service tier `on_demand` on tokens per minute (TPM): Limit 6000, Used 5034, Requested 1443. Please try again in 7s.",
        "tokens",
        "rate_limit_exceeded",
      ),
      headers: { "retry-after": "7" },
      expect: { ...limited, retryAfterMs: 7_000 },
    },
    { status: 498, body: refusal("Flex tier capacity exceeded.", "capacity_exceeded"), expect: refusedRequest },
    { status: 500, body: refusal("Internal Server Error", "internal_server_error"), expect: down },
    { status: 503, body: refusal("Service Unavailable", "service_unavailable"), expect: down },
  ],
};
