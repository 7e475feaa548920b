import { ai } from "../../contracts/ai.ts";
import type { AiVendor, ProviderIo } from "../../contracts/ai-vendor.ts";
import type { GenerateImageInput } from "../../contracts/ai/generate-image.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { Answered } from "../../contracts/vendor-call.ts";
import { aiAnswer, sizeOfImages } from "../../families/ai/index.ts";
import { call } from "../../gateway/call.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { notTranslatable } from "../dialect/translation-limits.ts";
import { decodeWireAnswer, encodeWireAnswer, type WireAnswer } from "../dialect/wire-answer.ts";
import { wireReply } from "../dialect/wire-reply.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { encodeImages } from "./encode-images.ts";
import { nativeHeaders } from "./native-headers.ts";

/** A request for images that was accepted. */
export interface AskedImages {
  /** Of OpenAI's API, behind its base URL. */
  readonly path: "/images/generations" | "/images/edits";
  /** What OpenAI is sent, but for the model's name. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The same in the contract's own words. */
  readonly input: GenerateImageInput;
  /** The images that go in, by their place in the request. */
  readonly files: Readonly<Record<string, string>>;
}

/** Fields that the contract has no words for. */
const untranslated = ["moderation", "output_compression"] as const;

const translated = async (
  { input, body }: AskedImages,
  vendor: AiVendor,
  io: ProviderIo,
  createdMs: number,
): Promise<Answered<WireAnswer>> => {
  if (!vendor.generateImage) throw notTranslatable("Making images");
  const answered = await vendor.generateImage(input, io);
  const lost = untranslated.filter((field) => (body[field] ?? undefined) !== undefined);
  const warnings = answered.result.warnings.flatMap(({ setting }) => setting ?? []);
  return { ...answered, result: { body: encodeImages(answered, createdMs), warnings: [...lost, ...warnings] } };
};

/** Asks for images, as the caller's own request where the vendor speaks OpenAI's dialect. */
export const askForImages = async (
  gateway: Gateway,
  request: DoorRequest,
  ctx: CallContext,
  asked: AskedImages,
): Promise<DoorReply> => {
  const { path, body, input, files } = asked;
  const headers = nativeHeaders(request);
  const asking = aiAnswer<WireAnswer>(
    {
      operation: ai.generateImage,
      requestedModel: input.model,
      dialect: "openai.images",
      needs: { tools: false, images: false, json: false },
      size: sizeOfImages({ ...input, files }),
      input: body,
    },
    {
      run: async (vendor, io) => {
        const native = vendor.native["openai.images"];
        if (!native) return translated(asked, vendor, io, gateway.clock.now());
        const answered = await native.answer(
          { path, headers, body: { ...body, model: io.model }, includeUsage: true },
          io,
        );
        return { ...answered, result: { body: answered.result.body, warnings: [] } };
      },
      encode: encodeWireAnswer,
      decode: decodeWireAnswer,
    },
  );
  return wireReply(await call(gateway, asking, ctx), ctx.requestId);
};
