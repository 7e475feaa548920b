import { z } from "zod";
import { RerankInput } from "../../contracts/ai/rerank.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { asRecord } from "../dialect/as-record.ts";
import { requireKnownFields } from "../dialect/require-known-fields.ts";
import { rerankFields } from "./openai-fields.ts";

const { model, query, documents, topN, maxTokensPerDocument } = RerankInput.shape;
const text = documents.element;

/** Body of POST /v1/rerank, as Cohere and Jina began it and LiteLLM, vLLM and OpenRouter have it. */
export const RerankRequest = z.looseObject({
  model,
  query,
  documents: z
    .array(z.union([text, z.looseObject({ text })], { error: "a text, or an object with a text" }))
    .min(1)
    .max(10_000),
  top_n: topN.nullish(),
  max_tokens_per_doc: maxTokensPerDocument.nullish(),
  return_documents: z.boolean().nullish().describe("Whether each result has its document; it has where absent"),
});
export type RerankRequest = z.infer<typeof RerankRequest>;

export const parseRerankRequest = (body: unknown): RerankRequest => {
  const request = parseInput(RerankRequest, body);
  requireKnownFields(asRecord(body), rerankFields);
  return request;
};

/** The same in the contract's own words. */
export const rerankInputOf = (request: RerankRequest): RerankInput => ({
  model: request.model,
  query: request.query,
  documents: request.documents.map((document) => (typeof document === "string" ? document : document.text)),
  topN: request.top_n ?? undefined,
  maxTokensPerDocument: request.max_tokens_per_doc ?? undefined,
});
