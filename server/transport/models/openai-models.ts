import type { ModelInfo } from "../../contracts/ai/models.ts";

/** A model in OpenAI's format, with Nexus's own fields. */
export const openAiModel = ({ id, vendor, operations, contextWindow, credentialTier, prices }: ModelInfo) => ({
  id,
  object: "model",
  // No vendor's catalogue says when a model was made.
  created: 0,
  owned_by: vendor,
  nexus: { operations, contextWindow, credentialTier, prices },
});

/** All models at once, as OpenAI lists them. */
export const openAiPage = (models: readonly ModelInfo[]) => ({ object: "list", data: models.map(openAiModel) });
