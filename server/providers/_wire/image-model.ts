import type { ImageModelV4, SharedV4ProviderOptions } from "@ai-sdk/provider";
import type { GenerateImageInput, GenerateImageOutput } from "../../contracts/ai/generate-image.ts";
import type { AiVendor, ProviderIo } from "../../contracts/ai-vendor.ts";
import { askModel, nothingUsable } from "./ask-model.ts";
import type { Dialect } from "./dialect.ts";
import { imageTypeOf } from "../../contracts/image-type.ts";
import { toWarning } from "./to-generated-text.ts";

interface ImageVendor {
  readonly dialect: Dialect;
  /** Declared paths below the base URL. */
  readonly paths: readonly string[];
  readonly model: (io: ProviderIo, fetch: typeof globalThis.fetch) => ImageModelV4;
  /** The settings for which the SDK has no field of its own. */
  readonly options: (input: GenerateImageInput) => SharedV4ProviderOptions;
}

type Image = GenerateImageOutput["images"][number];

/** An image that a vendor made; undefined for what is none. */
export const madeImageOf = (file: string | Uint8Array): Image | undefined => {
  const data = typeof file === "string" ? file : Buffer.from(file).toString("base64");
  const mediaType = imageTypeOf(data);
  return mediaType === undefined ? undefined : { mediaType, data };
};

/** The contract's schema has checked the form. */
const asSize = (size: string | undefined) => size as `${number}x${number}` | undefined;
const asRatio = (ratio: string | undefined) => ratio as `${number}:${number}` | undefined;

/** `generateImage` of a description alone, over an image model of the AI SDK. */
export const imageWith =
  (vendor: ImageVendor): NonNullable<AiVendor["generateImage"]> =>
  (input, io) =>
    askModel(vendor, io, async (fetch) => {
      const { images, warnings } = await vendor.model(io, fetch).doGenerate({
        prompt: input.prompt,
        n: io.choices ?? 1,
        size: asSize(input.size),
        aspectRatio: asRatio(input.aspectRatio),
        seed: input.seed,
        files: undefined,
        mask: undefined,
        providerOptions: vendor.options(input),
        abortSignal: io.signal,
      });
      const made = images.flatMap((file) => madeImageOf(file) ?? []);
      if (made.length === 0 || made.length < images.length) throw nothingUsable();
      return { images: made, warnings: warnings.map(toWarning) };
    });
