import { countTokens } from "../count-tokens.ts";
import { drawPng } from "../media/draw-png.ts";
import type { Pixels } from "../media/measure.ts";
import { finiteNumberOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { firstRefusal } from "../refusal.ts";
import { usableUnits } from "../units.ts";
import type { Units } from "../units.ts";
import { jsonReply } from "../vendor.ts";
import type { VendorReply, VendorRequest } from "../vendor.ts";
import { openaiHeaders, refused } from "./errors.ts";
import { imageFrames } from "./image-events.ts";
import type { OpenaiModel } from "./models.ts";
import { imagesRules } from "./rules-images.ts";

/** What stands for a picture in a format that is not drawn here: the shortest file of its kind. */
const smallest: Readonly<Record<string, string>> = {
  jpeg: "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AKp//2Q==",
  webp: "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==",
};

// https://platform.openai.com/docs/guides/image-generation#cost-and-latency; unasked, the best there is
const fixed: Readonly<Record<string, readonly [square: number, portrait: number, landscape: number]>> = {
  low: [272, 408, 400],
  medium: [1_056, 1_584, 1_568],
  high: [4_160, 6_240, 6_208],
};
const edges: Readonly<Record<string, number>> = { low: 16, medium: 48, high: 96 };

function imageTokens({ draws }: OpenaiModel, { width, height }: Pixels, quality: string): number {
  if (draws?.sizes !== "any") {
    const [square = 0, portrait = 0, landscape = 0] = fixed[quality] ?? [];
    return width === height ? square : width < height ? portrait : landscape;
  }
  const edge = edges[quality] ?? 96;
  const long = Math.max(width, height);
  const rows = Math.round((edge * Math.min(width, height)) / long);
  return Math.ceil((edge * rows * (2_000_000 + width * height)) / 4_000_000);
}

const imageUnits = (usage: JsonObject | undefined): Units | null => {
  if (usage === undefined) return null;
  const given = objectOf(usage["input_tokens_details"]);
  return usableUnits({
    input: given["text_tokens"],
    inputImage: given["image_tokens"],
    outputImage: usage["output_tokens"],
  });
};

const sizeOf = (size: string): Pixels => {
  const [, width = 1_024, height = 1_024] = (/^(\d+)x(\d+)$/.exec(size) ?? []).map(Number);
  return { width, height };
};

/** …/guides/image-generation#partial-images: each costs so many image tokens more. */
const previewTokens = 100;

/** …/api-reference/images/create#images-create-partial_images: a quick drawing may be done before all of them are shown. */
const shown = (body: JsonObject, quality: string): number => {
  const asked = body["stream"] === true ? (finiteNumberOf(body["partial_images"]) ?? 0) : 0;
  return quality === "low" ? Math.min(asked, 1) : asked;
};

/** Pictures of one colour, which follows from the request; those that went in took so many tokens each time. */
export function drawnReply(request: VendorRequest, model: OpenaiModel, body: JsonObject, seen: number): VendorReply {
  const digest = request.bodyDigest;
  const count = finiteNumberOf(body["n"]) ?? 1;
  const asked = stringOf(body["quality"]);
  const quality = asked === "" || asked === "auto" ? "high" : asked;
  const format = stringOf(body["output_format"]) || "png";
  const pixels = sizeOf(stringOf(body["size"]));
  // Measured, as nothing is published: several images made of images are billed as requests of their own.
  // https://community.openai.com/t/openai-must-document-the-input-image-pricing-of-gpt-image-2/1382940
  const times = seen === 0 ? 1 : count;
  const text = countTokens(stringOf(body["prompt"])) * times;
  const looked = seen * times;
  const previews = shown(body, quality);
  const made = count * (imageTokens(model, pixels, quality) + previews * previewTokens);
  const truth = {
    total_tokens: text + looked + made,
    input_tokens: text + looked,
    output_tokens: made,
    input_tokens_details: { text_tokens: text, image_tokens: looked },
  };
  const usage = request.telling.edit(truth);
  const colourOf = (index: number): string => digest.slice(index * 6, index * 6 + 6);
  const drawn = (index: number): string => smallest[format] ?? drawPng(pixels, colourOf(index)).toString("base64");
  const created = Math.floor(request.nowMs / 1_000);
  const facts = {
    background: body["background"] === "transparent" ? "transparent" : "opaque",
    output_format: format,
    quality,
    size: `${pixels.width}x${pixels.height}`,
  };
  if (body["stream"] === true) {
    return {
      status: 200,
      headers: { "content-type": "text/event-stream; charset=utf-8", ...openaiHeaders(digest) },
      frames: imageFrames({
        name: request.path === "/images/edits" ? "image_edit" : "image_generation",
        facts: { ...facts, created_at: created },
        previews: Array.from({ length: previews }, (_, index) => drawn(index + 1)),
        image: { b64_json: drawn(0) },
        usage,
      }),
      streamed: true,
      units: imageUnits(truth),
      reported: imageUnits(usage),
    };
  }
  const answer = {
    created,
    data: Array.from({ length: count }, (_, index) => ({ b64_json: drawn(index) })),
    ...facts,
    ...(usage === undefined ? {} : { usage }),
  };
  return jsonReply(200, openaiHeaders(digest), answer, { units: imageUnits(truth), reported: imageUnits(usage) });
}

/** POST /images/generations. */
export function imagesReply(request: VendorRequest, model: OpenaiModel): VendorReply {
  const body = objectOf(request.body);
  const refusal = firstRefusal(imagesRules, { body, model, named: request.model });
  return refusal === undefined ? drawnReply(request, model, body, 0) : refused(refusal, request.bodyDigest);
}
