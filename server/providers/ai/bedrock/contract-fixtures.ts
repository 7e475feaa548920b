import { EventStreamCodec } from "@smithy/core/event-streams";
import {
  broke,
  down,
  echo,
  expectNotAllowed,
  expectUnknownModel,
  limited,
  plantedKey,
  refusedKey,
  refusedRequest,
  type DialectFixtures,
} from "../../contract-fixtures.ts";

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString("utf8"),
  (text) => Buffer.from(text, "utf8"),
);

/** Events under their names, as messages of a binary stream; what is named an exception is one. */
const encode = (events: readonly unknown[]): Buffer =>
  Buffer.concat(
    events.map((event) => {
      const [name = "", payload] = Object.entries(Object(event) as Record<string, unknown>)[0] ?? [];
      const type = name.endsWith("Exception") ? "exception" : "event";
      return codec.encode({
        headers: {
          ":message-type": { type: "string", value: type },
          [`:${type}-type`]: { type: "string", value: name },
        },
        body: Buffer.from(JSON.stringify(payload)),
      });
    }),
  );

// Origin: docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html, …_ConverseStream.html.
const usage = { inputTokens: 12, outputTokens: 9, totalTokens: 32, cacheReadInputTokens: 8, cacheWriteInputTokens: 3 };
const whole = (content: readonly unknown[], stopReason: string, told: unknown = usage) => ({
  metrics: { latencyMs: 551 },
  output: { message: { role: "assistant", content } },
  stopReason,
  usage: told,
});
const delta = (text: string) => ({ contentBlockDelta: { contentBlockIndex: 0, delta: { text }, p: "abcdefghij" } });
const named = (name: string) => ({
  "x-amzn-errortype": `${name}:http://internal.amazon.com/coral/com.amazon.bedrock/`,
});

export const contractFixtures: DialectFixtures = {
  wire: "bedrock",
  encode,
  credential: { accessKeyId: "AKIDCANARY77BE01", secretAccessKey: plantedKey },
  shows: "AKIDCANARY77BE01",
  headers: { "x-amzn-requestid": "e1f4c1d6-0b7b-4b5b-8f0e-2c1a5d5f3b11" },
  models: ["amazon.nova-lite-v1:0", "amazon.nova-pro-v1:0"],
  reasoner: "openai.gpt-oss-120b-1:0",
  text: "Grüß Gott, sun 🌞",
  units: { input: 12, cacheRead: 8, cacheWrite5m: 3, output: 9 },
  // Converse does not say which model answered.
  responseModel: undefined,
  answer: whole([{ text: "Grüß Gott, sun 🌞" }], "end_turn"),
  events: [
    { messageStart: { role: "assistant", p: "abcd" } },
    delta("Grüß Gott, "),
    delta("sun 🌞"),
    { contentBlockStop: { contentBlockIndex: 0, p: "ab" } },
    { messageStop: { stopReason: "end_turn", p: "abc" } },
    { metadata: { usage, metrics: { latencyMs: 551 }, p: "a" } },
  ],
  contentEvents: 4,
  tail: "",
  toolAnswer: whole(
    [
      { text: "I look." },
      { toolUse: { toolUseId: "tooluse_kZJMlvQmRJ6eAyJE5GIl7Q", name: "weather", input: { city: "Graz" } } },
    ],
    "tool_use",
  ),
  oddAnswer: whole([{ text: "x" }], "end_turn", { inputTokens: -20, outputTokens: 9, totalTokens: -11 }),
  oddReading: { units: { output: 9 }, final: false, notes: ["unusable_count", "incomplete_usage"] },
  errorEvent: { serviceUnavailableException: { message: echo } },
  // Origin: docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html.
  errors: [
    { status: 400, body: { message: echo }, headers: named("ValidationException"), expect: refusedRequest },
    {
      status: 400,
      body: { message: "The provided model identifier is invalid." },
      headers: named("ValidationException"),
      expect: expectUnknownModel,
    },
    { status: 403, body: { message: echo }, headers: named("UnrecognizedClientException"), expect: refusedKey },
    { status: 403, body: { message: echo }, headers: named("ExpiredTokenException"), expect: refusedKey },
    { status: 403, body: { message: echo }, headers: named("AccessDeniedException"), expect: expectNotAllowed },
    { status: 404, body: { message: echo }, headers: named("ResourceNotFoundException"), expect: expectUnknownModel },
    {
      status: 429,
      body: { message: "Too many requests, please wait before trying again." },
      headers: { ...named("ThrottlingException"), "retry-after": "7" },
      expect: { ...limited, retryAfterMs: 7_000 },
    },
    { status: 400, body: { message: echo }, headers: named("ServiceQuotaExceededException"), expect: broke },
    { status: 500, body: { message: echo }, headers: named("InternalServerException"), expect: down },
    { status: 503, body: { message: echo }, headers: named("ServiceUnavailableException"), expect: down },
  ],
  // …/userguide/model-parameters-embed-v4.html; the tokens stand in a header.
  embedding: {
    answer: {
      id: "fa6dbf74-6d51-4a0d-9a9e-8b3c3f6a9a0e",
      response_type: "embeddings_by_type",
      texts: ["a", "b"],
      embeddings: {
        float: [
          [0.5, -1],
          [1, 2],
        ],
      },
    },
    units: null,
  },
  outputLimit: (body) => [(body.inferenceConfig as { maxTokens?: unknown } | undefined)?.maxTokens],
  fetchesNoImages: true,
};
