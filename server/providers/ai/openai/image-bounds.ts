import type { Made, MadeBound } from "../../../contracts/made.ts";
import { highFidelityTokens } from "./input-image-tokens.ts";

type Quality = "low" | "medium" | "high";

const isQuality = (quality: string | undefined): quality is Quality =>
  quality === "low" || quality === "medium" || quality === "high";

// platform.openai.com/docs/guides/image-generation#cost-and-latency: image tokens by size and quality.
const fixedSizes: Readonly<Record<Quality, Readonly<Record<string, number>>>> = {
  low: { "1024x1024": 272, "1024x1536": 408, "1536x1024": 400 },
  medium: { "1024x1024": 1_056, "1024x1536": 1_584, "1536x1024": 1_568 },
  high: { "1024x1024": 4_160, "1024x1536": 6_240, "1536x1024": 6_208 },
};

const fixedTokens = (quality: Quality, size: string | undefined): number =>
  (size === undefined ? undefined : fixedSizes[quality][size]) ?? Math.max(...Object.values(fixedSizes[quality]));

// The calculator on the same page, for models that draw any size: a grid of the quality's edge, weighed by the area.
const edges: Readonly<Record<Quality, number>> = { low: 16, medium: 48, high: 96 };
/** …/api-reference/images/create#images-create-size: at most as many pixels as 3840 × 2160. */
const mostPixels = 3_840 * 2_160;

const anyTokens = (quality: Quality, size: string | undefined): number => {
  const edge = edges[quality];
  const [width, height] = (size ?? "").split("x").map(Number);
  const known = width !== undefined && height !== undefined && width > 0 && height > 0;
  const [long, short, area] = known
    ? [Math.max(width, height), Math.min(width, height), width * height]
    : [1, 1, mostPixels];
  const rows = Math.floor((2 * edge * short + long) / (2 * long));
  return Math.ceil((edge * rows * (2_000_000 + area)) / 4_000_000);
};

/** …#partial-images: each costs so many image tokens more. */
const previewTokens = 100;
/** Only this model has a price for text that it writes; the page has no figure for how much, so that much is assumed. */
const textTokens = 2_048;

const models: readonly (readonly [RegExp, { readonly tokens: typeof anyTokens; readonly text: number }])[] = [
  [/^gpt-image-1\.5(-|$)/, { tokens: fixedTokens, text: textTokens }],
  [/^gpt-image-1(-mini)?(-\d|$)/, { tokens: fixedTokens, text: 0 }],
  [/^gpt-image-2(-\d|$)/, { tokens: anyTokens, text: 0 }],
];

/** The most that an image of OpenAI's is metered at. Newer models have qualities of which no figure is published. */
export const imageBound = (
  { size, quality, previews, fidelity }: Extract<Made, { readonly kind: "image" }>,
  model: string,
  files: number,
): MadeBound | undefined => {
  const rule = models.find(([pattern]) => pattern.test(model))?.[1];
  if (rule === undefined || (!isQuality(quality) && quality !== undefined && quality !== "auto")) return undefined;
  const outputImage = rule.tokens(isQuality(quality) ? quality : "high", size) + previews * previewTokens;
  return {
    units: {
      outputImage,
      ...(rule.text === 0 ? {} : { output: rule.text }),
      ...(fidelity === "high" && files > 0 ? { inputImage: files * highFidelityTokens } : {}),
    },
    // Measured, as nothing is published: several images of one request are billed as requests of their own.
    // community.openai.com/t/openai-must-document-the-input-image-pricing-of-gpt-image-2/1382940
    metersInput: "forEach",
  };
};
