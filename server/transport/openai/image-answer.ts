import type { AiVendor, NativeRequest, ProviderIo } from "../../contracts/ai-vendor.ts";
import type { GenerateImageInput, GenerateImageOutput } from "../../contracts/ai/generate-image.ts";
import type { Answered } from "../../contracts/vendor-call.ts";
import { notTranslatable } from "../dialect/translation-limits.ts";
import type { WireAnswer } from "../dialect/wire-answer.ts";
import { encodeImages } from "./encode-images.ts";

/** A request for images that was accepted. */
export interface AskedImages {
  /** Of OpenAI's API, behind its base URL. */
  readonly path: "/images/generations" | "/images/edits";
  /** What the caller sent, and OpenAI is sent but for the model's name. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The same in the contract's own words. */
  readonly input: GenerateImageInput;
  /** The images that go in, by their place in the request. */
  readonly files: Readonly<Record<string, string>>;
  /** How many unfinished images a stream may show; undefined where no stream was asked for. */
  readonly previews: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** Fields that the contract has no words for. */
const untranslated = ["moderation", "output_compression"] as const;

/** The caller's own request, for a vendor of the same dialect. */
export const nativeImagesRequest = ({ path, body, headers, previews }: AskedImages, model: string): NativeRequest => {
  const { stream: _stream, partial_images: _previews, ...whole } = body;
  const asked = previews === undefined ? whole : { ...whole, partial_images: previews };
  return { path, headers, body: { ...asked, model }, includeUsage: true };
};

/** Images of a vendor of another dialect, and the settings that were lost on the way. */
export const translatedImages = async (
  { input, body, previews = 0 }: AskedImages,
  vendor: AiVendor,
  io: ProviderIo,
): Promise<Answered<{ readonly images: GenerateImageOutput["images"]; readonly lost: readonly string[] }>> => {
  if (!vendor.generateImage) throw notTranslatable("Making images");
  const answered = await vendor.generateImage(input, io);
  const { images, warnings } = answered.result;
  const lost = untranslated.filter((field) => (body[field] ?? undefined) !== undefined);
  const unseen = previews > 0 ? ["partial_images"] : [];
  return {
    ...answered,
    result: { images, lost: [...lost, ...unseen, ...warnings.flatMap(({ setting }) => setting ?? [])] },
  };
};

/** All images at once, of whatever vendor. */
export const imagesAnswer = async (
  asked: AskedImages,
  vendor: AiVendor,
  io: ProviderIo,
  createdMs: number,
): Promise<Answered<WireAnswer>> => {
  const native = vendor.native["openai.images"];
  if (native) {
    const answered = await native.answer(nativeImagesRequest(asked, io.model), io);
    return { ...answered, result: { body: answered.result.body, warnings: [] } };
  }
  const answered = await translatedImages(asked, vendor, io);
  return { ...answered, result: { body: encodeImages(answered, createdMs), warnings: answered.result.lost } };
};
