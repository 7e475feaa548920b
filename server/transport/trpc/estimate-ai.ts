import type { EstimateInput, EstimateOutput } from "../../contracts/ai/estimate.ts";
import { NexusError } from "../../errors.ts";
import {
  embedRequest,
  generateObjectRequest,
  generateImageRequest,
  generateSpeechRequest,
  generateTextRequest,
  moderateRequest,
  rerankRequest,
  transcribeRequest,
  startVideoRequest,
  type RoutedAiRequest,
} from "../../families/ai/index.ts";
import { estimate } from "../../gateway/estimate.ts";
import { askedBatchOf, estimateBatch } from "../batches/index.ts";
import type { ProcedureContext } from "./init.ts";

const requestOf = (input: EstimateInput): RoutedAiRequest => {
  const {
    generateText,
    generateObject,
    embed,
    moderate,
    rerank,
    generateImage,
    generateSpeech,
    transcribe,
    startVideo,
  } = input;
  if (generateText) return generateTextRequest(generateText);
  if (generateObject) return generateObjectRequest(generateObject);
  if (embed) return embedRequest(embed);
  if (rerank) return rerankRequest(rerank);
  if (moderate) return moderateRequest(moderate);
  if (generateImage) return generateImageRequest(generateImage);
  if (generateSpeech) return generateSpeechRequest(generateSpeech);
  if (transcribe) return transcribeRequest(transcribe);
  // Only asked about: nothing is begun.
  if (startVideo) return startVideoRequest(startVideo, () => Promise.resolve());
  throw new NexusError("INVALID_INPUT");
};

/** The most that an AI call can cost, as the call itself would have it set aside. */
export const estimateAi = async ({ call, deps }: ProcedureContext, input: EstimateInput): Promise<EstimateOutput> => {
  if (input.createBatch) {
    const kept = { gateway: deps.gateway, deps: deps.management };
    const { target, boundNanos } = await estimateBatch(kept, call, askedBatchOf(input.createBatch));
    const { vendor, model, credentialTier } = target;
    return { boundNanoUsd: boundNanos.toString(), vendor, model, credentialTier, routes: 1 };
  }
  const { routes, boundNanos } = await estimate(deps.gateway, requestOf(input), call);
  const { vendor, model, credentialTier } = routes[0].target;
  return { boundNanoUsd: boundNanos.toString(), vendor, model, credentialTier, routes: routes.length };
};
