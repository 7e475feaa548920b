import { Counts, total, unitsOf } from "../../_wire/counts.ts";
import { arrayAt, stringAt } from "../../_wire/json.ts";
import { readingOf, remaindersOf, type UsageReading } from "../../_wire/usage-reading.ts";

const ofModality = (usage: unknown, key: string, modality: string, counts: Counts): number | undefined =>
  total(
    arrayAt(usage, key)
      .filter((detail) => stringAt(detail, "modality") === modality)
      .map((detail) => counts.at(detail, "tokenCount") ?? 0),
  );

/**
 * Usage of Gemini's generateContent. Thoughts lie outside the candidates, tool prompts outside the prompt, the cache
 * inside it. Audio in, and audio or images out, have their own prices; other media are billed as text. Counts of zero
 * are left out of the answer, so that a blocked prompt has no candidates and bills its input alone.
 */
export const readGoogleUsage = (usage: unknown): UsageReading => {
  const counts = new Counts();
  const prompt = counts.at(usage, "promptTokenCount");
  const toolPrompt = counts.at(usage, "toolUsePromptTokenCount");
  const candidates = counts.largest([usage, "candidatesTokenCount"], [usage, "responseTokenCount"]);
  const all = counts.at(usage, "totalTokenCount");
  const cacheRead = counts.at(usage, "cachedContentTokenCount");
  const audio = ofModality(usage, "promptTokensDetails", "AUDIO", counts);
  const cachedAudio = ofModality(usage, "cacheTokensDetails", "AUDIO", counts) ?? 0;
  const inputAudio = audio === undefined ? undefined : Math.max(audio - cachedAudio, 0);
  const outputAudio = ofModality(usage, "candidatesTokensDetails", "AUDIO", counts);
  const outputImage = ofModality(usage, "candidatesTokensDetails", "IMAGE", counts);
  const reasoning = counts.at(usage, "thoughtsTokenCount");
  const { input, output } = remaindersOf(
    {
      input: prompt === undefined ? undefined : prompt + (toolPrompt ?? 0),
      inputParts: [cacheRead, inputAudio],
      output: candidates ?? (all === undefined && prompt !== undefined ? 0 : undefined),
      outputParts: [outputAudio, outputImage],
      reasoning,
      reasoningPlace: "beside",
      total: all,
    },
    counts,
  );
  if (candidates === undefined && prompt !== undefined) counts.notes.delete("incomplete_usage");
  const units = unitsOf({ input, cacheRead, inputAudio, output, reasoning, outputAudio, outputImage });
  return readingOf(units, input !== undefined && output !== undefined, counts);
};

/** Usage of Gemini embeddings: input alone. */
export const readGoogleEmbeddingUsage = (usage: unknown): UsageReading => {
  const counts = new Counts();
  const input = counts.largest([usage, "promptTokenCount"], [usage, "totalTokenCount"]);
  return readingOf(unitsOf({ input }), input !== undefined, counts);
};
