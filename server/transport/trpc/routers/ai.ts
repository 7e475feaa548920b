import { z } from "zod";
import { ai } from "../../../contracts/ai.ts";
import type { StreamPart } from "../../../contracts/ai/stream-text.ts";
import {
  embedRequest,
  generateObjectRequest,
  generateImageRequest,
  generateSpeechRequest,
  generateTextRequest,
  moderateRequest,
  rerankRequest,
  streamTextRequest,
  transcribeRequest,
} from "../../../families/ai/index.ts";
import { answer, answerInParts, outputOf } from "../answer.ts";
import { estimateAi } from "../estimate-ai.ts";
import { objectOutputOf } from "../object-output-of.ts";
import { aiBatchesRouter } from "./ai-batches.ts";
import { aiResponsesRouter } from "./ai-responses.ts";
import { aiVideosRouter } from "./ai-videos.ts";
import { aiFilesRouter } from "./ai-files.ts";
import { declare, get, metered, post, router } from "../procedures.ts";

const isParts = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;

/** Each part is checked against `StreamPart` where it is made. */
const parts = z.custom<AsyncIterableIterator<StreamPart, void>>(isParts);

export const aiRouter = router({
  generateText: metered(ai.generateText, post("/api/ai/generate-text"))
    .input(ai.generateText.input)
    .output(ai.generateText.output)
    .mutation(async ({ ctx, input }) => outputOf(await answer(ctx, generateTextRequest(input)))),

  streamText: metered(ai.streamText, post("/api/ai/stream-text"), "stream")
    .input(ai.streamText.input)
    .output(parts)
    .mutation(({ ctx, input }) => answerInParts(ctx, streamTextRequest(input))),

  generateObject: metered(ai.generateObject, post("/api/ai/generate-object"))
    .input(ai.generateObject.input)
    .output(ai.generateObject.output)
    .mutation(async ({ ctx, input }) => objectOutputOf(await answer(ctx, generateObjectRequest(input)))),

  embed: metered(ai.embed, post("/api/ai/embed"))
    .input(ai.embed.input)
    .output(ai.embed.output)
    .mutation(async ({ ctx, input }) => outputOf(await answer(ctx, embedRequest(input)))),

  rerank: metered(ai.rerank, post("/api/ai/rerank"))
    .input(ai.rerank.input)
    .output(ai.rerank.output)
    .mutation(async ({ ctx, input }) => outputOf(await answer(ctx, rerankRequest(input)))),

  moderate: metered(ai.moderate, post("/api/ai/moderate"))
    .input(ai.moderate.input)
    .output(ai.moderate.output)
    .mutation(async ({ ctx, input }) => outputOf(await answer(ctx, moderateRequest(input)))),

  generateImage: metered(ai.generateImage, post("/api/ai/generate-image"))
    .input(ai.generateImage.input)
    .output(ai.generateImage.output)
    .mutation(async ({ ctx, input }) => outputOf(await answer(ctx, generateImageRequest(input)))),

  generateSpeech: metered(ai.generateSpeech, post("/api/ai/generate-speech"))
    .input(ai.generateSpeech.input)
    .output(ai.generateSpeech.output)
    .mutation(async ({ ctx, input }) => outputOf(await answer(ctx, generateSpeechRequest(input)))),

  transcribe: metered(ai.transcribe, post("/api/ai/transcribe"))
    .input(ai.transcribe.input)
    .output(ai.transcribe.output)
    .mutation(async ({ ctx, input }) => outputOf(await answer(ctx, transcribeRequest(input)))),

  estimate: metered(ai.estimate, post("/api/ai/estimate"))
    .input(ai.estimate.input)
    .output(ai.estimate.output)
    .mutation(({ ctx, input }) => estimateAi(ctx, input)),

  batches: aiBatchesRouter,

  files: aiFilesRouter,

  responses: aiResponsesRouter,
  videos: aiVideosRouter,

  models: declare({ ...ai.models, rest: get("/api/ai/models") })
    .input(ai.models.input)
    .output(ai.models.output)
    .query(async ({ ctx, input }) => ({ models: [...(await ctx.deps.listModels(ctx.call, input))] })),
});
