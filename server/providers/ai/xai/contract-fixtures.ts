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
import { chatFixtures } from "../_openai-chat/chat-fixtures.ts";

// Origin: docs.x.ai/developers/rest-api-reference/inference: what was thought stands beside the completion.
const usage = {
  prompt_tokens: 20,
  completion_tokens: 6,
  total_tokens: 29,
  prompt_tokens_details: { text_tokens: 20, audio_tokens: 0, image_tokens: 0, cached_tokens: 8 },
  completion_tokens_details: {
    reasoning_tokens: 3,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
  num_sources_used: 0,
};
const base = {
  id: "0daf962f-a275-4a3c-839a-047854645532",
  created: 1_760_000_000,
  model: "grok-4.5",
  system_fingerprint: "fp_3a7881249c",
};
const whole = (message: unknown, finish: string, told: unknown = usage) => ({
  ...base,
  object: "chat.completion",
  choices: [{ index: 0, message, finish_reason: finish }],
  usage: told,
});
const chunk = (choices: readonly unknown[], told?: unknown) => ({
  ...base,
  object: "chat.completion.chunk",
  choices,
  ...(told === undefined ? {} : { usage: told }),
});
const delta = (content: unknown, finish?: string) => [
  { index: 0, delta: content, ...(finish === undefined ? {} : { finish_reason: finish }) },
];
// Both members are sentences.
const refusal = (code: string, error: string) => ({ code, error });

export const contractFixtures: DialectFixtures = {
  ...chatFixtures,
  alike: true,
  models: ["grok-4.5", "grok-4.3"],
  reasoner: "grok-4.5",
  units: { input: 12, cacheRead: 8, inputAudio: 0, output: 6, reasoning: 3, outputAudio: 0 },
  responseModel: "grok-4.5",
  answer: whole({ role: "assistant", content: "Grüß Gott, sun 🌞", reasoning_content: "", refusal: null }, "stop"),
  events: [
    chunk(delta({ role: "assistant", content: "" })),
    chunk(delta({ content: "Grüß Gott, " })),
    chunk(delta({ content: "sun 🌞" })),
    chunk(delta({}, "stop")),
    chunk([], usage),
  ],
  toolAnswer: whole(
    {
      role: "assistant",
      content: "",
      tool_calls: [
        { id: "call_19148798", type: "function", function: { name: "weather", arguments: '{"city":"Graz"}' } },
      ],
      refusal: null,
    },
    "tool_calls",
  ),
  // The total has it that the reasoning lies within; what is told beside is believed, at its dearer.
  oddAnswer: whole({ role: "assistant", content: "x" }, "stop", { ...usage, total_tokens: -1 }),
  oddReading: {
    units: { input: 12, cacheRead: 8, inputAudio: 0, output: 6, reasoning: 3, outputAudio: 0 },
    final: true,
    notes: ["unusable_count"],
  },
  errorEvent: { error: { message: echo, type: "server_error", param: null, code: null } },
  // Origin: docs.x.ai/developers/debugging.
  errors: [
    {
      status: 400,
      body: refusal("Client specified an invalid argument", `Argument not supported on this model: stop. ${echo}`),
      expect: refusedRequest,
    },
    {
      status: 400,
      body: refusal(
        "Client specified an invalid argument",
        "Incorrect API key provided: sk***aa. You can obtain an API key from https://console.x.ai.",
      ),
      expect: refusedKey,
    },
    { status: 401, body: refusal("Unauthenticated", echo), expect: refusedKey },
    {
      status: 403,
      body: refusal("The caller does not have permission to execute the specified operation", echo),
      expect: expectNotAllowed,
    },
    {
      status: 404,
      body: refusal(
        "Some requested entity was not found",
        "The model model-x does not exist or your team 16f2151a does not have access to it.",
      ),
      expect: expectUnknownModel,
    },
    {
      status: 429,
      body: refusal("Some resource has been exhausted", "Too many requests."),
      headers: { "retry-after": "7" },
      expect: { ...limited, retryAfterMs: 7_000 },
    },
    {
      status: 429,
      body: refusal(
        "Some resource has been exhausted",
        "Your team 16f2151a-40f4-4a80-8ad0-cae00c27e8dd has either used all available credits or reached its monthly spending limit.",
      ),
      expect: broke,
    },
    { status: 500, body: refusal("Internal error", echo), expect: down },
    { status: 503, body: refusal("The service is currently unavailable", echo), expect: down },
  ],
};
