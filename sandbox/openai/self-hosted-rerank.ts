import { rankDocuments } from "../cohere/rerank.ts";
import { countTokens } from "../count-tokens.ts";
import { listOf, objectOf, stringOf } from "../read-json.ts";
import { usableUnits } from "../units.ts";
import { jsonReply } from "../vendor.ts";
import type { VendorReply, VendorRequest } from "../vendor.ts";
import { openaiError } from "./errors.ts";

/** POST /rerank of a self-hosted server: https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html#re-rank-api */
export function selfHostedRerankReply(request: VendorRequest): VendorReply {
  const body = objectOf(request.body);
  const documents = listOf(body["documents"]);
  if (documents.length === 0 || stringOf(body["query"]) === "")
    return openaiError(400, "query and documents are required", request.bodyDigest);
  const query = countTokens(stringOf(body["query"]));
  const tokens = documents.reduce<number>((sum, one) => sum + countTokens(stringOf(one)) + query + 3, 0);
  const truth = { prompt_tokens: tokens, total_tokens: tokens };
  const usage = request.telling.edit(truth);
  return jsonReply(
    200,
    {},
    {
      id: `rerank-${request.bodyDigest.slice(0, 32)}`,
      model: request.model,
      ...(usage === undefined ? {} : { usage }),
      results: rankDocuments(body).map(({ index, relevance_score: score }) => ({
        index,
        document: { text: documents[Number(index)] },
        relevance_score: score,
      })),
    },
    {
      units: usableUnits({ input: tokens }),
      reported: (usage && usableUnits({ input: usage["prompt_tokens"] })) || null,
    },
  );
}
