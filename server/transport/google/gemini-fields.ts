import { refusals, type FieldRules } from "../dialect/require-known-fields.ts";

const { cost, state } = refusals;

/** generateContent and streamGenerateContent (https://ai.google.dev/api/generate-content). */
export const generateContentFields: FieldRules = {
  passes: new Set([
    "contents",
    "systemInstruction",
    "tools",
    "toolConfig",
    "safetySettings",
    "generationConfig",
    "labels",
  ]),
  harmless: { serviceTier: "standard", store: false },
  refused: { serviceTier: cost, cachedContent: state, store: state, continuationToken: state },
};

/** What is configured of an answer (https://ai.google.dev/api/generate-content#generationconfig). */
export const generationConfigFields: FieldRules = {
  passes: new Set([
    "stopSequences",
    "responseMimeType",
    "responseSchema",
    "responseJsonSchema",
    "_responseJsonSchema",
    "responseModalities",
    "candidateCount",
    "maxOutputTokens",
    "temperature",
    "topP",
    "topK",
    "seed",
    "presencePenalty",
    "frequencyPenalty",
    "responseLogprobs",
    "logprobs",
    "enableEnhancedCivicAnswers",
    "thinkingConfig",
    "imageConfig",
    "mediaResolution",
  ]),
  refused: { speechConfig: cost, responseFormat: cost, audioTimestamp: cost },
};

/** embedContent, and each request of batchEmbedContents (https://ai.google.dev/api/embeddings). */
export const embedContentFields: FieldRules = {
  passes: new Set(["model", "content", "taskType", "title", "outputDimensionality"]),
  refused: { embedContentConfig: cost },
};
