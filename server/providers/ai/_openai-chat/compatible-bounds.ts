import type { MeasuredMedium } from "../../../contracts/media.ts";
import type { MediumTokens, VendorBounds } from "../../../contracts/vendor-bounds.ts";
import { squaresOf } from "../../_wire/image-tokens.ts";
import { openAiImageTokens } from "./openai-image-tokens.ts";

/** Any maker's rule may apply, so each figure is the dearest of those that makers document. */
const videoTokensPerSecond = 300;
const audioTokensPerSecond = 32;
const pageTokens = 3_000 + 4_784;

/** Models that cut every image into squares of 28, at most so many (Qwen-VL's own limit; others take far fewer). */
const squaresMax = 16_384;
/** The most that models with tiles of a fixed size make of an image (Llama, Pixtral, Grok, Gemma, LLaVA), rounded up. */
const tiledTokens = 8_000;

const imageTokens = ({ pixels }: MeasuredMedium, model: string): number => {
  if (/claude/.test(model)) return 4_784;
  if (/gemini/.test(model)) return 5_000;
  if (/(^|\/)(gpt-|o\d|chatgpt)/.test(model)) return openAiImageTokens(pixels, model);
  return pixels === undefined ? squaresMax : Math.min(Math.max(squaresOf(pixels, 28), tiledTokens), squaresMax);
};

const medium = (of: MeasuredMedium, model: string): readonly MediumTokens[] | undefined => {
  switch (of.kind) {
    case "image":
      return [{ unitClass: "inputImage", tokens: imageTokens(of, model) }];
    case "audio":
      return of.seconds === undefined
        ? undefined
        : [{ unitClass: "inputAudio", tokens: Math.ceil(of.seconds * audioTokensPerSecond) + 1 }];
    case "video": {
      if (of.seconds === undefined) return undefined;
      const seconds = Math.ceil(of.seconds) + 1;
      const frames: MediumTokens = { unitClass: "inputVideo", tokens: seconds * videoTokensPerSecond };
      return of.sound === false
        ? [frames]
        : [frames, { unitClass: "inputAudio", tokens: seconds * audioTokensPerSecond }];
    }
    case "document":
      return of.pages === undefined || of.textBytes === undefined
        ? undefined
        : [{ unitClass: "input", tokens: of.pages * pageTokens + of.textBytes }];
    case "other":
      return undefined;
  }
};

/** What any maker's models can be metered at, for servers that may run any of them: no fees, nothing but tokens. */
export const compatibleBounds: VendorBounds = {
  medium,
  inputTokensMax: () => undefined,
  cachesUnasked: true,
  unaskedOutput: () => undefined,
  hidesOutput: () => true,
  fees: () => [],
  toolTokens: () => 0,
};

/** Servers on the operator's own machines, where thinking comes with the answer, and a ranking is told in tokens. */
export const selfHostedBounds: VendorBounds = {
  ...compatibleBounds,
  hidesOutput: () => false,
  made: ({ kind }) => (kind === "ranking" ? { units: {}, metersInput: "once" } : undefined),
};
