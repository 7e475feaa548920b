import type { ModelInfo } from "@pydantic/genai-prices";

/**
 * Models for which their vendor says that it takes nothing. The catalogue has no price for them, and a missing price is not
 * zero: without a row here they are not called.
 */
export const freeModels: Readonly<Record<string, readonly Pick<ModelInfo, "id" | "match">[]>> = {
  // https://platform.openai.com/docs/guides/moderation: "The moderation endpoint is free to use."
  openai: [
    { id: "omni-moderation-latest", match: { equals: "omni-moderation-latest" } },
    { id: "omni-moderation-2024-09-26", match: { equals: "omni-moderation-2024-09-26" } },
  ],
};
