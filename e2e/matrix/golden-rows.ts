import type { FaultRule } from "../../sandbox/script.ts";
import type { UnitClass, Units } from "../../server/contracts/units.ts";
import type { MatrixCall, MatrixDoor } from "./matrix-table.ts";

/** Nano-USD a token, whatever vendors ask: what is shown is the arithmetic from the wire to the ledger. */
export const goldenPrices: { readonly [K in UnitClass]?: bigint } = {
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
  inputImage: 8_000n,
  outputImage: 120_000n,
};

/** What a vendor tells of a call, and what the ledger says of it. */
export interface GoldenRow {
  readonly name: string;
  /** As the sandbox is told, in the vendor's own fields. */
  readonly usage: Readonly<Record<string, unknown>>;
  readonly model: string;
  /** Who of the sandbox speaks the vendor's wire, where that is not the vendor's name. */
  readonly wire?: FaultRule["vendor"];
  /** The wire's path, where a vendor has several. */
  readonly path?: string;
  readonly calls?: readonly MatrixCall[];
  /** What is asked in place of the matrix's own question. */
  readonly prompt?: string;
  /** Doors whose callers the vendor answers in another form, with usage of another shape. */
  readonly elsewhere?: readonly MatrixDoor[];
  /** Beside the golden ones. */
  readonly prices?: typeof goldenPrices;
  readonly how?: FaultRule["faults"];
  readonly units: Units;
  readonly nanos: bigint;
}

const claudeUsage = {
  input_tokens: 1_000,
  cache_read_input_tokens: 400,
  cache_creation_input_tokens: 300,
  cache_creation: {
    ephemeral_5m_input_tokens: 200,
    ephemeral_1h_input_tokens: 100,
  },
  output_tokens: 200,
  output_tokens_details: { thinking_tokens: 60 },
};
const converseCounts = { inputTokens: 1_000, outputTokens: 200, totalTokens: 1_900 };
const converseUsage = { ...converseCounts, cacheReadInputTokens: 400, cacheWriteInputTokens: 300 };

