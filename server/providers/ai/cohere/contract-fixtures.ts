import {
  broke,
  down,
  echo,
  expectNotAllowed,
  expectUnknownModel,
  limited,
  refusedKey,
  refusedRequest,
  type DialectFixtures,
} from "../../contract-fixtures.ts";

// Origin: docs.cohere.com/reference/chat, /docs/streaming, /reference/rerank, /reference/embed.
const usage = {
  billed_units: { input_tokens: 12, output_tokens: 9 },
  tokens: { input_tokens: 508, output_tokens: 11 },
  cached_tokens: 480,
};
const whole = (message: object, finish: string, told: unknown = usage) => ({
  id: "c14c80c3-18eb-4519-9460-6c92edd8cfb4",
  finish_reason: finish,
  message: { role: "assistant", ...message },
  usage: told,
});
const said = (type: string, message: unknown, index = 0) => ({ type, index, delta: { message } });
const refusal = (message: string) => ({ id: "8b1a1f3c", message });

export const contractFixtures: DialectFixtures = {
  wire: "cohere",
  models: ["command-a-03-2025", "command-r7b-12-2024"],
  text: "Grüß Gott, sun 🌞",
  units: { input: 12, output: 9 },
  responseModel: undefined,
  answer: whole({ content: [{ type: "text", text: "Grüß Gott, sun 🌞" }] }, "COMPLETE"),
  events: [
    {
      type: "message-start",
      id: "29f14a5a-11de-4cae-9800-25e4747408ea",
      delta: { message: { role: "assistant", content: [], tool_plan: "", tool_calls: [], citations: [] } },
    },
    said("content-start", { content: { type: "text", text: "" } }),
    said("content-delta", { content: { text: "Grüß Gott, " } }),
    said("content-delta", { content: { text: "sun 🌞" } }),
    { type: "content-end", index: 0 },
    { type: "message-end", delta: { finish_reason: "COMPLETE", usage } },
  ],
  contentEvents: 5,
  tail: "data: [DONE]\n\n",
  toolAnswer: whole(
    {
      tool_plan: "I will look it up.",
      tool_calls: [
        { id: "weather_k6qh", type: "function", function: { name: "weather", arguments: '{"city":"Graz"}' } },
      ],
    },
    "TOOL_CALL",
  ),
  oddAnswer: whole({ content: [{ type: "text", text: "x" }] }, "COMPLETE", {
    tokens: { input_tokens: 508, output_tokens: 3 },
  }),
  oddReading: { units: { output: 3 }, final: false, notes: ["incomplete_usage"] },
  errorEvent: { type: "message-end", delta: { finish_reason: "ERROR", error: echo } },
  // Origin: docs.cohere.com/reference/errors.
  errors: [
    { status: 400, body: refusal(echo), expect: refusedRequest },
    {
      status: 400,
      body: refusal(
        "too many tokens: max tokens must be less than or equal to 4096, the maximum output for this model - received 8192.",
      ),
      expect: refusedRequest,
    },
    { status: 401, body: refusal("invalid api token"), expect: refusedKey },
    {
      status: 402,
      body: refusal("Please add or update your payment method at https://dashboard.cohere.com/billing"),
      expect: broke,
    },
    { status: 403, body: refusal(echo), expect: expectNotAllowed },
    {
      status: 404,
      body: refusal(
        "model 'model-x' not found, make sure the correct model ID was used and that you have access to the model.",
      ),
      expect: expectUnknownModel,
    },
    {
      status: 429,
      body: refusal("You are past the per minute request limit, please wait and try again later."),
      headers: { "retry-after": "7" },
      expect: { ...limited, retryAfterMs: 7_000 },
    },
    { status: 500, body: refusal("internal server error, please contact support"), expect: down },
    { status: 503, body: refusal("service unavailable"), expect: down },
  ],
  outputLimit: (body) => [body.max_tokens],
  usageUnasked: true,
  embedding: {
    answer: {
      id: "da6e531f",
      embeddings: {
        float: [
          [0.5, -1],
          [1, 2],
        ],
      },
      texts: ["one", "two"],
      meta: { api_version: { version: "2" }, billed_units: { input_tokens: 4 } },
    },
    units: { input: 4 },
  },
  // `model-x` is none of those that are billed by searches.
  ranking: {
    path: "/v2/rerank",
    body: { model: "model-x", top_n: 2, max_tokens_per_doc: 4_096 },
    answer: {
      id: "07734bd2",
      results: [
        { index: 2, relevance_score: 0.31 },
        { index: 0, relevance_score: 0.98 },
      ],
      meta: { api_version: { version: "2" }, billed_units: { input_tokens: 41 } },
    },
    units: { input: 41 },
  },
};
