import type { MeasuredMedium } from "../../../contracts/media.ts";
import { shrunkTo, squaresOf } from "../../_wire/image-tokens.ts";

type Pixels = NonNullable<MeasuredMedium["pixels"]>;

/**
 * platform.openai.com/docs/guides/images-vision#gpt-image-1: 65 tokens, and 129 for each tile of 512 pixels of the image
 * within 2,048 × 2,048 and with 512 at the short side.
 */
const tiled = (pixels: Pixels | undefined): number =>
  65 + 129 * (pixels === undefined ? 8 : Math.min(squaresOf(shrunkTo(pixels, 2_048, 512), 512), 8));

const patch = 32;
const mostPatches = 1_536;

/**
 * The vendor publishes no rule for gpt-image-2. What was measured of it: at most 1,536 patches of 32 pixels; what is
 * smaller than 1,024 is magnified up to twice, and no side counts as less than a third of the other. A row and a column
 * more are held, as nobody vouches for the rounding.
 * community.openai.com/t/openai-must-document-the-input-image-pricing-of-gpt-image-2/1382940
 */
const patched = (pixels: Pixels | undefined): number => {
  if (pixels === undefined) return mostPatches;
  const long = Math.max(pixels.width, pixels.height);
  const times = Math.min(2, Math.max(1, 1_024 / long));
  const sideOf = (side: number): number => Math.ceil((Math.max(side, long / 3) * times) / patch) + 1;
  return Math.min(sideOf(pixels.width) * sideOf(pixels.height), mostPatches);
};

/** Tokens of an image that a model of images is given, at low fidelity. */
export const inputImageTokens = (pixels: Pixels | undefined, model: string): number =>
  (/^gpt-image-1(\D|$)/.test(model) ? tiled : patched)(pixels);

/** …#gpt-image-1: at high fidelity a square costs 4,160 tokens more, any other image 6,240. */
export const highFidelityTokens = 6_240;
