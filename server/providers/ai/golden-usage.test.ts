import { describe, expect, it } from "vitest";
import type { Units, UnitClass } from "../../contracts/units.ts";
import { anthropicReader } from "./_claude/anthropic-reader.ts";
import { bedrockReader } from "./bedrock/bedrock-reader.ts";
import { cohereReader } from "./cohere/cohere-reader.ts";
import { googleReader } from "./_gemini/google-reader.ts";
import { openAiChatReader } from "./_openai-chat/openai-reader.ts";
import type { Reader } from "../_wire/reader.ts";
import { responsesReader } from "./openai/responses-reader.ts";

/** Test prices in nano-USD per token. */
const prices: { readonly [K in UnitClass]?: bigint } = {
  input: 3_000n,
  cacheRead: 300n,
  cacheWrite5m: 3_750n,
  cacheWrite1h: 6_000n,
  cacheWrite30m: 3_500n,
  cacheWrite12h: 7_000n,
  output: 15_000n,
  reasoning: 15_000n,
  inputAudio: 40_000n,
  outputAudio: 80_000n,
};

const cost = (units: Units | null, at: typeof prices = prices): bigint => {
  if (units === null) throw new Error("no usable units");
  return Object.entries(units).reduce((sum, [name, count]) => {
    const price = at[name as UnitClass];
    if (price === undefined) throw new Error(`no price for ${name}`);
    return sum + BigInt(count) * price;
  }, 0n);
};

const readAll = (reader: Reader, documents: readonly unknown[]) => {
  for (const document of documents) reader.read(document);
  return reader.reading(undefined);
};

const openAiUsage = {
  prompt_tokens: 1000,
  prompt_tokens_details: { cached_tokens: 400, audio_tokens: 100 },
  completion_tokens: 200,
  completion_tokens_details: { reasoning_tokens: 60, audio_tokens: 40 },
};
const responsesUsage = {
  input_tokens: 1000,
  input_tokens_details: {
    cached_tokens: 400,
    cache_write_tokens: 200,
    cache_write_tokens_details: { ttl_30m_tokens: 150, ttl_12h_tokens: 50 },
  },
  output_tokens: 200,
  output_tokens_details: { reasoning_tokens: 60 },
  total_tokens: 1200,
};
const anthropicUsage = {
  input_tokens: 1000,
  cache_read_input_tokens: 400,
  cache_creation_input_tokens: 300,
  cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 100 },
  output_tokens: 200,
  output_tokens_details: { thinking_tokens: 60 },
};
const iterations = {
  input_tokens: 500,
  output_tokens: 100,
  iterations: [
    { type: "compaction", input_tokens: 800, output_tokens: 50 },
    { type: "message", input_tokens: 500, output_tokens: 100 },
    { type: "advisor_message", model: "advisor-1", input_tokens: 200, output_tokens: 30 },
  ],
};
const geminiUsage = {
  promptTokenCount: 1000,
  cachedContentTokenCount: 400,
  toolUsePromptTokenCount: 50,
  candidatesTokenCount: 100,
  thoughtsTokenCount: 60,
};

const converseUsage = {
  inputTokens: 1000,
  cacheReadInputTokens: 400,
  cacheWriteInputTokens: 300,
  outputTokens: 200,
  totalTokens: 1900,
};
const cacheDetails = [
  { ttl: "1h", inputTokens: 100 },
  { ttl: "5m", inputTokens: 200 },
];
const grokUsage = {
  prompt_tokens: 1000,
  prompt_tokens_details: { text_tokens: 1000, image_tokens: 0, cached_tokens: 400 },
  completion_tokens: 100,
  completion_tokens_details: { reasoning_tokens: 60 },
  total_tokens: 1160,
  num_sources_used: 0,
};
const groqUsage = {
  queue_time: 0.04,
  prompt_tokens: 1000,
  prompt_tokens_details: { cached_tokens: 400 },
  completion_tokens: 200,
  completion_tokens_details: { reasoning_tokens: 60 },
  total_tokens: 1200,
  total_time: 0.5,
};
const mistralUsage = {
  prompt_tokens: 1000,
  num_cached_tokens: 400,
  completion_tokens: 200,
  total_tokens: 1200,
};

const cohereUsage = {
  billed_units: { input_tokens: 1000, output_tokens: 200 },
  tokens: { input_tokens: 1496, output_tokens: 203 },
  cached_tokens: 1280,
};

const anthropicStream = (usage: Readonly<Record<string, unknown>>): unknown[] => [
  { type: "message_start", message: { id: "m", model: "claude", usage: { ...usage, output_tokens: 1 } } },
  { type: "message_delta", delta: { stop_reason: "end_turn" }, usage },
  { type: "message_stop" },
];

