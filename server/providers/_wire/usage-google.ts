import type { Units } from "../../contracts/units.ts";
import { countAt, rest, unitsOf, usable } from "./counts.ts";
import { arrayAt, stringAt } from "./json.ts";

const ofModality = (usage: unknown, key: string, modality: string): number | undefined => {
  const counts = arrayAt(usage, key)
    .filter((detail) => stringAt(detail, "modality") === modality)
    .map((detail) => countAt(detail, "tokenCount") ?? 0);
  return counts.length === 0 ? undefined : counts.reduce((total, count) => total + count, 0);
};

/**
 * Usage of Gemini's generateContent. Thoughts lie outside the candidates, tool prompts outside the prompt, the cache
 * inside it. Audio in, and audio or images out, have their own prices; other media are billed as text.
 */
export const googleUnits = (usage: unknown): Units | null =>
  usable(() => {
    const prompt = countAt(usage, "promptTokenCount");
    if (prompt === undefined) return null;
    // A blocked prompt has no candidates and bills its input alone.
    const candidates = countAt(usage, "candidatesTokenCount") ?? 0;
    const toolPrompt = countAt(usage, "toolUsePromptTokenCount") ?? 0;
    const cacheRead = countAt(usage, "cachedContentTokenCount");
    const audio = ofModality(usage, "promptTokensDetails", "AUDIO");
    const inputAudio = audio === undefined ? undefined : rest(audio, ofModality(usage, "cacheTokensDetails", "AUDIO"));
    const outputAudio = ofModality(usage, "candidatesTokensDetails", "AUDIO");
    const outputImage = ofModality(usage, "candidatesTokensDetails", "IMAGE");
    return unitsOf({
      input: rest(prompt + toolPrompt, cacheRead, inputAudio),
      cacheRead,
      inputAudio,
      output: rest(candidates, outputAudio, outputImage),
      reasoning: countAt(usage, "thoughtsTokenCount"),
      outputAudio,
      outputImage,
    });
  });

/** Usage of Gemini embeddings: input alone. */
export const googleEmbeddingUnits = (usage: unknown): Units | null =>
  usable(() => {
    const input = countAt(usage, "promptTokenCount") ?? countAt(usage, "totalTokenCount");
    return input === undefined ? null : { input };
  });
