import { z } from "zod";
import { inputImageTypes } from "../../contracts/ai/input-image.ts";
import { imageTypeOf } from "../../contracts/image-type.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { requireKnownFields } from "../dialect/require-known-fields.ts";
import type { FormFields, FormUpload } from "../read-multipart.ts";
import { ImagesRequest } from "./images-request.ts";
import { imageEditFields } from "./openai-fields.ts";

const mostImages = 16;

/** The fields of POST /v1/images/edits beside the files. */
export const ImageEditsRequest = ImagesRequest.extend({
  n: z.coerce.number().int().min(1).max(10).optional(),
  output_compression: z.coerce.number().int().min(0).max(100).optional(),
  input_fidelity: z.enum(["low", "high"]).optional(),
  stream: z.enum(["true", "false"]).optional().describe("The image as an event, after unfinished ones; one at a time"),
  partial_images: z.coerce
    .number()
    .int()
    .min(0)
    .max(3)
    .optional()
    .describe("How many unfinished images a stream shows at most; each costs 100 tokens of an image more"),
});

interface EditedFile {
  /** Its place in the form. */
  readonly place: string;
  readonly field: "image" | "image[]" | "mask";
  readonly mediaType: (typeof inputImageTypes)[number];
  /** Base64. */
  readonly data: string;
}

/** A form that was accepted. */
export interface ImageEditForm {
  readonly asked: z.infer<typeof ImageEditsRequest>;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly images: readonly EditedFile[];
  readonly mask: EditedFile | undefined;
}

const wrong = (field: string, expected: string): NexusError =>
  new NexusError("INVALID_INPUT", { issues: [{ field, expected }] });

const fileAt = (place: string, field: EditedFile["field"], { bytes }: FormUpload): EditedFile => {
  const data = bytes.toString("base64");
  const found = imageTypeOf(data);
  const mediaType = inputImageTypes.find((type) => type === found);
  if (mediaType === undefined || (field === "mask" && mediaType !== "image/png"))
    throw wrong(place, field === "mask" ? "a PNG image" : "a PNG, JPEG or WebP image");
  return { place, field, mediaType, data };
};

export const parseImageEditForm = ({ texts, files, fileLists }: FormFields): ImageEditForm => {
  const asked = parseInput(ImageEditsRequest, texts);
  requireKnownFields(texts, imageEditFields);
  const { image, mask, ...others } = files;
  const { "image[]": list = [], ...otherLists } = fileLists;
  const [other] = Object.keys({ ...others, ...otherLists });
  if (other !== undefined) throw wrong(other, "absent");
  const several = image === undefined ? list : [image, ...list];
  if (several.length === 0) throw wrong("image", "an image, or several as image[]");
  if (several.length > mostImages) throw wrong("image", `at most ${mostImages} images`);
  return {
    asked,
    fields: texts,
    images: several.map((file, index) =>
      several.length === 1 ? fileAt("image", "image", file) : fileAt(`image.${index}`, "image[]", file),
    ),
    mask: mask === undefined ? undefined : fileAt("mask", "mask", mask),
  };
};