interface GoldenRow {
  readonly name: string;
  readonly reader: () => Reader;
  readonly answer: readonly unknown[];
  readonly stream: readonly unknown[];
  readonly units: Units;
  readonly nanoUsd: bigint;
}

const rows: readonly GoldenRow[] = [
  {
    name: "OpenAI chat",
    reader: openAiChatReader,
    answer: [{ usage: openAiUsage, choices: [{ message: { content: "a" }, finish_reason: "stop" }] }],
    stream: [
      { choices: [{ delta: { content: "a" } }], usage: null },
      { choices: [{ delta: {}, finish_reason: "stop" }], usage: null },
      { choices: [], usage: openAiUsage },
    ],
    units: { input: 500, cacheRead: 400, inputAudio: 100, output: 100, reasoning: 60, outputAudio: 40 },
    nanoUsd: 11_220_000n,
  },
  {
    name: "OpenAI responses with cache writes of both lengths",
    reader: responsesReader,
    answer: [{ object: "response", usage: responsesUsage, output: [] }],
    stream: [
      { type: "response.created", response: { id: "resp_1", usage: null } },
      { type: "response.output_text.delta", delta: "a" },
      { type: "response.completed", response: { id: "resp_1", usage: responsesUsage, output: [] } },
    ],
    units: { input: 400, cacheRead: 400, cacheWrite30m: 150, cacheWrite12h: 50, output: 140, reasoning: 60 },
    nanoUsd: 5_195_000n,
  },
  {
    name: "Anthropic with cache and thinking",
    reader: anthropicReader,
    answer: [{ type: "message", usage: anthropicUsage, content: [], stop_reason: "end_turn" }],
    stream: anthropicStream(anthropicUsage),
    units: { input: 1000, cacheRead: 400, cacheWrite5m: 200, cacheWrite1h: 100, output: 140, reasoning: 60 },
    nanoUsd: 7_470_000n,
  },
  {
    name: "Anthropic cumulative deltas, the last wins",
    reader: anthropicReader,
    answer: [
      { type: "message", usage: { input_tokens: 1000, cache_read_input_tokens: 400, output_tokens: 200 }, content: [] },
    ],
    stream: [
      {
        type: "message_start",
        message: { usage: { input_tokens: 1000, cache_read_input_tokens: 400, output_tokens: 1 } },
      },
      { type: "message_delta", delta: {}, usage: { output_tokens: 120 } },
      { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 200 } },
      { type: "message_stop" },
    ],
    units: { input: 1000, cacheRead: 400, output: 200 },
    nanoUsd: 6_120_000n,
  },
  {
    name: "Anthropic iterations",
    reader: anthropicReader,
    answer: [{ type: "message", usage: iterations, content: [] }],
    stream: anthropicStream(iterations),
    units: { input: 1300, output: 150 },
    nanoUsd: 6_150_000n,
  },
  {
    name: "Gemini",
    reader: googleReader,
    answer: [{ candidates: [{ finishReason: "STOP" }], usageMetadata: geminiUsage }],
    stream: [
      {
        candidates: [{ content: { parts: [{ text: "a" }] } }],
        usageMetadata: { promptTokenCount: 1000, candidatesTokenCount: 1 },
      },
      { candidates: [{ finishReason: "STOP" }], usageMetadata: geminiUsage },
    ],
    units: { input: 650, cacheRead: 400, output: 100, reasoning: 60 },
    nanoUsd: 4_470_000n,
  },
  {
    name: "Bedrock Converse: input leaves out the cache, writes are for five minutes",
    reader: bedrockReader,
    answer: [{ output: { message: { content: [{ text: "a" }] } }, stopReason: "end_turn", usage: converseUsage }],
    stream: [
      { contentBlockDelta: { contentBlockIndex: 0, delta: { text: "a" } } },
      { messageStop: { stopReason: "end_turn" } },
      { metadata: { usage: converseUsage } },
    ],
    units: { input: 1000, cacheRead: 400, cacheWrite5m: 300, output: 200 },
    nanoUsd: 7_245_000n,
  },
  {
    name: "Bedrock Converse with writes for an hour",
    reader: bedrockReader,
    answer: [{ stopReason: "end_turn", usage: { ...converseUsage, cacheDetails } }],
    stream: [{ messageStop: { stopReason: "end_turn" } }, { metadata: { usage: { ...converseUsage, cacheDetails } } }],
    units: { input: 1000, cacheRead: 400, cacheWrite5m: 200, cacheWrite1h: 100, output: 200 },
    nanoUsd: 7_470_000n,
  },
  {
    name: "xAI chat: reasoning stands beside the completion, streamed too",
    reader: () => openAiChatReader({ reasoningPlace: "beside" }),
    answer: [{ usage: grokUsage, choices: [{ message: { content: "a" }, finish_reason: "stop" }] }],
    stream: [
      { choices: [{ delta: { content: "a" } }] },
      { choices: [{ delta: {}, finish_reason: "stop" }] },
      { choices: [], usage: grokUsage },
    ],
    units: { input: 600, cacheRead: 400, output: 100, reasoning: 60 },
    nanoUsd: 4_320_000n,
  },
  {
    name: "Groq: usage in the ending of a stream, times beside the counts",
    reader: () => openAiChatReader({ reasoningPlace: "inside" }),
    answer: [{ usage: groqUsage, choices: [{ message: { content: "a" }, finish_reason: "stop" }] }],
    stream: [
      { choices: [{ delta: { content: "a" } }], x_groq: { id: "req_1" } },
      { choices: [{ delta: {}, finish_reason: "stop" }], x_groq: { id: "req_1", usage: groqUsage } },
    ],
    units: { input: 600, cacheRead: 400, output: 140, reasoning: 60 },
    nanoUsd: 4_920_000n,
  },
  {
    name: "Mistral: cached tokens beside the total, thinking within the completion",
    reader: () => openAiChatReader({ reasoningPlace: "inside" }),
    answer: [{ usage: mistralUsage, choices: [{ message: { content: "a" }, finish_reason: "stop" }] }],
    stream: [
      { choices: [{ delta: { content: "a" } }] },
      { choices: [{ delta: {}, finish_reason: "stop" }], usage: mistralUsage },
    ],
    units: { input: 600, cacheRead: 400, output: 200 },
    nanoUsd: 4_920_000n,
  },
  {
    name: "Cohere: billed units, beside tokens that count its preamble",
    reader: cohereReader,
    answer: [{ finish_reason: "COMPLETE", message: { content: [] }, usage: cohereUsage }],
    stream: [
      { type: "content-delta", delta: { message: { content: { text: "a" } } } },
      { type: "message-end", delta: { finish_reason: "COMPLETE", usage: cohereUsage } },
    ],
    units: { input: 1000, output: 200 },
    nanoUsd: 6_000_000n,
  },
  {
    name: "explicit zeros",
    reader: openAiChatReader,
    answer: [{ usage: { prompt_tokens: 0, completion_tokens: 0 }, choices: [{ message: {}, finish_reason: "stop" }] }],
    stream: [
      { choices: [{ delta: {}, finish_reason: "stop" }] },
      { choices: [], usage: { prompt_tokens: 0, completion_tokens: 0 } },
    ],
    units: { input: 0, output: 0 },
    nanoUsd: 0n,
  },
];

