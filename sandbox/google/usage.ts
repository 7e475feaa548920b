import type { JsonObject } from "../read-json.ts";
import { listOf, finiteNumberOf, objectOf } from "../read-json.ts";
import { usableUnits } from "../units.ts";
import type { Units } from "../units.ts";

export interface GenerateCounts {
  readonly input: number;
  readonly cached: number;
  readonly inputAudio: number;
  readonly toolUse: number;
  readonly output: number;
  readonly thoughts: number;
}

/** Google's usage object: the prompt includes the cache, candidates exclude thoughts, tool use stands beside both. */
export function generateUsage(counts: GenerateCounts): JsonObject {
  const prompt = counts.input + counts.inputAudio;
  const audio = counts.inputAudio > 0 ? [{ modality: "AUDIO", tokenCount: counts.inputAudio }] : [];
  return {
    promptTokenCount: prompt,
    ...(counts.cached > 0 ? { cachedContentTokenCount: counts.cached } : {}),
    candidatesTokenCount: counts.output,
    ...(counts.toolUse > 0 ? { toolUsePromptTokenCount: counts.toolUse } : {}),
    ...(counts.thoughts > 0 ? { thoughtsTokenCount: counts.thoughts } : {}),
    totalTokenCount: prompt + counts.toolUse + counts.output + counts.thoughts,
    promptTokensDetails: [{ modality: "TEXT", tokenCount: counts.input }, ...audio],
  };
}

function audioOf(details: unknown): unknown {
  const audio = listOf(details)
    .map(objectOf)
    .find((one) => one["modality"] === "AUDIO");
  return audio?.["tokenCount"] ?? 0;
}

/** The disjoint classes in a usage object, or null where a number is unusable. */
export function generateUnits(usage: JsonObject | undefined): Units | null {
  if (usage === undefined || finiteNumberOf(usage["promptTokenCount"]) === undefined) return null;
  const names = ["promptTokenCount", "cachedContentTokenCount", "toolUsePromptTokenCount", "candidatesTokenCount"];
  const counts = [...names.map((name) => usage[name] ?? 0), audioOf(usage["promptTokensDetails"])];
  if (counts.some((one) => typeof one !== "number" || !Number.isInteger(one) || one < 0)) return null;
  const [prompt = 0, cached = 0, toolUse = 0, candidates = 0, audio = 0] = counts.map(Number);
  return usableUnits({
    input: prompt - cached - audio + toolUse,
    cacheRead: cached,
    inputAudio: audio,
    output: candidates,
    reasoning: usage["thoughtsTokenCount"] ?? 0,
  });
}
