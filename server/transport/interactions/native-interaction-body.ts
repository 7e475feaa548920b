import type { ProviderIo } from "../../contracts/ai-vendor.ts";
import { isForeignSignature } from "../google/foreign-signature.ts";
import { readThought } from "./carried-thought.ts";
import type { InteractionRequest, InteractionStep } from "./interaction-request.ts";

/** Fields by which Nexus keeps and finds things; the vendor keeps nothing. */
const keptHere = ["previous_interaction_id", "background", "service_tier"] as const;

/** A step for Google itself: what it signed, by whichever road that came, as it signed it, and nobody else's thoughts. */
const ownStep = (step: InteractionStep): readonly InteractionStep[] => {
  if (!isForeignSignature(step.signature)) return [step];
  const { signature: _foreign, ...rest } = step;
  const own = readThought(step.signature)?.providerOptions["google"]?.["thoughtSignature"];
  if (own !== undefined) return [{ ...rest, signature: own }];
  return step.type === "thought" ? [] : [rest];
};

/** The caller's body with what policy decides: nothing that the vendor would keep, and the whole conversation. */
export const nativeInteractionBody = (
  body: Readonly<Record<string, unknown>>,
  request: InteractionRequest,
  steps: readonly InteractionStep[],
  { model, maxOutputTokens }: Pick<ProviderIo, "model" | "maxOutputTokens">,
): Record<string, unknown> => {
  const native: Record<string, unknown> = { ...body };
  for (const field of keptHere) delete native[field];
  return {
    ...native,
    model,
    input: steps.flatMap(ownStep),
    generation_config: { ...request.generation_config, max_output_tokens: maxOutputTokens },
    stream: request.stream === true || request.background === true,
    store: false,
  };
};
