import type { NexusOperations } from "../operations.ts";

type Facts = NexusOperations["ai.generateText"]["output"]["nexus"];
type Text = NexusOperations["ai.generateText"]["output"];
type Part = NexusOperations["ai.streamText"]["output"] extends AsyncIterable<infer One> ? One : never;

/** Vectors of tests need to be equal for equal texts, and short. */
const dimensions = 8;

const usageOfText = (input: string, output: string): Text["usage"] => {
  const [inputTokens, outputTokens] = [Math.ceil(input.length / 4), Math.ceil(output.length / 4)];
  return {
    inputTokens,
    outputTokens,
    cachedInputTokens: null,
    reasoningTokens: null,
    units: { input: inputTokens, output: outputTokens },
  };
};

/** What a call says about itself, for a model named `vendor/model`. */
export const factsOf = (requestedModel: string, operationId: string, costNanoUsd: bigint): Facts => {
  const [vendor = "", ...rest] = requestedModel.split("/");
  const model = rest.join("/");
  return {
    operationId,
    vendor,
    model,
    requestedModel,
    credentialTier: "platform_default",
    costNanoUsd: String(costNanoUsd),
    usageSource: "provider",
    attempts: [{ vendor, model, credentialTier: "platform_default", outcome: "answered" }],
  };
};

const testFacts = (): Facts => factsOf("test/model", "019a0000-0000-7000-8000-000000000000", 1_000_000n);

/**
 * A whole answer of a model that says a text.
 *
 * @example
 * test.answer("ai.generateText", textAnswer("Paris"));
 */
export const textAnswer = (text: string, nexus: Facts = testFacts(), asked = ""): Text => ({
  text,
  content: text === "" ? [] : [{ type: "text", text }],
  toolCalls: [],
  finishReason: "stop",
  usage: usageOfText(asked, text),
  warnings: [],
  nexus,
});

type ObjectAnswer = NexusOperations["ai.generateObject"]["output"];

/**
 * A whole answer of a model that gives an object.
 *
 * @example
 * test.answer("ai.generateObject", objectAnswer({ rivers: ["Rhine"] }));
 */
export const objectAnswer = (object: ObjectAnswer["object"], nexus: Facts = testFacts(), asked = ""): ObjectAnswer => {
  const text = JSON.stringify(object);
  return { object, text, finishReason: "stop", usage: usageOfText(asked, text), warnings: [], nexus };
};

/** An answer of text as a stream of its parts. */
export const partsOf = async function* ({
  text,
  finishReason,
  usage,
  warnings,
  nexus,
}: Text): AsyncGenerator<Part, void, void> {
  yield { type: "stream-start", operationId: nexus.operationId, warnings };
  yield { type: "text-start", id: "0" };
  for (const delta of text.match(/\S+\s*|\s+/g) ?? []) yield { type: "text-delta", id: "0", delta };
  yield { type: "text-end", id: "0" };
  yield { type: "finish", finishReason, usage, nexus };
};

const vectorOf = (text: string): number[] =>
  Array.from({ length: dimensions }, (_, at) => {
    let hash = at + 1;
    for (const letter of text) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) | 0;
    return (hash % 1_000) / 1_000;
  });

/** The vectors of texts. */
export const embedAnswer = (values: readonly string[], nexus: Facts): NexusOperations["ai.embed"]["output"] => ({
  embeddings: values.map(vectorOf),
  usage: { ...usageOfText(values.join(""), ""), outputTokens: null },
  nexus,
});

/** The documents in the order in which they came. */
export const rerankAnswer = (
  {
    query,
    documents,
    topN = documents.length,
  }: { query: string; documents: readonly string[]; topN?: number | undefined },
  nexus: Facts,
): NexusOperations["ai.rerank"]["output"] => ({
  ranking: documents.slice(0, topN).map((_document, index) => ({ index, relevanceScore: 1 / (index + 1) })),
  warnings: [],
  usage: { ...usageOfText(query, ""), inputTokens: null, outputTokens: null, units: { search: 1 } },
  nexus,
});

/** Content that no category objects to. */
export const moderateAnswer = (content: string, nexus: Facts): NexusOperations["ai.moderate"]["output"] => ({
  flagged: false,
  categories: {},
  scores: {},
  usage: { ...usageOfText(content, ""), outputTokens: null },
  nexus,
});

/** One pixel, as PNG. */
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** As many images of one pixel as were asked for. */
export const imageAnswer = (
  prompt: string,
  count: number,
  nexus: Facts,
): NexusOperations["ai.generateImage"]["output"] => ({
  images: Array.from({ length: count }, () => ({ mediaType: "image/png", data: pixel })),
  warnings: [],
  usage: {
    ...usageOfText(prompt, ""),
    outputTokens: count,
    units: { input: Math.ceil(prompt.length / 4), outputImage: count },
  },
  nexus,
});

/** A tenth of a second of silence, as a wave of 8,000 samples a second. */
const silence = (): string => {
  const samples = 800;
  const head = ["RIFF", samples + 36, "WAVEfmt ", 16, [1, 1], 8_000, 8_000, [1, 8], "data", samples].map((part) => {
    if (typeof part === "string") return part;
    const [low, high] = Array.isArray(part) ? part : [part % 65_536, Math.floor(part / 65_536)];
    return [low ?? 0, high ?? 0].map((word) => String.fromCharCode(word % 256, Math.floor(word / 256))).join("");
  });
  return btoa(head.join("") + String.fromCharCode(128).repeat(samples));
};

/** Silence, whatever was to be said. */
export const speechAnswer = (text: string, nexus: Facts): NexusOperations["ai.generateSpeech"]["output"] => ({
  audio: { mediaType: "audio/wav", data: silence() },
  warnings: [],
  usage: { ...usageOfText(text, ""), inputTokens: null, outputTokens: null, units: { character: text.length } },
  nexus,
});

/** A sentence, whatever was recorded. */
export const transcriptAnswer = (nexus: Facts): NexusOperations["ai.transcribe"]["output"] => ({
  text: "This is what was said.",
  segments: [{ text: "This is what was said.", startSecond: 0, endSecond: 1 }],
  language: "english",
  durationSeconds: 1,
  warnings: [],
  usage: {
    inputTokens: null,
    outputTokens: null,
    cachedInputTokens: null,
    reasoningTokens: null,
    units: { second: 1 },
  },
  nexus,
});
