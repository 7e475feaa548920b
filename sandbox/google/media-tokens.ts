import { pagesOf, pixelsOf, secondsOf, unseen } from "../media/measure.ts";
import { filmLength } from "../media/film-length.ts";
import { finiteNumberOf, isObject, objectOf, stringOf } from "../read-json.ts";
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

const secondsAt = (offset: unknown, otherwise: number): number =>
  typeof offset === "string" ? Number.parseFloat(offset) : otherwise;

// https://ai.google.dev/gemini-api/docs/video-understanding: a frame a second, or as many as asked for, of 258 tokens or at low
// resolution 66, and seven of its time stamp; 32 a second of sound. Gemini 3: …/media-resolution: 70 a frame, 280 at high.
function filmTokens(model: GeminiModel, part: JsonObject, data: string | undefined, resolution: unknown): MediaTokens {
  const { inlineData, fileData, videoMetadata } = part;
  if (inlineData === undefined && fileData === undefined) return { seen: 0, heard: 0 };
  // Of a film that is fetched, and of one whose head says nothing, the length is not known: a second.
  const { seconds, sound } = (data === undefined ? undefined : filmLength(Buffer.from(data, "base64"))) ?? {
    seconds: 1,
    sound: false,
  };
  const { fps, startOffset, endOffset } = objectOf(videoMetadata);
  const shown = Math.max(Math.min(seconds, secondsAt(endOffset, seconds)) - secondsAt(startOffset, 0), 0);
  const frames = Math.max(1, Math.ceil(shown * (finiteNumberOf(fps) ?? 1)));
  const each = model.signs
    ? resolution === "MEDIA_RESOLUTION_HIGH"
      ? 280
      : 70
    : resolution === "MEDIA_RESOLUTION_LOW"
      ? 66
      : 258;
  return {
    seen: frames * (each + 7),
    heard: sound ? Math.ceil(shown * 32) : 0,
  };
}

// https://ai.google.dev/gemini-api/docs/tokens#multimodal-tokens: 258 a tile, 258 a page, 32 a second of sound, 263 of
// video; Gemini 3: https://ai.google.dev/gemini-api/docs/media-resolution: 1,120 an image, 560 a page
export function geminiMediaTokens(model: GeminiModel, part: JsonObject, resolution?: unknown): MediaTokens {
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
  return type.startsWith("video/") || type === "" ? filmTokens(model, part, data, resolution) : { seen: 0, heard: 0 };
}
