import { ai } from "../../contracts/ai.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { AiVendor, ProviderIo } from "../../contracts/ai-vendor.ts";
import type { Answered } from "../../contracts/vendor-call.ts";
import { aiAnswer, sizeOfInput } from "../../families/ai/index.ts";
import { call } from "../../gateway/call.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { appendFacts } from "../dialect/append-facts.ts";
import { dialectHeaders } from "../dialect/dialect-headers.ts";
import { notTranslatable } from "../dialect/translation-limits.ts";
import { decodeWireAnswer, encodeWireAnswer, type WireAnswer } from "../dialect/wire-answer.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { readSizedJson } from "../read-json.ts";
import {
  parseBatchEmbedContents,
  parseEmbedContent,
  type EmbedContentAsked,
  type EmbedContentRequest,
} from "./embed-content-request.ts";

const maxBodyBytes = 8 * 1024 * 1024;

const textOf = ({ content }: EmbedContentRequest): string => content.parts.map(({ text }) => text).join("\n");

/** All of them are asked for in the same way, or they are no one request elsewhere. */
const dimensionsOf = ({ requests }: EmbedContentAsked): number | undefined => {
  const [first, ...others] = requests.map(({ outputDimensionality }) => outputDimensionality ?? undefined);
  if (others.some((other) => other !== first)) throw notTranslatable("Vectors of different lengths in one request");
  return first;
};

const translated = async (
  model: string,
  asked: EmbedContentAsked,
  vendor: AiVendor,
  io: ProviderIo,
): Promise<Answered<WireAnswer>> => {
  if (!vendor.embed) throw notTranslatable("Embedding");
  const dimensions = dimensionsOf(asked);
  const values = asked.requests.map(textOf);
  const answered = await vendor.embed({ model, values, ...(dimensions === undefined ? {} : { dimensions }) }, io);
  const embeddings = answered.result.embeddings.map((vector) => ({ values: vector }));
  const [embedding] = embeddings;
  const warnings = (["taskType", "title"] as const).filter((field) =>
    asked.requests.some((request) => request[field] !== undefined && request[field] !== null),
  );
  const body = Buffer.from(JSON.stringify(asked.batch ? { embeddings } : { embedding }));
  return { ...answered, result: { body, warnings } };
};

/** What Google is sent; the model's name is put in where it is known. */
const nativeBodyOf = ({ requests, batch }: EmbedContentAsked): Record<string, unknown> =>
  batch ? { requests } : { ...requests[0] };

/** embedContent and batchEmbedContents. */
export const answerEmbedContent = async (
  gateway: Gateway,
  { request, model, batch }: { readonly request: DoorRequest; readonly model: string; readonly batch: boolean },
  ctx: CallContext,
): Promise<DoorReply> => {
  const { value, byteLength } = await readSizedJson(request, maxBodyBytes);
  const asked = batch ? parseBatchEmbedContents(value, model) : parseEmbedContent(value, model);
  const asking = aiAnswer<WireAnswer>(
    {
      operation: ai.embed,
      requestedModel: model,
      dialect: "google.embedContent",
      needs: { tools: false, images: false, json: false },
      size: sizeOfInput(byteLength),
      input: { model, batch, body: value },
    },
    {
      run: async (vendor, io) => {
        const native = vendor.native["google.embedContent"];
        if (!native) return translated(model, asked, vendor, io);
        const path = batch ? "/models/{model}:batchEmbedContents" : "/models/{model}:embedContent";
        const answered = await native.answer({ path, headers: {}, body: nativeBodyOf(asked), includeUsage: true }, io);
        return { ...answered, result: { body: answered.result.body, warnings: [] } };
      },
      encode: encodeWireAnswer,
      decode: decodeWireAnswer,
    },
  );
  const { result, facts, replayed, allowance } = await call(gateway, asking, ctx);
  const headers = dialectHeaders({ facts, replayed, allowance }, ctx.requestId, "application/json", result.warnings);
  return { status: 200, headers, body: appendFacts(result.body, facts) };
};
