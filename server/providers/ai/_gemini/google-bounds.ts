import type { MeasuredMedium } from "../../../contracts/media.ts";
import type { MediumTokens, VendorBounds } from "../../../contracts/vendor-bounds.ts";
import { groundingBound } from "./search-bound.ts";
import { squaresOf } from "../../_wire/image-tokens.ts";

// ai.google.dev/gemini-api/docs/image-understanding#token-calculation
const tileTokens = 258;
/** Sixteen tiles of an image scaled to 3,072 × 3,072, rounded up. */
const imageTokensMax = 5_000;
// …/media-resolution: an image at its highest resolution from Gemini 3 on; a page of a document at its highest.
const resolvedImageTokens = 2_240;
/** Before Gemini 3, at highest resolution, an image larger than a tile counts whole and in parts ("pan and scan"). */
const scannedImageTokens = 2_304;
const resolvedPageTokens = 1_120;
// …/video-understanding and …/media-resolution: 258 a frame, 280 of Gemini 3 at high resolution, each with a time stamp of
// seven; at low resolution 66, and 70 of Gemini 3. One frame a second, unless the request says how many.
const frameTokens = 300;
const coarseFrameTokens = 110;
// …/audio#technical-details
const audioTokensPerSecond = 32;
const audioSecondsMax = 9.5 * 3_600;
// …/document-processing
const pagesMax = 1_000;

const resolves = /^gemini-([3-9]|\d\d)/;
/** Aliases without a number (`gemini-flash-latest`) may be of any generation. */
const generationUnknown = /^(?!gemini-\d)/;
const mayResolve = (model: string): boolean => resolves.test(model) || generationUnknown.test(model);

/** A tile's side is the shorter side by 1.5, between 256 and 768 pixels. */
const tiles = ({ width, height }: { readonly width: number; readonly height: number }): number =>
  width <= 384 && height <= 384
    ? 1
    : squaresOf({ width, height }, Math.min(Math.max(Math.floor(Math.min(width, height) / 1.5), 256), 768));

const imageTokens = ({ pixels }: MeasuredMedium, model: string): number => {
  const tiled = pixels === undefined ? imageTokensMax : Math.min(tiles(pixels) * tileTokens, imageTokensMax);
  if (mayResolve(model)) return Math.max(tiled, resolvedImageTokens);
  return tiled > tileTokens ? Math.max(tiled, scannedImageTokens) : tiled;
};

const soundTokens = (seconds: number): MediumTokens => ({
  unitClass: "inputAudio",
  tokens: Math.ceil(seconds * audioTokensPerSecond),
});

const medium = (of: MeasuredMedium, model: string): readonly MediumTokens[] | undefined => {
  switch (of.kind) {
    case "image":
      return [{ unitClass: "inputImage", tokens: imageTokens(of, model) }];
    case "audio":
      return [soundTokens(Math.min(of.seconds ?? audioSecondsMax, audioSecondsMax))];
    case "video": {
      const { fps = 1, seconds: shown = Number.POSITIVE_INFINITY, coarse } = of.view ?? {};
      const plays = Math.min(of.seconds ?? Number.POSITIVE_INFINITY, shown);
      if (!Number.isFinite(plays)) return undefined;
      // Even the shortest video counts as one frame.
      const count = Math.ceil(Math.ceil(plays) * fps) + 1;
      const tokens = count * (coarse === true ? coarseFrameTokens : frameTokens);
      const frames: MediumTokens = { unitClass: "inputVideo", tokens };
      return of.sound === false ? [frames] : [frames, soundTokens(Math.ceil(plays) + 1)];
    }
    case "document": {
      if (of.textBytes === undefined) return undefined;
      const pageTokens = mayResolve(model) ? resolvedPageTokens : tileTokens;
      return [{ unitClass: "input", tokens: Math.min(of.pages ?? pagesMax, pagesMax) * pageTokens + of.textBytes }];
    }
    case "other":
      return undefined;
  }
};

/** Input limits of the models' pages; a million tokens is 2^20 there. */
const inputTokensMax = (model: string): number =>
  /-image/.test(model) ? 131_072 : /1\.5-pro|pro-1\.5/.test(model) ? 2_097_152 : 1_048_576;

/** What Gemini's documentation says of the most a request can be metered at. */
export const googleBounds: VendorBounds = {
  medium,
  inputTokensMax,
  // Implicit caching is a discount; nothing is charged for what it writes.
  cachesUnasked: false,
  // …/image-generation: 1,290 tokens an image, up to 2,520 at 4K. …/speech-generation: 25 tokens a second.
  unaskedOutput: (model) =>
    /image/.test(model)
      ? { unitClass: "outputImage", least: 2_520 }
      : /tts|native-audio|-live/.test(model)
        ? { unitClass: "outputAudio", least: 0 }
        : undefined,
  // …/thinking: from 2.5 on, and what is shown of it is a summary.
  hidesOutput: (model) => !/^(gemini-(1|2\.0|embedding)|text-embedding)/.test(model),
  fees: () => [],
  search: (model) => groundingBound(model, inputTokensMax(model)),
  toolTokens: () => 0,
};
