import { z } from "zod";
import { ModelName } from "../model-name.ts";
import { ModelFacts } from "../nexus-facts.ts";
import { warning } from "./generate-text.ts";
import { providerOptions, text } from "./parts.ts";
import { TokenUsage } from "./token-usage.ts";

/** Input of `ai.transcribe`. */
export const TranscribeInput = z.strictObject({
  model: ModelName,
  audio: z
    .strictObject({
      mediaType: z
        .string()
        .max(128)
        .regex(/^(audio|video)\/[a-z0-9.+-]+$/, { error: "a media type of sound or video, such as audio/mpeg" })
        .describe("IANA media type"),
      data: text(16_000_000).min(1).describe("Base64 without a data: prefix"),
    })
    .describe("The recording; its length is measured, and not taken from anybody's word"),
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/, { error: "a language's ISO code, such as en" })
    .optional()
    .describe("What is spoken, where it is known: ISO 639-1"),
  prompt: text(4_096).optional().describe("Names and words that come up, or what was said before"),
  timestamps: z.enum(["segment", "word"]).optional().describe("When each was said; refused by models that do not tell"),
  providerOptions,
});
export type TranscribeInput = z.infer<typeof TranscribeInput>;

const spoken = z.object({
  text: z.string().describe("What was said"),
  startSecond: z.number().describe("When it begins, counted from the beginning of the recording"),
  endSecond: z.number().describe("When it is over, counted likewise"),
});

export const TranscribeOutput = z.object({
  text: z.string().describe("All that was said"),
  segments: z.array(spoken).describe("Piece by piece, of models that tell when each was said"),
  words: z.array(spoken).optional().describe("Word by word, where that was asked for"),
  language: z.string().nullable().describe("As the vendor names it, where it tells"),
  durationSeconds: z.number().nullable().describe("As the vendor measured it, where it tells"),
  warnings: z.array(warning).describe("Settings that were not carried out as asked"),
  usage: TokenUsage,
  nexus: ModelFacts,
});
export type TranscribeOutput = z.infer<typeof TranscribeOutput>;
