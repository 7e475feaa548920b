import type { JsonObject } from "../read-json.ts";
import { finiteNumberOf, objectOf } from "../read-json.ts";
import { usableUnits } from "../units.ts";
import type { Units } from "../units.ts";

export interface ChatCounts {
  readonly input: number;
  readonly cached: number;
  readonly inputAudio: number;
  readonly output: number;
  readonly reasoning: number;
  readonly outputAudio: number;
}

/** OpenAI's usage object: details are parts of their totals. */
export const toChatUsage = (counts: ChatCounts): JsonObject => ({
  prompt_tokens: counts.input + counts.inputAudio,
  completion_tokens: counts.output + counts.reasoning + counts.outputAudio,
  total_tokens: counts.input + counts.inputAudio + counts.output + counts.reasoning + counts.outputAudio,
  prompt_tokens_details: { cached_tokens: counts.cached, audio_tokens: counts.inputAudio },
  completion_tokens_details: {
    reasoning_tokens: counts.reasoning,
    audio_tokens: counts.outputAudio,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
});

/** The disjoint classes in a usage object, or null where a number is unusable. */
export function chatUnits(usage: JsonObject | undefined): Units | null {
  if (usage === undefined) return null;
  const given = objectOf(usage["prompt_tokens_details"]);
  const made = objectOf(usage["completion_tokens_details"]);
  const all = [usage, given, made].flatMap((one) => Object.values(one)).filter((one) => typeof one !== "object");
  if (all.some((one) => typeof one !== "number") || finiteNumberOf(usage["prompt_tokens"]) === undefined) return null;
  const count = (value: unknown) => finiteNumberOf(value) ?? 0;
  return usableUnits({
    input: count(usage["prompt_tokens"]) - count(given["cached_tokens"]) - count(given["audio_tokens"]),
    cacheRead: count(given["cached_tokens"]),
    inputAudio: count(given["audio_tokens"]),
    output: count(usage["completion_tokens"]) - count(made["reasoning_tokens"]) - count(made["audio_tokens"]),
    reasoning: count(made["reasoning_tokens"]),
    outputAudio: count(made["audio_tokens"]),
  });
}

/** The usage object of the responses dialect. */
export const responsesUsage = (counts: Omit<ChatCounts, "outputAudio">): JsonObject => ({
  input_tokens: counts.input,
  input_tokens_details: { cached_tokens: counts.cached },
  output_tokens: counts.output + counts.reasoning,
  output_tokens_details: { reasoning_tokens: counts.reasoning },
  total_tokens: counts.input + counts.output + counts.reasoning,
});

/** The disjoint classes in a responses usage object, or null where a number is unusable. */
export function responsesUnits(usage: JsonObject | undefined): Units | null {
  if (usage === undefined) return null;
  const cached = objectOf(usage["input_tokens_details"])["cached_tokens"] ?? 0;
  const reasoning = objectOf(usage["output_tokens_details"])["reasoning_tokens"] ?? 0;
  const { input_tokens: input, output_tokens: output } = usage;
  if ([input, output, cached, reasoning].some((one) => typeof one !== "number")) return null;
  return usableUnits({
    input: Number(input) - Number(cached),
    cacheRead: cached,
    output: Number(output) - Number(reasoning),
    reasoning,
  });
}
