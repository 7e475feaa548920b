import { pagesOf, pixelsOf, secondsOf, unseen } from "../media/measure.ts";
import { isObject, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import type { GeminiModel } from "./models.ts";

/** A small image is one tile, a larger one as many as cover it. */
function tilesOf(base64: string | undefined): number {
  const { width, height } = base64 === undefined ? unseen : pixelsOf(base64);
  if (width <= 384 && height <= 384) return 1;
  const unit = Math.min(768, Math.max(256, Math.floor(Math.min(width, height) / 1.5)));
  return Math.ceil(width / unit) * Math.ceil(height / unit);
}

/** Tokens of a medium, by the class in which they are billed. */
interface MediaTokens {
  readonly seen: number;
  readonly heard: number;
}

// https://ai.google.dev/gemini-api/docs/tokens#multimodal-tokens: 258 a tile, 258 a page, 32 a second of sound, 263 of
// video; Gemini 3: https://ai.google.dev/gemini-api/docs/media-resolution: 1,120 an image, 560 a page
export function geminiMediaTokens(model: GeminiModel, part: JsonObject): MediaTokens {
  const inline = isObject(part["inlineData"]) ? part["inlineData"] : undefined;
  const type = stringOf((inline ?? objectOf(part["fileData"]))["mimeType"]);
  const data = inline === undefined ? undefined : stringOf(inline["data"]);
  if (type.startsWith("image/")) return { seen: model.signs ? 1_120 : 258 * tilesOf(data), heard: 0 };
  if (type === "application/pdf") {
    return { seen: (model.signs ? 560 : 258) * (data === undefined ? 1 : pagesOf(data)), heard: 0 };
  }
  if (type.startsWith("audio/")) {
    return { seen: 0, heard: Math.max(1, Math.ceil(32 * (data === undefined ? 1 : secondsOf(data, 1.5625)))) };
  }
  // Of a video the sandbox does not know the length: a second.
  return { seen: type.startsWith("video/") ? 263 : 0, heard: 0 };
}
