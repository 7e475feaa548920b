import { ai } from "../../contracts/ai.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { AiVendor, ProviderIo } from "../../contracts/ai-vendor.ts";
import type { Answered } from "../../contracts/vendor-call.ts";
import { aiAnswer, sizeOfInput } from "../../families/ai/index.ts";
import { call } from "../../gateway/call.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { appendFacts } from "../dialect/append-facts.ts";
import { dialectHeaders } from "../dialect/dialect-headers.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { readSizedJson } from "../read-json.ts";
import { asRecord } from "../dialect/as-record.ts";
import { parseEmbeddingsRequest, textsOf, type EmbeddingsRequest } from "./embeddings-request.ts";
import { encodeEmbeddings } from "./encode-embeddings.ts";
import { nativeHeaders } from "./native-headers.ts";
import { notTranslatable } from "../dialect/translation-limits.ts";
import { decodeWireAnswer, encodeWireAnswer, type WireAnswer } from "../dialect/wire-answer.ts";

const maxBodyBytes = 8 * 1024 * 1024;

const known = new Set(["model", "input", "dimensions", "encoding_format"]);

const translated = async (
  request: EmbeddingsRequest,
  vendor: AiVendor,
  io: ProviderIo,
): Promise<Answered<WireAnswer>> => {
  const values = textsOf(request);
  if (!values) throw notTranslatable("Input as tokens");
  if (!vendor.embed) throw notTranslatable("Embedding");
  const dimensions = request.dimensions ?? undefined;
  const answered = await vendor.embed(
    { model: request.model, values, ...(dimensions === undefined ? {} : { dimensions }) },
    io,
  );
  const body = encodeEmbeddings(answered, answered.responseModel ?? io.model, request.encoding_format ?? "float");
  const warnings = Object.entries(request).flatMap(([field, value]) =>
    known.has(field) || value === null || value === undefined ? [] : [field],
  );
  return { ...answered, result: { body, warnings } };
};

/** POST /v1/embeddings. */
export const answerEmbeddings = async (
  gateway: Gateway,
  request: DoorRequest,
  ctx: CallContext,
): Promise<DoorReply> => {
  const { value, byteLength } = await readSizedJson(request, maxBodyBytes);
  const asked = parseEmbeddingsRequest(value);
  const body = asRecord(value);
  const headers = nativeHeaders(request);
  const asking = aiAnswer<WireAnswer>(
    {
      operation: ai.embed,
      requestedModel: asked.model,
      dialect: "openai.embeddings",
      needs: { tools: false, images: false, json: false },
      size: sizeOfInput(byteLength),
      input: body,
    },
    {
      run: async (vendor, io) => {
        const native = vendor.native["openai.embeddings"];
        if (!native) return translated(asked, vendor, io);
        const answered = await native.answer(
          { path: "/embeddings", headers, body: { ...body, model: io.model }, includeUsage: true },
          io,
        );
        return { ...answered, result: { body: answered.result.body, warnings: [] } };
      },
      encode: encodeWireAnswer,
      decode: decodeWireAnswer,
    },
  );
  const { result, facts, replayed, allowance } = await call(gateway, asking, ctx);
  const replyHeaders = dialectHeaders(
    { facts, replayed, allowance },
    ctx.requestId,
    "application/json",
    result.warnings,
  );
  return { status: 200, headers: replyHeaders, body: appendFacts(result.body, facts) };
};
