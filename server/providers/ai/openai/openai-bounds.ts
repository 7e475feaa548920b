import type { MeasuredMedium } from "../../../contracts/media.ts";
import type { MediumTokens, VendorBounds } from "../../../contracts/vendor-bounds.ts";
import { openAiImageTokens } from "../_openai-chat/openai-image-tokens.ts";
import { speechBound, transcriptBound } from "./audio-bounds.ts";
import { imageBound } from "./image-bounds.ts";
import { openAiSearchBound } from "./search-bound.ts";
import { inputImageTokens } from "./input-image-tokens.ts";

// platform.openai.com/docs/guides/realtime-costs: a token for 100 ms of what a person says, for 50 of what a model says.
const audioTokensPerSecond = 20;
// …/guides/pdf-files: the text and a picture of each page; no figure for a page's text, so a dense page is assumed.
const pageTextTokens = 3_000;

const makesImages = /^gpt-image-/;

const medium = (of: MeasuredMedium, model: string): readonly MediumTokens[] | "refused" | undefined => {
  if (makesImages.test(model))
    return of.kind === "image" ? [{ unitClass: "inputImage", tokens: inputImageTokens(of.pixels, model) }] : "refused";
  switch (of.kind) {
    case "image":
      return [{ unitClass: "inputImage", tokens: openAiImageTokens(of.pixels, model) }];
    case "audio":
      return of.seconds === undefined
        ? undefined
        : [{ unitClass: "inputAudio", tokens: Math.ceil(of.seconds * audioTokensPerSecond) + 1 }];
    case "document": {
      if (of.pages === undefined || of.textBytes === undefined) return undefined;
      const text = Math.max(of.pages * pageTextTokens, of.textBytes);
      return [{ unitClass: "inputImage", tokens: of.pages * openAiImageTokens(undefined, model) + text }];
    }
    case "video":
      return "refused";
    case "other":
      return undefined;
  }
};

/** What OpenAI's documentation says of the most a request can be metered at. */
export const openAiBounds: VendorBounds = {
  medium,
  inputTokensMax: (model) => {
    // …/models/gpt-realtime-2.1: a context of 128,000; those before it have 32,000.
    if (model.includes("-realtime")) return model.startsWith("gpt-realtime-2") ? 131_072 : 32_768;
    return /^(gpt-4o|gpt-audio|o1|gpt-4-)/.test(model) ? 200_000 : 1_050_000;
  },
  // From GPT-5.6 on, caching is automatic and its writes have a price.
  cachesUnasked: true,
  unaskedOutput: (model) => (/image/.test(model) ? { unitClass: "outputImage", least: 6_240 } : undefined),
  // …/guides/reasoning: the tokens of thinking are billed and not shown. What is older does not think.
  hidesOutput: (model) => !/^(ft:)?(gpt-(3|4)|chatgpt-4o|text-embedding)/.test(model),
  fees: (model) =>
    // …/pricing: search models take a fee a call; research models one for each of their searches.
    /-search-(preview|api)/.test(model)
      ? [{ unitClass: "request", count: 1 }]
      : /deep-research/.test(model)
        ? [{ unitClass: "search", count: undefined }]
        : [],
  search: openAiSearchBound,
  toolTokens: () => 0,
  made: (made, model, media) => {
    switch (made.kind) {
      case "image":
        return imageBound(made, model, media.length);
      case "speech":
        return speechBound(made, model);
      case "transcript":
        return transcriptBound(model, media);
    }
  },
};
