import type { FinishReason } from "../../contracts/ai/generate-text.ts";
import type { Units } from "../../contracts/units.ts";
import { keptId, type WireObject } from "../../domain/responses/index.ts";
import type { AnswerOrigin } from "../dialect/dialect.ts";
import { usageMetadata } from "../google/encode-candidate.ts";
import type { InteractionRequest } from "./interaction-request.ts";

/** The id under which Nexus keeps an interaction: that of its operation, so that a repeat of the call has the same. */
export const interactionIdOf = (operationId: string): string => keptId("int", operationId);

/** As Google writes a moment: no fraction of a second. */
const momentOf = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");

/** What of an interaction Nexus says itself, whoever answered. One that is not kept has no id, as at Google. */
export const interactionMembers = (
  { store, previous_interaction_id: previous, labels }: InteractionRequest,
  operationId: string,
): WireObject => ({
  ...(store === false ? {} : { id: interactionIdOf(operationId) }),
  ...(typeof previous === "string" ? { previous_interaction_id: previous } : {}),
  ...(labels ? { labels } : {}),
});

/** What every event about a whole interaction says of it. */
export const interactionHead = (
  request: InteractionRequest,
  { operationId, model }: AnswerOrigin,
  status: string,
): WireObject => ({ ...interactionMembers(request, operationId), status, object: "interaction", model });

/** The same with its times, as answers and last events have it. */
export const interactionBody = (request: InteractionRequest, origin: AnswerOrigin, status: string): WireObject => {
  const at = momentOf(origin.nowMs);
  return {
    ...interactionHead(request, origin, status),
    created: at,
    updated: at,
    service_tier: "standard",
    role: "model",
  };
};

/** How an interaction ended, by why its model stopped and whether it waits for a result. */
export const interactionStatusOf = (
  reason: FinishReason,
  calls: boolean,
): "completed" | "incomplete" | "requires_action" => {
  if (reason === "length" || reason === "content-filter") return "incomplete";
  return calls || reason === "tool-calls" ? "requires_action" : "completed";
};

/** Google's usage of an interaction: the input includes the cache, the output excludes thoughts. */
export const usageOfInteraction = (units: Units | null): WireObject | undefined => {
  if (units === null) return undefined;
  const { promptTokenCount: input, candidatesTokenCount: output, totalTokenCount: total } = usageMetadata(units);
  const { inputImage = 0, inputAudio = 0, inputVideo = 0, cacheRead = 0, reasoning = 0 } = units;
  const byModality = [
    { modality: "text", tokens: input - inputImage - inputAudio - inputVideo },
    { modality: "image", tokens: inputImage },
    { modality: "audio", tokens: inputAudio },
    { modality: "video", tokens: inputVideo },
  ].filter(({ tokens }) => tokens > 0);
  return {
    total_tokens: total,
    total_input_tokens: input,
    input_tokens_by_modality: byModality,
    total_cached_tokens: cacheRead,
    total_output_tokens: output,
    total_tool_use_tokens: 0,
    total_thought_tokens: reasoning,
  };
};
