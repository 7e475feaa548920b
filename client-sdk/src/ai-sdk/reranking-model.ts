import type { RerankingModelV4, RerankingModelV4CallOptions, SharedV4Warning } from "@ai-sdk/provider";
import type { NexusClient } from "../nexus-client.ts";
import type { NexusInputs } from "../types.ts";
import { factsMetadata, warningOf } from "./answered.ts";
import { callOptionsOf, ownChoicesOf } from "./call-choices.ts";
import { presentFields } from "./present-fields.ts";

type Input = NexusInputs["ai"]["rerank"];

const own = ["maxTokensPerDocument", "maxTokensPerDoc"] as const;

const inputOf = (modelId: string, options: RerankingModelV4CallOptions): Input => {
  const { documents, query, topN } = options;
  const { chosen, left } = ownChoicesOf(options, own);
  const most = chosen.maxTokensPerDocument ?? chosen.maxTokensPerDoc;
  return {
    model: modelId,
    query,
    documents: documents.type === "text" ? documents.values : documents.values.map((value) => JSON.stringify(value)),
    ...presentFields({ topN, maxTokensPerDocument: typeof most === "number" ? most : undefined }),
    ...left,
  };
};

const asText: SharedV4Warning = {
  type: "compatibility",
  feature: "object documents",
  details: "They are read as JSON.",
};

/** Rankings through `ai.rerank`. */
export const rerankingModel = (client: Pick<NexusClient, "ai">, modelId: string): RerankingModelV4 => ({
  specificationVersion: "v4",
  provider: "nexus",
  modelId,
  async doRerank(options) {
    const input = inputOf(modelId, options);
    const { ranking, warnings, nexus } = await client.ai.rerank.mutate(input, await callOptionsOf(options, input));
    return {
      ranking,
      warnings: [...(options.documents.type === "object" ? [asText] : []), ...warnings.map(warningOf)],
      response: { id: nexus.operationId, timestamp: new Date(), modelId: nexus.model },
      providerMetadata: factsMetadata(nexus),
    };
  },
});
