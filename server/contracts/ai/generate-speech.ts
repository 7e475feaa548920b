import { z } from "zod";
import { ModelName } from "../model-name.ts";
import { ModelFacts } from "../nexus-facts.ts";
import { warning } from "./generate-text.ts";
import { providerOptions, text } from "./parts.ts";
import { TokenUsage } from "./token-usage.ts";

/** Input of `ai.generateSpeech`. */
export const GenerateSpeechInput = z.strictObject({
  model: ModelName,
  text: text(40_000).min(1).describe("What is to be said; how much of it a model takes is its vendor's"),
  voice: text(128).min(1).optional().describe("The vendor's name of a voice; one of the vendor's own where left out"),
  outputFormat: z.enum(["mp3", "opus", "aac", "flac", "wav", "pcm"]).optional().describe("MP3 where left out"),
  instructions: text(4_096).optional().describe("How it is to be said, for models that take that"),
  speed: z.number().min(0.25).max(4).optional().describe("1 is as fast as people speak"),
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/, { error: "a language's ISO code, such as en" })
    .optional()
    .describe("ISO 639-1, for models that do not hear it from the text"),
  providerOptions,
});
export type GenerateSpeechInput = z.infer<typeof GenerateSpeechInput>;

export const GenerateSpeechOutput = z.object({
  audio: z
    .object({
      mediaType: z.string().describe("Of the format that was asked for"),
      data: z.string().describe("Base64"),
    })
    .describe("The recording"),
  warnings: z.array(warning).describe("Settings that were not carried out as asked"),
  usage: TokenUsage,
  nexus: ModelFacts,
});
export type GenerateSpeechOutput = z.infer<typeof GenerateSpeechOutput>;
