import type { Metered, NativeDialect, ProviderFailure } from "../contracts/provider.ts";
import type { Units } from "../contracts/units.ts";

/** What the exam asks of one dialect. Bodies are ours, shaped after the vendors' documentation named at each. */
export interface DialectFixtures {
  readonly text: string;
  readonly units: Units;
  readonly responseModel: string;
  readonly answer: unknown;
  /** The same answer as the data of events. */
  readonly events: readonly unknown[];
  /** The last of the events before which nothing of the text is missing, but the ending is. */
  readonly contentEvents: number;
  /** The ending that is no JSON. */
  readonly tail: string;
  readonly toolAnswer: unknown;
  /** The answer with usage of which not all can be used, and what is understood of it. */
  readonly oddAnswer: unknown;
  readonly oddReading: Pick<Metered, "units" | "final" | "notes">;
  /** An error in the middle of a stream. */
  readonly errorEvent: unknown;
  readonly errors: readonly VendorErrorFixture[];
  readonly outputLimit: (body: Readonly<Record<string, unknown>>) => readonly unknown[];
  readonly native?: { readonly dialect: NativeDialect; readonly path: string; readonly body: Record<string, unknown> };
  readonly embedding?: { readonly answer: unknown; readonly units: Units | null };
}

interface VendorErrorFixture {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly expect: Partial<ProviderFailure>;
}

/** Echoes of what must never come back in an error: the exam plants both in every request. */
export const plantedKey = "sk-canary-key-5f2d9c71aa03";
export const plantedPrompt = "canary-prompt-77be01: tell me about the weather in Graz";
const echo = `Your key ${plantedKey} and your text "${plantedPrompt}" are not welcome.`;

const refusedRequest = { kind: "refused", code: "PROVIDER_REJECTED", about: "request" } as const;
const refusedKey = { kind: "refused", code: "PROVIDER_AUTH_FAILED", about: "credential" } as const;
const limited = { kind: "refused", code: "PROVIDER_RATE_LIMITED", about: "model" } as const;
const broke = { kind: "refused", code: "PROVIDER_ACCOUNT_EXHAUSTED", about: "credential" } as const;
const notAllowed = { kind: "refused", code: "PROVIDER_REJECTED", about: "route" } as const;
const unknownModel = { kind: "refused", code: "PROVIDER_REJECTED", about: "route" } as const;
const down = { kind: "refused", code: "PROVIDER_UNAVAILABLE", about: "route" } as const;

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
export const openAiChat: DialectFixtures = {
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
    { status: 403, body: openAiError("permission_error", null), expect: notAllowed },
    { status: 404, body: openAiError("invalid_request_error", "model_not_found"), expect: unknownModel },
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
};

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
export const anthropicMessages: DialectFixtures = {
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
    { status: 403, body: anthropicError("permission_error"), expect: notAllowed },
    { status: 404, body: anthropicError("not_found_error"), expect: unknownModel },
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
    body: { model: "alias", messages: [{ role: "user", content: plantedPrompt }], max_tokens: 9_999, future: [1] },
  },
};

const googleError = (code: number, status: string, details: unknown[] = []) => ({
  error: { code, message: echo, status, details },
});
const googleUsage = {
  promptTokenCount: 20,
  cachedContentTokenCount: 8,
  candidatesTokenCount: 6,
  thoughtsTokenCount: 3,
  totalTokenCount: 29,
};
const googleAnswer = (parts: unknown, finishReason: string | undefined, usageMetadata: unknown) => ({
  candidates: [
    { content: { role: "model", parts }, index: 0, ...(finishReason === undefined ? {} : { finishReason }) },
  ],
  usageMetadata,
  modelVersion: "gemini-test-001",
  responseId: "resp-1",
});

// Origin: ai.google.dev/api/generate-content, /api/embeddings, /gemini-api/docs/troubleshooting.
export const googleGenerate: DialectFixtures = {
  text: "Grüß Gott, sun 🌞",
  units: { input: 12, cacheRead: 8, output: 6, reasoning: 3 },
  responseModel: "gemini-test-001",
  answer: googleAnswer([{ text: "Grüß Gott, sun 🌞" }], "STOP", googleUsage),
  events: [
    googleAnswer([{ text: "Grüß Gott, " }], undefined, { promptTokenCount: 20, candidatesTokenCount: 2 }),
    googleAnswer([{ text: "sun 🌞" }], undefined, { promptTokenCount: 20, candidatesTokenCount: 6 }),
    googleAnswer([{ text: "" }], "STOP", googleUsage),
  ],
  contentEvents: 2,
  tail: "",
  toolAnswer: googleAnswer([{ functionCall: { name: "weather", args: { city: "Graz" } } }], "STOP", googleUsage),
  oddAnswer: googleAnswer([{ text: "x" }], "STOP", {
    promptTokenCount: 5,
    cachedContentTokenCount: 50,
    candidatesTokenCount: 1,
  }),
  oddReading: { units: { input: 5, cacheRead: 50, output: 1 }, final: true, notes: ["inconsistent_usage"] },
  errorEvent: googleError(503, "UNAVAILABLE"),
  errors: [
    { status: 400, body: googleError(400, "INVALID_ARGUMENT"), expect: refusedRequest },
    { status: 400, body: googleError(400, "INVALID_ARGUMENT", [{ reason: "API_KEY_INVALID" }]), expect: refusedKey },
    { status: 403, body: googleError(403, "PERMISSION_DENIED"), expect: notAllowed },
    { status: 404, body: googleError(404, "NOT_FOUND"), expect: unknownModel },
    {
      status: 429,
      body: googleError(429, "RESOURCE_EXHAUSTED", [{ retryDelay: "7s" }]),
      expect: { ...limited, retryAfterMs: 7_000 },
    },
    { status: 500, body: googleError(500, "INTERNAL"), expect: down },
    { status: 503, body: googleError(503, "UNAVAILABLE"), expect: down },
    // Whether it is billed is not documented.
    {
      status: 504,
      body: googleError(504, "DEADLINE_EXCEEDED"),
      expect: { kind: "unknown", code: "PROVIDER_TIMEOUT", about: "route" },
    },
  ],
  outputLimit: (body) => [(body.generationConfig as { maxOutputTokens?: unknown } | undefined)?.maxOutputTokens],
  embedding: { answer: { embeddings: [{ values: [0.5, -1] }, { values: [1, 2] }] }, units: null },
};

/** The dialect of every registered AI vendor; the exam fails for a vendor without an entry. */
export const fixturesOf: Readonly<Record<string, DialectFixtures>> = {
  openai: openAiChat,
  anthropic: anthropicMessages,
  google: googleGenerate,
  openrouter: openAiChat,
  ollama: openAiChat,
  vllm: openAiChat,
  compatible: openAiChat,
};
