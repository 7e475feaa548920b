import { countTokens } from "../count-tokens.ts";
import { finiteNumberOf, listOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { firstRefusal } from "../refusal.ts";
import { usableUnits } from "../units.ts";
import type { Units } from "../units.ts";
import { jsonReply } from "../vendor.ts";
import type { VendorReply, VendorRequest } from "../vendor.ts";
import { refuse } from "./refuse.ts";
import { rerankRules } from "./rules.ts";
import type { CohereModel } from "./rules.ts";

const wordsIn = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu));

/** The more words of the query a document has, the better. */
const scoreOf = (query: ReadonlySet<string>, document: string): number => {
  const words = wordsIn(document);
  const shared = [...query].filter((word) => words.has(word)).length;
  return Math.round((shared / Math.max(query.size, 1)) * 0.98 * 1e6 + 1e4) / 1e6;
};

/** Results of a request in the wire's own fields, the best first. */
export const rankDocuments = (body: JsonObject): readonly JsonObject[] => {
  const query = wordsIn(stringOf(body["query"]));
  const documents = listOf(body["documents"]).map((one) => stringOf(one) || stringOf(objectOf(one)["text"]));
  return documents
    .map((document, index) => ({ index, relevance_score: scoreOf(query, document) }))
    .toSorted((a, b) => b.relevance_score - a.relevance_score)
    .slice(0, finiteNumberOf(body["top_n"]) ?? documents.length);
};

// cohere.com/pricing: up to 100 documents a search; one of more than 500 tokens with the query is several of them
const searchesOf = (query: number, documents: readonly number[]): number => {
  const pieces = documents.map((tokens) => Math.ceil(tokens / Math.max(500 - query, 1)) || 1);
  return Math.ceil(pieces.reduce((sum, count) => sum + count, 0) / 100);
};

const billedOf = (body: JsonObject, model: CohereModel): JsonObject => {
  const cut = finiteNumberOf(body["max_tokens_per_doc"]) ?? 4_096;
  const query = countTokens(stringOf(body["query"]));
  const documents = listOf(body["documents"]).map((one) => Math.min(countTokens(stringOf(one)), cut));
  // The query is read with every document, between four tokens of the model's own.
  return model.id.startsWith("rerank-v5")
    ? { input_tokens: documents.reduce((sum, tokens) => sum + tokens + query + 4, 0) }
    : { search_units: searchesOf(query, documents) };
};

const unitsOf = (billed: JsonObject | undefined): Units | null => {
  const units = billed && usableUnits({ search: billed["search_units"], input: billed["input_tokens"] });
  return units === undefined || units === null || Object.keys(units).length === 0 ? null : units;
};

/** POST /v2/rerank. */
export function rerankReply(request: VendorRequest, model: CohereModel): VendorReply {
  const body = objectOf(request.body);
  const { bodyDigest: digest } = request;
  const refusal = firstRefusal(rerankRules, { body, model });
  if (refusal !== undefined) return refuse(refusal, digest);
  const truth = billedOf(body, model);
  const told = request.telling.edit(truth);
  return jsonReply(
    200,
    {},
    {
      id: digest.slice(0, 36),
      results: rankDocuments(body),
      meta: { api_version: { version: "2" }, ...(told === undefined ? {} : { billed_units: told }) },
    },
    { units: unitsOf(truth), reported: unitsOf(told) },
  );
}
