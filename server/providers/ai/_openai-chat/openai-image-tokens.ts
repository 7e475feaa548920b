import type { MeasuredMedium } from "../../../contracts/media.ts";
import { shrunkTo, squaresOf } from "../../_wire/image-tokens.ts";

type Pixels = NonNullable<MeasuredMedium["pixels"]>;
type ImageRule = (pixels: Pixels | undefined) => number;

// platform.openai.com/docs/guides/images-vision#calculating-costs

/** Scaled to fit 2,048 × 2,048, then to 768 at the short side, and cut into tiles of 512; at most eight for any shape. */
const tiled =
  (base: number, tile: number): ImageRule =>
  (pixels) =>
    base +
    tile * (pixels === undefined ? 8 : Math.min(squaresOf(shrunkTo(shrunkTo(pixels, 2_048), 2_048, 768), 512), 8));

/** Patches of 32 pixels, at most as many as the model takes, times the model's factor. */
const patched =
  (budget: number, times: number): ImageRule =>
  (pixels) =>
    Math.ceil((pixels === undefined ? budget : Math.min(squaresOf(pixels, 32), budget)) * times);

/** The first match applies. */
const imageRules: readonly (readonly [RegExp, ImageRule])[] = [
  [/4o-mini/, tiled(2_833, 5_667)],
  [/gpt-4\.1-mini|gpt-5(\.\d)?-mini/, patched(1_536, 1.62)],
  [/gpt-4\.1-nano|gpt-5(\.\d)?-nano/, patched(1_536, 2.46)],
  [/o4-mini/, patched(1_536, 1.72)],
  [/gpt-5(-chat|-codex|-\d{4}|\.1|$)/, tiled(70, 140)],
  [/gpt-4(\.\d|o|-turbo|\.1)/, tiled(85, 170)],
  [/(^|\/)o[13]/, tiled(75, 150)],
];

/** Models without a rule: the newest take 10,000 patches at original detail. */
const dearest: ImageRule = (pixels) => Math.max(tiled(85, 170)(pixels), patched(10_000, 2.46)(pixels));

/** Most tokens of an image, whatever detail is asked for. */
export const openAiImageTokens = (pixels: Pixels | undefined, model: string): number =>
  (imageRules.find(([pattern]) => pattern.test(model))?.[1] ?? dearest)(pixels);
