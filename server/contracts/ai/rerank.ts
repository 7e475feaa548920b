import { z } from "zod";
import { ModelName } from "../model-name.ts";
import { ModelFacts } from "../nexus-facts.ts";
import { warning } from "./generate-text.ts";
import { providerOptions, text } from "./parts.ts";
import { TokenUsage } from "./token-usage.ts";

/** Input of `ai.rerank`. */
export const RerankInput = z.strictObject({
  model: ModelName,
  query: text(8_000).min(1).describe("What the documents are to answer"),
  documents: z
    .array(text(200_000).min(1))
    .min(1)
    .max(10_000)
    .describe("Texts, in any order; JSON or YAML where a document has fields"),
  topN: z.int().min(1).max(10_000).optional().describe("How many of the best are answered; all where absent"),
  maxTokensPerDocument: z
    .int()
    .min(1)
    .max(32_000)
    .optional()
    .describe("A longer document is cut there, which also bounds what it costs; the vendor's own limit where absent"),
  providerOptions,
});
export type RerankInput = z.infer<typeof RerankInput>;

export const RerankOutput = z.object({
  ranking: z
    .array(
      z.object({
        index: z.int().describe("The document's place in the request, from 0"),
        relevanceScore: z.number().describe("How well it answers the query, by the model's own measure"),
      }),
    )
    .describe("The best first"),
  warnings: z.array(warning).describe("Settings that were not carried out as asked"),
  usage: TokenUsage,
  nexus: ModelFacts,
});
export type RerankOutput = z.infer<typeof RerankOutput>;
