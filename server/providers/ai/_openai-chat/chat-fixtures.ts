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

const openAiError = (type: string, code: string | null) => ({ error: { message: echo, type, param: null, code } });
const openAiUsage = {
  prompt_tokens: 20,
  completion_tokens: 9,
  total_tokens: 29,
  prompt_tokens_details: { cached_tokens: 8, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 3, audio_tokens: 0 },
};
const openAiAnswer = (message: unknown, finish: string, usage: unknown) => ({
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1_760_000_000,
  model: "model-2026-01-01",
  choices: [{ index: 0, message, logprobs: null, finish_reason: finish }],
  usage,
  a_field_from_the_future: true,
});
const openAiChunk = (choices: readonly unknown[], usage: unknown = null) => ({
  id: "chatcmpl-1",
  object: "chat.completion.chunk",
  created: 1_760_000_000,
  model: "model-2026-01-01",
  choices,
  usage,
});

// Origin: platform.openai.com/docs/api-reference/chat (object, streaming), /embeddings, /guides/error-codes.
export const chatFixtures: Omit<DialectFixtures, "models"> = {
  wire: "openai",
  text: "Grüß Gott, sun 🌞",
  units: { input: 12, cacheRead: 8, inputAudio: 0, output: 6, reasoning: 3, outputAudio: 0 },
  responseModel: "model-2026-01-01",
  answer: openAiAnswer({ role: "assistant", content: "Grüß Gott, sun 🌞", refusal: null }, "stop", openAiUsage),
  events: [
    openAiChunk([{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }]),
    openAiChunk([{ index: 0, delta: { content: "Grüß Gott, " }, finish_reason: null }]),
    openAiChunk([{ index: 0, delta: { content: "sun 🌞" }, finish_reason: null }]),
    openAiChunk([{ index: 0, delta: {}, finish_reason: "stop" }]),
    openAiChunk([], openAiUsage),
  ],
  contentEvents: 3,
  tail: "data: [DONE]\n\n",
  toolAnswer: openAiAnswer(
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Graz"}' } }],
    },
    "tool_calls",
    openAiUsage,
  ),
  oddAnswer: openAiAnswer({ role: "assistant", content: "x" }, "stop", {
    prompt_tokens: -20,
    completion_tokens: 9,
    total_tokens: -11,
  }),
  oddReading: { units: { output: 9 }, final: false, notes: ["unusable_count", "incomplete_usage"] },
  errorEvent: { error: { message: echo, type: "server_error", param: null, code: null } },
  errors: [
    { status: 400, body: openAiError("invalid_request_error", "unsupported_value"), expect: refusedRequest },
    { status: 401, body: openAiError("invalid_request_error", "invalid_api_key"), expect: refusedKey },
    { status: 403, body: openAiError("permission_error", null), expect: expectNotAllowed },
    { status: 404, body: openAiError("invalid_request_error", "model_not_found"), expect: expectUnknownModel },
    {
      status: 429,
      body: openAiError("requests", "rate_limit_exceeded"),
      headers: { "retry-after": "7" },
      expect: { ...limited, retryAfterMs: 7_000 },
    },
    { status: 429, body: openAiError("insufficient_quota", "insufficient_quota"), expect: broke },
    { status: 500, body: openAiError("server_error", null), expect: down },
    { status: 503, body: openAiError("server_error", "overloaded"), expect: down },
    { status: 200, body: { error: { message: echo, code: 402 } }, expect: broke },
  ],
  outputLimit: (body) => [body.max_tokens, body.max_completion_tokens].filter((limit) => limit !== undefined),
  native: {
    dialect: "openai.chat",
    path: "/chat/completions",
    passes: "openai-beta",
    body: {
      model: "alias",
      messages: [{ role: "user", content: plantedPrompt }],
      max_tokens: 9_999,
      max_completion_tokens: 9_999,
      future: [1],
    },
  },
  embedding: {
    answer: {
      object: "list",
      model: "embedder",
      data: [
        { object: "embedding", index: 0, embedding: [0.5, -1] },
        { object: "embedding", index: 1, embedding: [1, 2] },
      ],
      usage: { prompt_tokens: 4, total_tokens: 4 },
    },
    units: { input: 4 },
  },
  // Origin: docs.vllm.ai/en/latest/serving/openai_compatible_server.html#re-rank-api.
  ranking: {
    path: "/rerank",
    body: { model: "model-x", top_n: 2 },
    answer: {
      id: "rerank-9d2f",
      model: "model-x",
      results: [
        { index: 2, document: { text: "three" }, relevance_score: 0.31 },
        { index: 0, document: { text: "one" }, relevance_score: 0.98 },
      ],
      usage: { prompt_tokens: 41, total_tokens: 41 },
    },
    units: { input: 41 },
  },
};