describe("golden table", () => {
  describe.each(rows)("$name", ({ reader, answer, stream, units, nanoUsd }) => {
    it.each([
      ["unstreamed", answer],
      ["streamed", stream],
    ])("%s", (_road, documents) => {
      const reading = readAll(reader(), documents);
      expect(reading.units).toEqual(units);
      expect(cost(reading.units)).toBe(nanoUsd);
      expect(reading).toMatchObject({ final: true, complete: true });
    });
  });

  it("Anthropic's advisor is a line of its own, at its own prices", () => {
    const { further } = readAll(anthropicReader(), anthropicStream(iterations));
    expect(further).toEqual([{ responseModel: "advisor-1", units: { input: 200, output: 30 } }]);
    expect(cost(further?.[0]?.units ?? null, { input: 1_000n, output: 5_000n })).toBe(350_000n);
  });

  it.each([
    [200_000, { input: 1_250n, output: 10_000n }, 250_010_000n],
    [200_001, { input: 2_500n, output: 15_000n }, 500_017_500n],
  ])("gemini-2.5-pro with %i tokens in", (promptTokenCount, at, nanoUsd) => {
    const usageMetadata = { promptTokenCount, candidatesTokenCount: 1 };
    const { units } = readAll(googleReader(), [{ candidates: [{ finishReason: "STOP" }], usageMetadata }]);
    expect(cost(units, at)).toBe(nanoUsd);
  });

  it("OpenRouter's own cost is its bill", () => {
    const usage = { prompt_tokens: 10, completion_tokens: 5, cost: 0.0123 };
    const told = readAll(openAiChatReader({ tellsCost: true }), [{ usage, choices: [] }]);
    expect(told).toMatchObject({ units: { input: 10, output: 5 }, rawUsage: usage, vendorCostNanos: 12_300_000n });
    expect(readAll(openAiChatReader(), [{ usage, choices: [] }]).vendorCostNanos).toBeUndefined();
  });
});

it("absent usage gives neither units nor a raw object", () => {
  for (const reader of [openAiChatReader(), responsesReader(), anthropicReader(), googleReader()]) {
    expect(readAll(reader, [{}, null, [], "x", { usage: null }])).toMatchObject({
      units: null,
      rawUsage: undefined,
      final: false,
    });
  }
});
