import type { AiVendor } from "../../../contracts/ai-vendor.ts";
import type { GenerateImageInput, GenerateImageOutput } from "../../../contracts/ai/generate-image.ts";
import { ProviderError, type Metered } from "../../../contracts/vendor-call.ts";
import { nothingUsable } from "../../_wire/ask-model.ts";
import { collectBody } from "../../_wire/collect-body.ts";
import { madeImageOf } from "../../_wire/image-model.ts";
import { arrayAt, stringAt, type JsonRecord } from "../../_wire/json.ts";
import { fetchMadeFile } from "../../_wire/made-file.ts";
import { transportFailure } from "../../_wire/transport-failure.ts";
import { failure } from "../../_wire/vendor-failure.ts";
import { falImageModelOf, type FalImageModel } from "./fal-models.ts";
import { imageSizeOf } from "./image-size.ts";
import { resultAtFal, submitToFal, waitForFal, type FalIo, type FalResult } from "./queue.ts";

/** https://fal.ai/docs/documentation/model-apis/media-expiration */
export const falMediaHosts = /(^|\.)fal\.media$/;

const mostImageBytes = 32 * 1024 * 1024;

const cannotMake = (message: string) =>
  failure({ kind: "not_sent", code: "CAPABILITY_MISSING", about: "route" }, { message });

const sizeFieldsOf = ({ size, aspectRatio }: GenerateImageInput, { shape }: FalImageModel): JsonRecord => {
  // What is held for is what is asked for: no size is left to the model.
  if (shape === "image_size") return { image_size: imageSizeOf(size, aspectRatio) };
  if (size !== undefined) throw cannotMake("size: this model takes an aspectRatio, and no size.");
  return aspectRatio === undefined ? {} : { aspect_ratio: aspectRatio };
};

const filesOf = ({ files = [], mask }: GenerateImageInput, { files: most }: FalImageModel): JsonRecord => {
  if (mask !== undefined) throw cannotMake("mask: this vendor's models take images, and no mask.");
  if (most === undefined && files.length > 0)
    throw cannotMake("files: this model makes images of a description alone.");
  if (most === undefined) return {};
  if (files.length === 0) throw cannotMake("files: this model makes an image of others, and was sent none.");
  if (files.length > most) throw cannotMake(`files: this model takes at most ${most} images.`);
  return { image_urls: files.map(({ mediaType, data }) => `data:${mediaType};base64,${data}`) };
};

const bodyOf = (input: GenerateImageInput, model: FalImageModel, count: number): JsonRecord => {
  if (count > model.mostImages) throw cannotMake(`n: this model makes at most ${model.mostImages} images at a time.`);
  const { prompt, seed, outputFormat } = input;
  if (outputFormat === "webp") throw cannotMake("outputFormat: this model makes png and jpeg, and no webp.");
  return {
    prompt,
    num_images: count,
    ...sizeFieldsOf(input, model),
    ...filesOf(input, model),
    ...(seed === undefined ? {} : { seed }),
    ...(outputFormat === undefined ? {} : { output_format: outputFormat }),
  };
};

const warningsOf = ({ quality, background, inputFidelity }: GenerateImageInput): GenerateImageOutput["warnings"] =>
  Object.entries({ quality, background, inputFidelity }).flatMap(([setting, value]) =>
    value === undefined || value === "auto"
      ? []
      : [{ type: "unsupported", setting, details: "This vendor's models cannot be asked for it." }],
  );

/** What fal bills stands in a header of the result; without it nobody knows, and the most is charged. */
const meteredOf = ({ billableUnits }: FalResult, { unit }: FalImageModel, requestId: string): Metered => ({
  units: billableUnits === undefined ? null : { [unit]: Math.ceil(billableUnits) },
  final: billableUnits !== undefined,
  rawUsage: billableUnits === undefined ? undefined : { billable_units: billableUnits },
  responseModel: undefined,
  vendorRequestId: requestId,
});

const imagesOf = async ({ document }: FalResult, io: FalIo): Promise<GenerateImageOutput["images"]> => {
  const urls = arrayAt(document, "images").flatMap((image) => stringAt(image, "url") ?? []);
  const files = await Promise.all(
    urls.map(async (url) => {
      const { body } = await fetchMadeFile({ url, hosts: falMediaHosts }, io);
      return collectBody(body, { maxBytes: mostImageBytes }).catch((error: unknown) => {
        throw transportFailure(error) ?? error;
      });
    }),
  );
  return files.flatMap((file) => madeImageOf(file) ?? []);
};

/** `generateImage` over fal's queue: asked for, waited for, fetched. */
export const imagesOfFal: NonNullable<AiVendor["generateImage"]> = async (input, io) => {
  const known = falImageModelOf(io.model);
  if (known === undefined) throw cannotMake(`${io.model} is no image model of fal's that is known here.`);
  const count = io.choices ?? 1;
  const asked = bodyOf(input, known, count);
  const queued = await submitToFal(io.model, asked, io);
  await waitForFal(queued, io);
  const result = await resultAtFal(queued, JSON.stringify(asked), io);
  const metered = meteredOf(result, known, queued.requestId);
  const images = await imagesOf(result, io).catch((error: unknown) => {
    throw (error instanceof ProviderError ? error : nothingUsable()).with(metered);
  });
  if (images.length < count) throw nothingUsable().with(metered);
  return { ...metered, result: { images, warnings: warningsOf(input) } };
};
