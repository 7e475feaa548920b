import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anthropicReader } from "./reader-anthropic.ts";
import { googleReader } from "./reader-google.ts";
import { openAiChatReader, openAiEmbeddingReader } from "./reader-openai.ts";
import { SseFramer, type SseFrame } from "./sse-framer.ts";
import { errorBodyOf } from "./vendor-error-body.ts";

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
  ...counts,
];
const usage = shaped(details, fc.oneof(odd, shaped(counts, odd), fc.array(shaped(counts, odd), { maxLength: 3 })));
const document = fc.oneof(
  odd,
  shaped(
    ["usage", "usageMetadata", "message", "choices", "candidates", "delta", "type", "error", "content", "data"],
    fc.oneof(odd, usage, fc.array(usage, { maxLength: 3 })),
  ),
  fc.record({
    type: fc.constantFrom("message", "message_start", "message_delta", "message_stop"),
    usage,
    message: fc.record({ usage }),
    delta: odd,
  }),
);

describe("readers", () => {
  it("take any document, and give plausible integers or nothing", () => {
    fc.assert(
      fc.property(fc.array(document, { maxLength: 5 }), (documents) => {
        for (const open of [openAiChatReader, openAiEmbeddingReader, anthropicReader, googleReader]) {
          const reader = open();
          for (const one of documents) {
            reader.read(one);
            errorBodyOf(one);
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

describe("SseFramer", () => {
  it("gives the same events and bytes however a stream is spelled and cut", () => {
    const piece = fc.constantFrom(
      "data: {}",
      "\n",
      "\n\n",
      "\r\n",
      "\r\n\r\n",
      ": x",
      "event: a\n",
      "data:ü🦊",
      "\r",
      "\r\r",
      "data",
      "\uFEFF",
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 40 }),
        (pieces, sizes) => {
          const bytes = Buffer.from(pieces.join(""));
          const whole = new SseFramer();
          const expected = [...whole.push(bytes), whole.rest()].filter((one) => one !== undefined);
          const cut = new SseFramer();
          const frames = [];
          for (let at = 0, turn = 0; at < bytes.length; turn++) {
            const size = sizes[turn % sizes.length] ?? 1;
            frames.push(...cut.push(bytes.subarray(at, at + size)));
            at += size;
          }
          const got = [...frames, cut.rest()].filter((one) => one !== undefined);
          const eventsOf = (all: readonly SseFrame[]) =>
            all.flatMap(({ data, event }) => (data === undefined ? [] : [{ data, event }]));
          expect(eventsOf(got)).toEqual(eventsOf(expected));
          expect(Buffer.concat(got.map(({ raw }) => raw)).equals(bytes)).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
