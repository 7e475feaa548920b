import { z } from "zod";
import { credentialTiers } from "../units.ts";
import { CreateBatchInput } from "./batches.ts";
import { EmbedInput } from "./embed.ts";
import { GenerateObjectInput } from "./generate-object.ts";
import { GenerateImageInput } from "./generate-image.ts";
import { GenerateSpeechInput } from "./generate-speech.ts";
import { GenerateTextInput } from "./generate-text.ts";
import { ModerateInput } from "./moderate.ts";
import { RerankInput } from "./rerank.ts";
import { StartVideoInput } from "./videos.ts";
import { TranscribeInput } from "./transcribe.ts";

/** Input of `ai.estimate`: one request, as it would be sent. */
export const EstimateInput = z
  .strictObject({
    generateText: GenerateTextInput.optional().describe("A request of ai.generateText or ai.streamText"),
    generateObject: GenerateObjectInput.optional().describe("A request of ai.generateObject"),
    embed: EmbedInput.optional().describe("A request of ai.embed"),
    moderate: ModerateInput.optional().describe("A request of ai.moderate"),
    rerank: RerankInput.optional().describe("A request of ai.rerank"),
    generateImage: GenerateImageInput.optional().describe("A request of ai.generateImage"),
    generateSpeech: GenerateSpeechInput.optional().describe("A request of ai.generateSpeech"),
    transcribe: TranscribeInput.optional().describe("A request of ai.transcribe"),
    startVideo: StartVideoInput.optional().describe("A request of ai.videos.start"),
    createBatch: CreateBatchInput.optional().describe("A request of ai.batches.create"),
  })
  .refine((input) => Object.values(input).filter((request) => request !== undefined).length === 1, {
    error:
      "exactly one of generateText, generateObject, embed, moderate, rerank, generateImage, generateSpeech, transcribe, startVideo and createBatch",
    path: ["generateText"],
  });
export type EstimateInput = z.infer<typeof EstimateInput>;

export const EstimateOutput = z.object({
  boundNanoUsd: z
    .string()
    .describe("The most that the call can cost on any of its routes, which is what would be set aside: in nano-USD"),
  vendor: z.string().describe("To whom it would go first"),
  model: z.string().describe("The vendor's model that would be asked first"),
  credentialTier: z.enum(credentialTiers).describe("Whose credential would pay"),
  routes: z.int().describe("How many routes could be tried, one after the other"),
});
export type EstimateOutput = z.infer<typeof EstimateOutput>;
