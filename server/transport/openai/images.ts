import { ai } from "../../contracts/ai.ts";
import type { AiVendor, ProviderIo } from "../../contracts/ai-vendor.ts";
import type { GenerateImageInput } from "../../contracts/ai/generate-image.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { Answered } from "../../contracts/vendor-call.ts";
import { aiAnswer } from "../../families/ai/index.ts";
import { call } from "../../gateway/call.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { appendFacts } from "../dialect/append-facts.ts";
import { asRecord } from "../dialect/as-record.ts";
import { dialectHeaders } from "../dialect/dialect-headers.ts";
import { notTranslatable } from "../dialect/translation-limits.ts";
import { decodeWireAnswer, encodeWireAnswer, type WireAnswer } from "../dialect/wire-answer.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { readSizedJson } from "../read-json.ts";
import { encodeImages } from "./encode-images.ts";
import { measureImages, parseImagesRequest, type ImagesRequest } from "./images-request.ts";
import { nativeHeaders } from "./native-headers.ts";

const maxBodyBytes = 256 * 1024;

const given = <T>(value: T | null | undefined): T | undefined => value ?? undefined;

/** The request in the contract's own words. */
const inputOf = (request: ImagesRequest): GenerateImageInput => ({
  model: request.model,
  prompt: request.prompt,
  n: given(request.n),
  size: request.size === "auto" ? undefined : given(request.size),
  quality: given(request.quality),
  outputFormat: given(request.output_format),
  background: given(request.background),
});

const translated = async (
  request: ImagesRequest,
  vendor: AiVendor,
  io: ProviderIo,
  createdMs: number,
): Promise<Answered<WireAnswer>> => {
  if (!vendor.generateImage) throw notTranslatable("Making images");
  const answered = await vendor.generateImage(inputOf(request), io);
  const lost = ["moderation", "output_compression"].filter((field) => (request[field] ?? undefined) !== undefined);
  const warnings = answered.result.warnings.flatMap(({ setting }) => setting ?? []);
  return { ...answered, result: { body: encodeImages(answered, createdMs), warnings: [...lost, ...warnings] } };
};

/** POST /v1/images/generations. */
export const answerImages = async (gateway: Gateway, request: DoorRequest, ctx: CallContext): Promise<DoorReply> => {
  const { value } = await readSizedJson(request, maxBodyBytes);
  const asked = parseImagesRequest(value);
  // Clients ask for it out of habit; OpenAI's own models of today refuse the word, and answer so all the same.
  const { response_format: _format, ...body } = asRecord(value);
  const headers = nativeHeaders(request);
  const asking = aiAnswer<WireAnswer>(
    {
      operation: ai.generateImage,
      requestedModel: asked.model,
      dialect: "openai.images",
      needs: { tools: false, images: false, json: false },
      size: measureImages(asked),
      input: body,
    },
    {
      run: async (vendor, io) => {
        const native = vendor.native["openai.images"];
        if (!native) return translated(asked, vendor, io, gateway.clock.now());
        const answered = await native.answer(
          { path: "/images/generations", headers, body: { ...body, model: io.model }, includeUsage: true },
          io,
        );
        return { ...answered, result: { body: answered.result.body, warnings: [] } };
      },
      encode: encodeWireAnswer,
      decode: decodeWireAnswer,
    },
  );
  const { result, facts, replayed, allowance } = await call(gateway, asking, ctx);
  return {
    status: 200,
    headers: dialectHeaders({ facts, replayed, allowance }, ctx.requestId, "application/json", result.warnings),
    body: appendFacts(result.body, facts),
  };
};
