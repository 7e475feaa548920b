import {
  echo,
  refusedRequest,
  refusedKey,
  limited,
  broke,
  expectNotAllowed,
  expectUnknownModel,
  down,
  plantedPrompt,
  type DialectFixtures,
} from "../../contract-fixtures.ts";

const anthropicError = (type: string) => ({ type: "error", error: { type, message: echo }, request_id: "req_011" });
const anthropicUsage = {
  input_tokens: 12,
  cache_creation_input_tokens: 5,
  cache_read_input_tokens: 8,
  cache_creation: { ephemeral_5m_input_tokens: 5, ephemeral_1h_input_tokens: 0 },
  output_tokens: 9,
  service_tier: "standard",
};
const anthropicAnswer = (content: unknown, stop: string, usage: unknown) => ({
  id: "msg_01",
  type: "message",
  role: "assistant",
  model: "claude-test-20260101",
  content,
  stop_reason: stop,
  stop_sequence: null,
  usage,
});

// Origin: docs.anthropic.com/en/api/messages, /messages-streaming, /errors.
export const contractFixtures: DialectFixtures = {
  wire: "anthropic",
  models: ["claude-sonnet-4-5", "claude-haiku-4-5"],
  reasoner: "claude-sonnet-4-5",
  text: "Grüß Gott, sun 🌞",
  units: { input: 12, cacheRead: 8, cacheWrite5m: 5, cacheWrite1h: 0, output: 9 },
  responseModel: "claude-test-20260101",
  answer: anthropicAnswer([{ type: "text", text: "Grüß Gott, sun 🌞" }], "end_turn", anthropicUsage),
  events: [
    {
      type: "message_start",
      message: { ...anthropicAnswer([], "end_turn", { ...anthropicUsage, output_tokens: 1 }), stop_reason: null },
    },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "ping" },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Grüß Gott, " } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "sun 🌞" } },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 9 } },
    { type: "message_stop" },
  ],
  contentEvents: 5,
  tail: "",
  toolAnswer: anthropicAnswer(
    [{ type: "tool_use", id: "call_1", name: "weather", input: { city: "Graz" } }],
    "tool_use",
    anthropicUsage,
  ),
  oddAnswer: anthropicAnswer([{ type: "text", text: "x" }], "end_turn", { input_tokens: 12, output_tokens: 9.5 }),
  oddReading: { units: { input: 12 }, final: false, notes: ["unusable_count", "incomplete_usage"] },
  errorEvent: anthropicError("overloaded_error"),
  errors: [
    { status: 400, body: anthropicError("invalid_request_error"), expect: refusedRequest },
    { status: 401, body: anthropicError("authentication_error"), expect: refusedKey },
    { status: 402, body: anthropicError("billing_error"), expect: broke },
    { status: 403, body: anthropicError("permission_error"), expect: expectNotAllowed },
    { status: 404, body: anthropicError("not_found_error"), expect: expectUnknownModel },
    { status: 413, body: anthropicError("request_too_large"), expect: refusedRequest },
    {
      status: 429,
      body: anthropicError("rate_limit_error"),
      headers: { "retry-after": "7", "request-id": "req_9" },
      expect: { ...limited, retryAfterMs: 7_000, vendorRequestId: "req_9" },
    },
    { status: 500, body: anthropicError("api_error"), expect: down },
    { status: 529, body: anthropicError("overloaded_error"), expect: down },
  ],
  outputLimit: (body) => [body.max_tokens].filter((limit) => limit !== undefined),
  native: {
    dialect: "anthropic.messages",
    path: "/messages",
    passes: "anthropic-beta",
    body: { model: "alias", messages: [{ role: "user", content: plantedPrompt }], max_tokens: 9_999, future: [1] },
  },
};
