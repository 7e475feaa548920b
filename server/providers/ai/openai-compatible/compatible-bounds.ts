import type { MeasuredMedium } from "../../../contracts/media.ts";
import type { MediumTokens, VendorBounds, VendorFee } from "../../../contracts/vendor-bounds.ts";
import { squaresOf } from "../../_wire/image-tokens.ts";
import { openAiImageTokens } from "../../_wire/openai-image-tokens.ts";

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

const common = { medium, inputTokensMax: () => undefined, cachesUnasked: true, toolTokens: () => 0 } as const;

/** Servers on the operator's own machines: no fees, nothing but tokens, and thinking comes with the answer. */
export const selfHostedBounds: VendorBounds = {
  ...common,
  unaskedOutput: () => undefined,
  hidesOutput: () => false,
  fees: () => [],
};

/** openrouter.ai/docs: makers' own fees are passed on; a document that a model cannot read is read for a fee by page. */
const openRouterFees = (model: string, documentPages: number | undefined): readonly VendorFee[] => {
  const fees: VendorFee[] = [];
  if (/deep-research/.test(model)) fees.push({ unitClass: "search", count: undefined });
  else if (/sonar|-search-(preview|api)|:online\b/.test(model)) fees.push({ unitClass: "request", count: 1 });
  if (documentPages !== 0 && !readsDocuments.test(model)) fees.push({ unitClass: "page", count: documentPages });
  return fees;
};

/** Makers whose models read documents themselves. */
const readsDocuments = /^~?(anthropic\/claude|google\/gemini|openai\/(gpt-[4-9]|o\d))/;

/** OpenRouter, which passes on what the makers of its models bill. */
export const openRouterBounds: VendorBounds = {
  ...common,
  unaskedOutput: (model) => (/image/.test(model) ? { unitClass: "outputImage", least: 6_240 } : undefined),
  hidesOutput: () => true,
  fees: openRouterFees,
};
