import type { Units } from "../units.ts";
import type { JsonObject } from "../read-json.ts";
import { finiteNumberOf, isObject, listOf, objectOf, stringOf } from "../read-json.ts";
import type { ObjectShape } from "../shape.ts";
import type { Pixels } from "../media/measure.ts";

/** What fal makes by a model, and bills. */
export interface FalModel {
  readonly id: string;
  readonly shape: ObjectShape;
  /** Images, each so large; none of a model of videos. */
  readonly images: (body: JsonObject) => readonly Pixels[];
  /** Seconds of the video that it makes. */
  readonly seconds?: (body: JsonObject) => number;
  readonly units: (body: JsonObject) => Units;
  /** The same in the model's own unit, as `x-fal-billable-units` tells it. */
  readonly billable: (body: JsonObject) => number;
}

const count = (body: JsonObject): number => finiteNumberOf(body["num_images"]) ?? 1;

// https://fal.ai/models/fal-ai/flux-1/dev/llms.txt, `image_size`
const presets: Readonly<Record<string, Pixels>> = {
  square_hd: { width: 1_024, height: 1_024 },
  square: { width: 512, height: 512 },
  portrait_4_3: { width: 768, height: 1_024 },
  portrait_16_9: { width: 576, height: 1_024 },
  landscape_4_3: { width: 1_024, height: 768 },
  landscape_16_9: { width: 1_024, height: 576 },
};

const pixelsOf = (body: JsonObject): Pixels => {
  const size = body["image_size"];
  if (isObject(size))
    return { width: finiteNumberOf(size["width"]) ?? 512, height: finiteNumberOf(size["height"]) ?? 512 };
  return presets[stringOf(size) || "landscape_4_3"] ?? { width: 1_024, height: 768 };
};

const megapixels = (body: JsonObject): number => {
  const { width, height } = pixelsOf(body);
  return count(body) * Math.ceil((width * height) / 1_000_000);
};

const fluxShape: ObjectShape = {
  fields: {
    prompt: "string",
    image_size: {
      either: [{ words: Object.keys(presets) }, { fields: { width: "integer", height: "integer" } }],
    },
    num_inference_steps: "integer",
    seed: "integer",
    guidance_scale: "number",
    sync_mode: "boolean",
    num_images: "integer",
    enable_safety_checker: "boolean",
    output_format: { words: ["jpeg", "png"] },
    acceleration: { words: ["none", "regular", "high"] },
  },
  required: ["prompt"],
};

const flux = (id: string): FalModel => ({
  id,
  shape: fluxShape,
  images: (body) => Array.from({ length: count(body) }, () => pixelsOf(body)),
  units: (body) => ({ megapixel: megapixels(body) }),
  billable: megapixels,
});

// https://fal.ai/models/fal-ai/nano-banana/llms.txt and …/edit/llms.txt
const bananaFields: ObjectShape["fields"] = {
  prompt: "string",
  num_images: "integer",
  output_format: { words: ["jpeg", "png", "webp"] },
  aspect_ratio: { words: ["21:9", "1:1", "4:3", "3:2", "2:3", "5:4", "4:5", "3:4", "16:9", "9:16", "auto"] },
  seed: "integer",
  sync_mode: "boolean",
};

const banana = (id: string, shape: ObjectShape): FalModel => ({
  id,
  shape,
  images: (body) => Array.from({ length: count(body) }, () => ({ width: 1_024, height: 1_024 })),
  units: (body) => ({ image: count(body) }),
  billable: count,
});

// https://fal.ai/models/fal-ai/veo3.1/llms.txt and …/image-to-video/llms.txt
const veoFields: ObjectShape["fields"] = {
  prompt: "string",
  aspect_ratio: { words: ["16:9", "9:16", "auto"] },
  duration: { words: ["4s", "6s", "8s"] },
  negative_prompt: "string",
  resolution: { words: ["720p", "1080p", "4k"] },
  generate_audio: "boolean",
  seed: "integer",
  auto_fix: "boolean",
};

const lengthOf = (body: JsonObject): number => Number(stringOf(body["duration"]).replace("s", "")) || 8;
const classOf = { "720p": "videoSecond", "1080p": "videoSecond1080p", "4k": "videoSecond4k" } as const;

const veo = (id: string, begins: "text" | "image"): FalModel => ({
  id,
  shape:
    begins === "text"
      ? { fields: veoFields, required: ["prompt"] }
      : { fields: { ...veoFields, image_url: "string" }, required: ["prompt", "image_url"] },
  images: () => [],
  seconds: lengthOf,
  units: (body) => {
    const resolution = stringOf(body["resolution"]);
    return { [classOf[resolution === "4k" || resolution === "1080p" ? resolution : "720p"]]: lengthOf(body) };
  },
  billable: lengthOf,
});

export const falEmulated: readonly FalModel[] = [
  veo("fal-ai/veo3.1", "text"),
  veo("fal-ai/veo3.1/fast", "text"),
  veo("fal-ai/veo3.1/image-to-video", "image"),
  veo("fal-ai/veo3.1/fast/image-to-video", "image"),
  flux("fal-ai/flux-1/schnell"),
  flux("fal-ai/flux-1/dev"),
  flux("fal-ai/flux-pro/v1.1"),
  banana("fal-ai/nano-banana", { fields: bananaFields, required: ["prompt"] }),
  banana("fal-ai/nano-banana/edit", {
    fields: { ...bananaFields, image_urls: { list: "string" } },
    required: ["prompt", "image_urls"],
  }),
];

/** Everything that a request of images refuses beside its shape: at least one image, at most four, and none without one to edit. */
export const outOfRange = (body: JsonObject): { readonly field: string; readonly message: string } | undefined => {
  const images = count(body);
  if (!Number.isInteger(images) || images < 1 || images > 4)
    return { field: "num_images", message: "Input should be between 1 and 4" };
  if (body["image_urls"] !== undefined && listOf(body["image_urls"]).length === 0)
    return { field: "image_urls", message: "List should have at least 1 item after validation" };
  const { width, height } = objectOf(body["image_size"]);
  return [width, height].some((side) => typeof side === "number" && (side < 1 || side > 14_142))
    ? { field: "image_size", message: "Input should be less than or equal to 14142" }
    : undefined;
};
