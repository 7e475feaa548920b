import { pixelsOf } from "../media/measure.ts";
import { sniff } from "../media/sniff.ts";
import { listOf, objectOf, stringOf } from "../read-json.ts";
import { invalid } from "../refusal.ts";
import { listed } from "./openai-rule.ts";
import type { OpenaiRule } from "./openai-rule.ts";
import { drawingRules } from "./rules-images.ts";
import { imageEditsFit } from "./rules-shape.ts";

const mega = 1_048_576;
const bytesOf = (file: unknown): Buffer => Buffer.from(stringOf(objectOf(file)["data"]), "base64");
const dataOf = (file: unknown): string => stringOf(objectOf(file)["data"]);

// https://platform.openai.com/docs/api-reference/images/createEdit#images-createedit-image: up to 16 images
const notTooMany: OpenaiRule = ({ body }) => {
  const { length } = listOf(body["image"]);
  return length > 16
    ? invalid(
        `Invalid 'image': array too long. Expected an array with maximum length 16, but got an array with length ${length} instead.`,
        "image",
        "array_above_max_length",
      )
    : undefined;
};

const formats = ["image/jpeg", "image/png", "image/webp"];

// …#images-createedit-image: png, webp or jpg
const imagesAreImages: OpenaiRule = ({ body }) => {
  const found = listOf(body["image"]).map((file) => sniff(dataOf(file)) ?? "application/octet-stream");
  const other = found.find((type) => !formats.includes(type));
  return other === undefined
    ? undefined
    : invalid(
        `Invalid file 'image': unsupported mimetype ('${other}'). Supported file formats are ${listed(formats)}.`,
        "image",
        "unsupported_file_mimetype",
      );
};

// …#images-createedit-image: less than 50 MB each; …#images-createedit-mask: less than 4 MB
const filesFit: OpenaiRule = ({ body }) => {
  const large = listOf(body["image"]).some((file) => bytesOf(file).length >= 50 * mega);
  if (large) return invalid("Invalid 'image': file too large. Expected a file smaller than 50MB.", "image");
  return bytesOf(body["mask"]).length >= 4 * mega
    ? invalid("Invalid 'mask': file too large. Expected a file smaller than 4MB.", "mask")
    : undefined;
};

const badMask = (why: string) => invalid(`Invalid mask image format - ${why}`, null, "invalid_mask_image_format");

/** Grey or colour with alpha: https://www.w3.org/TR/png-3/#3colourType */
const hasAlpha = (png: Buffer): boolean => png[25] === 4 || png[25] === 6;

// …#images-createedit-mask: a PNG of the first image's size; …/guides/image-generation#mask-requirements: with alpha
const maskFits: OpenaiRule = ({ body }) => {
  if (body["mask"] === undefined) return undefined;
  if (sniff(dataOf(body["mask"])) !== "image/png") return badMask("mask image is not a PNG");
  if (!hasAlpha(bytesOf(body["mask"]))) return badMask("mask image missing alpha channel");
  const image = pixelsOf(dataOf(listOf(body["image"])[0]));
  const mask = pixelsOf(dataOf(body["mask"]));
  return image.width === mask.width && image.height === mask.height
    ? undefined
    : badMask("mask size does not match image size");
};

// …#images-createedit-input_fidelity: both of gpt-image-1.5, low of gpt-image-1-mini, neither of gpt-image-2
const fidelityIsOffered: OpenaiRule = ({ body, model }) => {
  const fidelity = stringOf(body["input_fidelity"]);
  const offered = model.draws?.fidelities ?? [];
  return fidelity === "" || offered.includes(fidelity)
    ? undefined
    : invalid(
        `The model '${model.id}' does not support the 'input_fidelity' parameter with this value.`,
        "input_fidelity",
        "invalid_input_fidelity_model",
      );
};

/** Everything that POST /images/edits refuses. */
export const imageEditsRules: readonly OpenaiRule[] = [
  imageEditsFit,
  ...drawingRules,
  notTooMany,
  filesFit,
  imagesAreImages,
  maskFits,
  fidelityIsOffered,
];
