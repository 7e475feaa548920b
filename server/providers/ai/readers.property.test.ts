import * as fc from "fast-check";
import { describe, it } from "vitest";
import { anthropicErrors } from "./_claude/anthropic-errors.ts";
import { anthropicReader } from "./_claude/anthropic-reader.ts";
import { bedrockErrors } from "./bedrock/bedrock-errors.ts";
import { bedrockReader } from "./bedrock/bedrock-reader.ts";
import { googleErrors } from "./_gemini/google-errors.ts";
import { googleReader } from "./_gemini/google-reader.ts";
import { chatErrors } from "./_openai-chat/chat-errors.ts";
import { openAiChatReader, openAiEmbeddingReader } from "./_openai-chat/openai-reader.ts";
import { transcriptionDialect, transcriptionEvents } from "./openai/transcription-dialect.ts";
import { errorBodyOf } from "../_wire/vendor-error-body.ts";

const odd = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(-1, 0, 1, 1.5, 1e15, Number.POSITIVE_INFINITY, Number.NaN, "5", null, [], {}),
);
const shaped = (keys: readonly string[], value: fc.Arbitrary<unknown>) =>
  fc.dictionary(fc.constantFrom(...keys), value);

const counts = [
  "prompt_tokens",
  "completion_tokens",
  "cached_tokens",
  "input_tokens",
  "output_tokens",
  "promptTokenCount",
  "inputTokens",
  "cacheWriteInputTokens",
  "candidatesTokenCount",
  "tokenCount",
  "type",
];
const details = [
  "prompt_tokens_details",
  "completion_tokens_details",
  "cache_creation",
  "iterations",
  "promptTokensDetails",
  "server_tool_use",
  "cacheDetails",
  ...counts,
];
const usage = shaped(details, fc.oneof(odd, shaped(counts, odd), fc.array(shaped(counts, odd), { maxLength: 3 })));
const document = fc.oneof(
  odd,
  shaped(
    [
      "usage",
      "usageMetadata",
      "metadata",
      "output",
      "message",
      "choices",
      "candidates",
      "delta",
      "type",
      "error",
      "content",
      "data",
    ],
    fc.oneof(odd, usage, fc.array(usage, { maxLength: 3 })),
  ),
  fc.record({
    type: fc.constantFrom("message", "message_start", "message_delta", "message_stop"),
    usage,
    message: fc.record({ usage }),
    delta: odd,
  }),
);

const vendors = [
  [openAiChatReader, chatErrors],
  [openAiEmbeddingReader, chatErrors],
  [anthropicReader, anthropicErrors],
  [googleReader, googleErrors],
  [bedrockReader, bedrockErrors],
  [() => transcriptionDialect.reader(1), chatErrors],
  [() => transcriptionEvents.reader(1), chatErrors],
] as const;

describe("readers", () => {
  it("take any document, and give plausible integers or nothing", () => {
    fc.assert(
      fc.property(fc.array(document, { maxLength: 5 }), (documents) => {
        for (const [open, rules] of vendors) {
          const reader = open();
          for (const one of documents) {
            reader.read(one);
            errorBodyOf(one, rules);
          }
          const { units, further = [], deliveredBytes } = reader.reading(undefined);
          for (const line of [units, ...further.map((one) => one.units)]) {
            if (!Object.values(line ?? {}).every((count) => Number.isSafeInteger(count) && count >= 0)) return false;
          }
          if (deliveredBytes < 0) return false;
        }
        return true;
      }),
      { numRuns: 300 },
    );
  });
});