export const goldenRows: readonly GoldenRow[] = [
  {
    name: "OpenAI chat: cached, heard, thought and said",
    model: "openai/gpt-4o-mini",
    path: "/chat/completions",
    elsewhere: ["OpenAI Responses", "the same in the background"],
    usage: {
      prompt_tokens: 1_000,
      prompt_tokens_details: { cached_tokens: 400, audio_tokens: 100 },
      completion_tokens: 200,
      completion_tokens_details: { reasoning_tokens: 60, audio_tokens: 40 },
      total_tokens: 1_200,
    },
    units: {
      input: 500,
      cacheRead: 400,
      inputAudio: 100,
      output: 100,
      reasoning: 60,
      outputAudio: 40,
    },
    nanos: 11_220_000n,
  },
  {
    name: "OpenAI chat: an answer that is spoken, its sound apart from its words",
    model: "openai/gpt-audio",
    path: "/chat/completions",
    calls: ["answerAloud", "streamAloud"],
    usage: {
      prompt_tokens: 1_000,
      prompt_tokens_details: { cached_tokens: 400, audio_tokens: 100 },
      completion_tokens: 540,
      completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 370 },
      total_tokens: 1_540,
    },
    units: { input: 500, cacheRead: 400, inputAudio: 100, output: 170, outputAudio: 370 },
    nanos: 1_500_000n + 120_000n + 4_000_000n + 2_550_000n + 29_600_000n,
  },
  {
    name: "OpenAI chat: an answer that is spoken, whose sound is not told apart",
    model: "openai/gpt-audio-mini",
    path: "/chat/completions",
    calls: ["answerAloud", "streamAloud"],
    usage: { prompt_tokens: 1_000, completion_tokens: 540, total_tokens: 1_540 },
    units: { input: 1_000, outputAudio: 540 },
    nanos: 3_000_000n + 43_200_000n,
  },
  {
    name: "OpenAI responses: cache writes of both lengths",
    model: "openai/gpt-5.1-codex",
    path: "/responses",
    usage: {
      input_tokens: 1_000,
      input_tokens_details: {
        cached_tokens: 400,
        cache_write_tokens: 200,
        cache_write_tokens_details: { ttl_30m_tokens: 150, ttl_12h_tokens: 50 },
      },
      output_tokens: 200,
      output_tokens_details: { reasoning_tokens: 60 },
      total_tokens: 1_200,
    },
    units: {
      input: 400,
      cacheRead: 400,
      cacheWrite30m: 150,
      cacheWrite12h: 50,
      output: 140,
      reasoning: 60,
    },
    nanos: 5_195_000n,
  },
  {
    name: "Anthropic: cache read, written for both lengths, and thinking",
    model: "anthropic/claude-sonnet-4-5",
    usage: claudeUsage,
    units: {
      input: 1_000,
      cacheRead: 400,
      cacheWrite5m: 200,
      cacheWrite1h: 100,
      output: 140,
      reasoning: 60,
    },
    nanos: 7_470_000n,
  },
  {
    name: "Anthropic: usage that is told as it grows, of which the last counts",
    model: "anthropic/claude-sonnet-4-5",
    usage: {
      input_tokens: 1_000,
      cache_read_input_tokens: 400,
      output_tokens: 200,
    },
    how: [{ name: "usage-cumulative" }],
    units: { input: 1_000, cacheRead: 400, output: 200 },
    nanos: 6_120_000n,
  },
  {
    name: "Anthropic: iterations, of which the advisor's is a line at its own prices",
    model: "anthropic/claude-sonnet-4-5",
    usage: {
      input_tokens: 500,
      output_tokens: 100,
      iterations: [
        { type: "compaction", input_tokens: 800, output_tokens: 50 },
        { type: "message", input_tokens: 500, output_tokens: 100 },
        {
          type: "advisor_message",
          model: "claude-haiku-4-5",
          input_tokens: 200,
          output_tokens: 30,
        },
      ],
    },
    units: { input: 1_300, output: 150 },
    nanos: 6_150_000n + 350_000n,
  },
  {
    name: "Gemini: thoughts beside the answer, tools beside the prompt",
    model: "google/gemini-2.5-flash",
    usage: {
      promptTokenCount: 1_000,
      cachedContentTokenCount: 400,
      toolUsePromptTokenCount: 50,
      candidatesTokenCount: 100,
      thoughtsTokenCount: 60,
    },
    units: { input: 650, cacheRead: 400, output: 100, reasoning: 60 },
    nanos: 4_470_000n,
  },
  {
    name: "Gemini: sound and images among prompt and answer",
    model: "google/gemini-2.5-flash",
    usage: {
      promptTokenCount: 1_000,
      promptTokensDetails: [{ modality: "AUDIO", tokenCount: 100 }],
      candidatesTokenCount: 140,
      candidatesTokensDetails: [{ modality: "IMAGE", tokenCount: 40 }],
    },
    units: { input: 900, inputAudio: 100, output: 100, outputImage: 40 },
    nanos: 2_700_000n + 4_000_000n + 1_500_000n + 4_800_000n,
  },
  {
    name: "Bedrock Converse: writes are for five minutes",
    model: "bedrock/amazon.nova-lite-v1:0",
    usage: converseUsage,
    units: { input: 1_000, cacheRead: 400, cacheWrite5m: 300, output: 200 },
    nanos: 7_245_000n,
  },
  {
    name: "Bedrock Converse: a part of the writes for an hour",
    model: "bedrock/amazon.nova-lite-v1:0",
    usage: {
      ...converseUsage,
      cacheDetails: [
        { ttl: "1h", inputTokens: 100 },
        { ttl: "5m", inputTokens: 200 },
      ],
    },
    units: {
      input: 1_000,
      cacheRead: 400,
      cacheWrite5m: 200,
      cacheWrite1h: 100,
      output: 200,
    },
    nanos: 7_470_000n,
  },
  {
    name: "xAI: thoughts beside the completion",
    model: "xai/grok-4.5",
    usage: {
      prompt_tokens: 1_000,
      prompt_tokens_details: {
        text_tokens: 1_000,
        image_tokens: 0,
        cached_tokens: 400,
      },
      completion_tokens: 100,
      completion_tokens_details: { reasoning_tokens: 60 },
      total_tokens: 1_160,
    },
    units: { input: 600, cacheRead: 400, output: 100, reasoning: 60 },
    nanos: 4_320_000n,
  },
  {
    name: "Mistral: cached tokens beside the total",
    model: "mistral/mistral-small-2603",
    usage: {
      prompt_tokens: 1_000,
      num_cached_tokens: 400,
      completion_tokens: 200,
      total_tokens: 1_200,
    },
    units: { input: 600, cacheRead: 400, output: 200 },
    nanos: 4_920_000n,
  },
  {
    name: "Cohere: what is billed, not what is counted",
    model: "cohere/command-r-08-2024",
    usage: { billed_units: { input_tokens: 1_000, output_tokens: 200 }, tokens: { input_tokens: 1_496 } },
    units: { input: 1_000, output: 200 },
    nanos: 6_000_000n,
  },
  {
    name: "Cohere: searches",
    model: "cohere/rerank-v3.5",
    calls: ["rerank"],
    usage: { search_units: 1 },
    units: { search: 1 },
    nanos: 2_000_000n,
  },
  {
    name: "OpenAI: a search for every request, beside its tokens",
    model: "openai/gpt-4o-search-preview",
    path: "/chat/completions",
    usage: {
      prompt_tokens: 1_000,
      completion_tokens: 200,
      total_tokens: 1_200,
    },
    prices: { request: 25_000_000n },
    units: { input: 1_000, output: 200 },
    nanos: 3_000_000n + 3_000_000n + 25_000_000n,
  },
  {
    name: "OpenAI responses: two searches of the web, beside the tokens that were read",
    model: "openai/gpt-5.1",
    path: "/responses",
    calls: ["searchText", "streamSearch"],
    prompt: "Where is the station? [[searches:2]]",
    usage: {
      input_tokens: 1_000,
      input_tokens_details: { cached_tokens: 400 },
      output_tokens: 200,
      output_tokens_details: { reasoning_tokens: 60 },
      total_tokens: 1_200,
    },
    prices: { search: 10_000_000n },
    units: { input: 600, cacheRead: 400, output: 140, reasoning: 60, search: 2 },
    nanos: 1_800_000n + 120_000n + 3_000_000n + 20_000_000n,
  },
  {
    name: "OpenAI responses: what a small model reads of the web is a block for each search",
    model: "openai/gpt-4.1-mini",
    path: "/responses",
    calls: ["searchText", "streamSearch"],
    usage: { input_tokens: 1_000, output_tokens: 200, total_tokens: 1_200 },
    prices: { search: 10_000_000n },
    units: { input: 9_000, output: 200, search: 1 },
    nanos: 27_000_000n + 3_000_000n + 10_000_000n,
  },
  {
    name: "Anthropic: two searches of the web, and what was found written to the cache",
    model: "anthropic/claude-sonnet-4-5",
    calls: ["searchText", "streamSearch"],
    usage: {
      input_tokens: 1_000,
      cache_read_input_tokens: 400,
      cache_creation_input_tokens: 200,
      cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 0 },
      output_tokens: 200,
      server_tool_use: { web_search_requests: 2, web_fetch_requests: 0 },
    },
    prices: { search: 10_000_000n },
    units: { input: 1_000, cacheRead: 400, cacheWrite5m: 200, output: 200, search: 2 },
    nanos: 3_000_000n + 120_000n + 750_000n + 3_000_000n + 20_000_000n,
  },
  {
    name: "Gemini: a prompt that was grounded, however often it searched",
    model: "google/gemini-2.5-flash",
    calls: ["searchText", "streamSearch"],
    prompt: "Where is the station? [[searches:3]]",
    usage: {
      promptTokenCount: 1_000,
      toolUsePromptTokenCount: 500,
      candidatesTokenCount: 100,
      thoughtsTokenCount: 60,
      totalTokenCount: 1_660,
    },
    prices: { search: 35_000_000n },
    units: { input: 1_500, output: 100, reasoning: 60, search: 1 },
    nanos: 4_500_000n + 1_500_000n + 900_000n + 35_000_000n,
  },
  {
    name: "OpenAI images: text and images among the input",
    model: "openai/gpt-image-1-mini",
    calls: ["generateImage", "editImage", "streamImage"],
    usage: {
      input_tokens: 14,
      input_tokens_details: { text_tokens: 4, image_tokens: 10 },
      output_tokens: 200,
      total_tokens: 214,
    },
    units: { input: 4, inputImage: 10, outputImage: 200 },
    nanos: 12_000n + 80_000n + 24_000_000n,
  },
  {
    name: "OpenAI transcripts: sound and text among the input",
    model: "openai/gpt-4o-mini-transcribe",
    calls: ["transcribe", "streamTranscript"],
    usage: {
      type: "tokens",
      input_tokens: 10,
      input_token_details: { text_tokens: 2, audio_tokens: 8 },
      output_tokens: 5,
      total_tokens: 15,
    },
    units: { input: 2, inputAudio: 8, output: 5 },
    nanos: 6_000n + 320_000n + 75_000n,
  },
  {
    name: "OpenRouter: its own cost, whatever the counts say",
    model: "openrouter/openai/gpt-4o-mini",
    wire: "compatible",
    usage: {
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 15,
      cost: 0.0123,
    },
    units: { input: 10, output: 5 },
    nanos: 12_300_000n,
  },
];
