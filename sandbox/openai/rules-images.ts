import { finiteNumberOf, stringOf } from "../read-json.ts";
import { invalid } from "../refusal.ts";
import { listed } from "./openai-rule.ts";
import type { OpenaiRule } from "./openai-rule.ts";
import { imagesFit } from "./rules-shape.ts";

const mostCharacters = 32_000;

// https://platform.openai.com/docs/api-reference/images/create#images-create-prompt: 32,000 characters
const promptFits: OpenaiRule = ({ body }) => {
  const { length } = stringOf(body["prompt"]);
  if (length === 0) return invalid("Invalid 'prompt': the prompt must not be empty.", "prompt");
  return length > mostCharacters
    ? invalid(
        `Invalid 'prompt': string too long. Expected a string with maximum length ${mostCharacters}, but got a string with length ${length} instead.`,
        "prompt",
        "string_above_max_length",
      )
    : undefined;
};

const within =
  (name: string, least: number, most: number): OpenaiRule =>
  ({ body }) => {
    const value = finiteNumberOf(body[name]);
    if (value === undefined || (value >= least && value <= most)) return undefined;
    return value < least
      ? invalid(
          `Invalid '${name}': integer below minimum value. Expected a value >= ${least}, but got ${value} instead.`,
          name,
          "integer_below_min_value",
        )
      : invalid(
          `Invalid '${name}': integer above maximum value. Expected a value <= ${most}, but got ${value} instead.`,
          name,
          "integer_above_max_value",
        );
  };

// …#images-create-size: the three sizes, or multiples of 16 of a bounded shape where any size is drawn
const sizeIsDrawn: OpenaiRule = ({ body, model }) => {
  const size = stringOf(body["size"]);
  const sizes = model.draws?.sizes ?? [];
  if (size === "" || size === "auto") return undefined;
  if (sizes !== "any") {
    return sizes.includes(size)
      ? undefined
      : invalid(`Invalid value: '${size}'. Supported values are: ${listed(sizes)}.`, "size", "invalid_value");
  }
  const [, width = 0, height = 0] = (/^(\d+)x(\d+)$/.exec(size) ?? []).map(Number);
  const area = width * height;
  const fits =
    area >= 655_360 &&
    area <= 3_840 * 2_160 &&
    Math.max(width, height) <= 3_840 &&
    width % 16 === 0 &&
    height % 16 === 0 &&
    Math.max(width, height) <= 3 * Math.min(width, height);
  return fits
    ? undefined
    : invalid(`Invalid size '${size}'. Width and height must both be divisible by 16.`, "size", "invalid_value");
};

// …#images-create-background: only PNG and WebP are transparent
const transparencyFits: OpenaiRule = ({ body }) =>
  body["background"] === "transparent" && body["output_format"] === "jpeg"
    ? invalid("Transparent background is not supported for JPEG output format.", "background", "invalid_value")
    : undefined;

// …#images-create-output_compression: only for WebP and JPEG
const compressionFits: OpenaiRule = ({ body }) => {
  const level = finiteNumberOf(body["output_compression"]);
  const format = stringOf(body["output_format"]);
  return level !== undefined && level < 100 && format !== "jpeg" && format !== "webp"
    ? invalid("Compression less than 100 is not supported for PNG output format.", "output_compression", null)
    : undefined;
};

// …#images-create-partial_images: only of a stream
const previewsAreStreamed: OpenaiRule = ({ body }) =>
  (finiteNumberOf(body["partial_images"]) ?? 0) > 0 && body["stream"] !== true
    ? invalid("The 'partial_images' parameter is only supported when 'stream' is true.", "partial_images")
    : undefined;

// Seen: https://github.com/theopenco/llmgateway/issues/3963
const oneIsStreamed: OpenaiRule = ({ body }) =>
  body["stream"] === true && (finiteNumberOf(body["n"]) ?? 1) > 1
    ? invalid("Streaming is only supported with n=1.", "n")
    : undefined;

/** What is refused of any drawing, of its form apart. */
export const drawingRules: readonly OpenaiRule[] = [
  promptFits,
  within("n", 1, 10),
  within("output_compression", 0, 100),
  within("partial_images", 0, 3),
  sizeIsDrawn,
  transparencyFits,
  compressionFits,
  previewsAreStreamed,
  oneIsStreamed,
];

/** Everything that POST /images/generations refuses. */
export const imagesRules: readonly OpenaiRule[] = [imagesFit, ...drawingRules];
