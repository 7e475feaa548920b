import { ai } from "../../contracts/ai.ts";
import type { RerankInput, RerankOutput } from "../../contracts/ai/rerank.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { Answered } from "../../contracts/vendor-call.ts";
import { aiAnswer, measureRanking } from "../../families/ai/index.ts";
import { call } from "../../gateway/call.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { maxBodyBytes } from "../dialect/answer-in-dialect.ts";
import { asRecord } from "../dialect/as-record.ts";
import { notTranslatable } from "../dialect/translation-limits.ts";
import { decodeWireAnswer, encodeWireAnswer, type WireAnswer } from "../dialect/wire-answer.ts";
import { wireReply } from "../dialect/wire-reply.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { readSizedJson } from "../read-json.ts";
import { parseRerankRequest, rerankInputOf } from "./rerank-request.ts";

type Ranked = Answered<Pick<RerankOutput, "ranking">>;

/** A ranking with what was billed where clients of either shape look for it: `meta` is Cohere's, `usage` Jina's. */
const encodeRanking = (
  { result, units, responseModel, vendorRequestId }: Ranked,
  { documents }: RerankInput,
  { model, returns }: { readonly model: string; readonly returns: boolean },
): Uint8Array => {
  const { search, input } = units ?? {};
  const searches = search === undefined ? {} : { search_units: search };
  return Buffer.from(
    JSON.stringify({
      id: vendorRequestId ?? "rerank",
      object: "list",
      model: responseModel ?? model,
      results: result.ranking.map(({ index, relevanceScore }) => ({
        index,
        relevance_score: relevanceScore,
        ...(returns ? { document: { text: documents[index] } } : {}),
      })),
      meta: { billed_units: { ...searches, ...(input === undefined ? {} : { input_tokens: input }) } },
      usage: { ...searches, total_tokens: input ?? 0 },
    }),
  );
};

/** POST /v1/rerank. */
export const answerRerank = async (gateway: Gateway, request: DoorRequest, ctx: CallContext): Promise<DoorReply> => {
  const { value } = await readSizedJson(request, maxBodyBytes);
  const asked = parseRerankRequest(value);
  const input = rerankInputOf(asked);
  const asking = aiAnswer<WireAnswer>(
    {
      operation: ai.rerank,
      requestedModel: asked.model,
      dialect: "cohere.rerank",
      needs: { tools: false, images: false, json: false },
      size: measureRanking(input),
      input: asRecord(value),
    },
    {
      run: async (vendor, io) => {
        if (!vendor.rerank) throw notTranslatable("Ranking");
        const answered = await vendor.rerank(input, io);
        const body = encodeRanking(answered, input, { model: io.model, returns: asked.return_documents ?? true });
        const warnings = answered.result.warnings.flatMap(({ setting }) => setting ?? []);
        return { ...answered, result: { body, warnings } };
      },
      encode: encodeWireAnswer,
      decode: decodeWireAnswer,
    },
  );
  return wireReply(await call(gateway, asking, ctx), ctx.requestId);
};
