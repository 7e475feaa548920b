import { z } from "zod";
import { ModelName } from "../model-name.ts";
import { ModelFacts } from "../nexus-facts.ts";
import { providerOptions, text } from "./parts.ts";
import { TokenUsage } from "./token-usage.ts";

export const EmbedInput = z.strictObject({
  model: ModelName,
  values: z.array(text(200_000).min(1)).min(1).max(2_048),
  dimensions: z.int().min(1).max(16_384).optional(),
  providerOptions,
});
export type EmbedInput = z.infer<typeof EmbedInput>;

export const EmbedOutput = z.object({
  embeddings: z.array(z.array(z.number())).describe("One vector for each value, in order"),
  usage: TokenUsage,
  nexus: ModelFacts,
});
export type EmbedOutput = z.infer<typeof EmbedOutput>;
