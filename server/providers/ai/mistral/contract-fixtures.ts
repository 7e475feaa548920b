import {
  broke,
  down,
  echo,
  expectUnknownModel,
  limited,
  refusedKey,
  refusedRequest,
  type DialectFixtures,
} from "../../contract-fixtures.ts";
import { chatFixtures } from "../_openai-chat/chat-fixtures.ts";

// Origin: docs.mistral.ai/api/endpoint/chat, /studio-api/conversations/reasoning for the chunks.
const usage = {
  prompt_tokens: 20,
  completion_tokens: 9,
  total_tokens: 29,
  num_cached_tokens: 8,
  prompt_tokens_details: { cached_tokens: 8 },
  prompt_audio_seconds: null,
};
const thought = { type: "thinking", thinking: [{ type: "text", text: "" }], closed: true };
const whole = (message: unknown, finish: string, told: unknown = usage) => ({
  id: "cmpl-e5cc70bb28c444948073e77776eb30ef",
  object: "chat.completion",
  created: 1_760_000_000,
  model: "mistral-small-2603",
  choices: [{ index: 0, message, finish_reason: finish }],
  usage: told,
});
const chunk = (delta: unknown, finish: string | null = null, told?: unknown) => ({
  id: "cmpl-e5cc70bb28c444948073e77776eb30ef",
  object: "chat.completion.chunk",
  created: 1_760_000_000,
  model: "mistral-small-2603",
  choices: [{ index: 0, delta, finish_reason: finish }],
  ...(told === undefined ? {} : { usage: told }),
});
const refusal = (message: unknown, type: string, code: string | null) => ({
  object: "error",
  message,
  type,
  param: null,
  code,
});

export const contractFixtures: DialectFixtures = {
  ...chatFixtures,
  alike: true,
  models: ["mistral-large-2512", "mistral-small-2603"],
  // Has levels, which the catalogue does not know yet.
  reasoner: "mistral-small-2603",
  units: { input: 12, cacheRead: 8, output: 9 },
  responseModel: "mistral-small-2603",
  answer: whole(
    { role: "assistant", content: [thought, { type: "text", text: "Grüß Gott, sun 🌞" }], tool_calls: null },
    "stop",
  ),
  events: [
    chunk({ role: "assistant", content: "" }),
    chunk({ content: [{ type: "text", text: "Grüß Gott, " }] }),
    chunk({ content: "sun 🌞" }),
    chunk({ content: "" }, "stop", usage),
  ],
  contentEvents: 3,
  // The usage stands in the last chunk of the answer itself, whether or not it was asked for.
  usageUnasked: true,
  // Chunks of content are put as text on every road.
  rewrites: true,
  toolAnswer: whole(
    {
      role: "assistant",
      content: "",
      tool_calls: [{ id: "D681PevKs", function: { name: "weather", arguments: '{"city":"Graz"}' }, index: 0 }],
    },
    "tool_calls",
  ),
  oddAnswer: whole({ role: "assistant", content: "x" }, "model_length", { ...usage, num_cached_tokens: 25 }),
  oddReading: { units: { input: 20, cacheRead: 25, output: 9 }, final: true, notes: ["inconsistent_usage"] },
  errorEvent: { ...refusal(echo, "internal_server_error", "3000") },
  // Origin: docs.mistral.ai/resources/error-glossary.
  errors: [
    { status: 400, body: refusal("Invalid model: model-x", "invalid_model", "1500"), expect: expectUnknownModel },
    { status: 400, body: refusal(echo, "invalid_request_message_order", "3230"), expect: refusedRequest },
    { status: 401, body: { detail: "Unauthorized" }, expect: refusedKey },
    { status: 402, body: refusal("Payment required", "payment_required", null), expect: broke },
    {
      status: 422,
      body: refusal(
        {
          detail: [
            { type: "extra_forbidden", loc: ["body", "store"], msg: "Extra inputs are not permitted", input: 1 },
          ],
        },
        "invalid_request_error",
        null,
      ),
      expect: refusedRequest,
    },
    {
      status: 429,
      body: refusal("Rate limit exceeded", "rate_limited", "1300"),
      headers: { "retry-after": "7" },
      expect: { ...limited, retryAfterMs: 7_000 },
    },
    { status: 500, body: refusal("Service unavailable.", "internal_server_error", "3000"), expect: down },
    { status: 503, body: refusal("Service unavailable.", "unreachable_backend", "1100"), expect: down },
  ],
};
