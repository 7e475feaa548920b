import { listOf, objectOf, stringOf } from "../read-json.ts";
import { invalid } from "../refusal.ts";
import type { OpenaiRule } from "./openai-rule.ts";
import { refusedImage } from "./rules-media.ts";
import { moderationsFit } from "./rules-shape.ts";

interface Image {
  readonly url: string;
  readonly place: string;
}

const imagesOf = (input: unknown): readonly Image[] =>
  listOf(input).flatMap((part, index) =>
    objectOf(part)["type"] === "image_url"
      ? [{ url: stringOf(objectOf(objectOf(part)["image_url"])["url"]), place: `input[${index}].image_url.url` }]
      : [],
  );

// As the endpoint was seen to answer: https://github.com/antiwork/gumroad/pull/4709
const oneImage: OpenaiRule = ({ body }) => {
  const { length } = imagesOf(body["input"]);
  return length > 1
    ? invalid(`Number of images (${length}) exceeds maximum of 1`, "input", "too_many_images")
    : undefined;
};

// https://platform.openai.com/docs/guides/images-vision#image-input-requirements
const readableImages: OpenaiRule = ({ body }) => {
  for (const { url, place } of imagesOf(body["input"])) {
    const refusal = refusedImage(url, place);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
};

const imageBytesMax = 20 * 1024 * 1024;

// https://platform.openai.com/docs/guides/moderation: image files can be up to 20 MB. The words are ours.
const smallImages: OpenaiRule = ({ body }) => {
  const large = imagesOf(body["input"]).find(({ url }) => (url.length * 3) / 4 > imageBytesMax);
  return large && invalid("Image files are limited to 20 MB.", large.place);
};

/** Everything that POST /moderations refuses. */
export const moderationsRules: readonly OpenaiRule[] = [moderationsFit, oneImage, smallImages, readableImages];
