import type { UnitClass, Units } from "../../contracts/units.ts";

const cached: readonly UnitClass[] = ["cacheRead"];
const prompt: readonly UnitClass[] = [
  "input",
  "cacheRead",
  "cacheWrite5m",
  "cacheWrite1h",
  "cacheWrite30m",
  "cacheWrite12h",
  "inputAudio",
  "inputImage",
  "inputVideo",
];
const completion: readonly UnitClass[] = ["output", "reasoning", "outputAudio", "outputImage"];

const sum = (units: Units, classes: readonly UnitClass[]): number =>
  classes.reduce((total, unitClass) => total + (units[unitClass] ?? 0), 0);

/** OpenAI's usage object, whose totals include the classes that Nexus keeps apart. */
export const chatUsage = (units: Units) => {
  const promptTokens = sum(units, prompt);
  const completionTokens = sum(units, completion);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: sum(units, cached), audio_tokens: units.inputAudio ?? 0 },
    completion_tokens_details: { reasoning_tokens: units.reasoning ?? 0, audio_tokens: units.outputAudio ?? 0 },
  };
};

/** Embeddings have no completion. */
export const embeddingUsage = (units: Units) => {
  const promptTokens = sum(units, prompt);
  return { prompt_tokens: promptTokens, total_tokens: promptTokens };
};

/** Transcripts are billed by the token, or by the second. */
export const transcriptUsage = (units: Units) => {
  if (units.second !== undefined) return { type: "duration" as const, seconds: units.second };
  const inputTokens = sum(units, prompt);
  const outputTokens = sum(units, completion);
  return {
    type: "tokens" as const,
    input_tokens: inputTokens,
    input_token_details: { text_tokens: inputTokens - (units.inputAudio ?? 0), audio_tokens: units.inputAudio ?? 0 },
    output_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
};

/** Of images the details of what went in are always told. */
export const imageUsage = (units: Units) => {
  const inputTokens = sum(units, prompt);
  const outputTokens = sum(units, completion);
  return {
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    input_tokens_details: { text_tokens: inputTokens - (units.inputImage ?? 0), image_tokens: units.inputImage ?? 0 },
  };
};
