import { pixelsOf, secondsOf, unseen, fitWithin } from "../media/measure.ts";
import type { Pixels } from "../media/measure.ts";
import type { OpenaiModel } from "./models.ts";

/** Tiles of 512 pixels at so many tokens beside a base, or patches of 32 at so many tokens each. */
type Sight =
  | { readonly by: "tiles"; readonly base: number; readonly tile: number }
  | { readonly by: "patches"; readonly times: number; readonly most: number };

const tiles = (base: number, tile: number): Sight => ({ by: "tiles", base, tile });
const patches = (times: number, most = 1_536): Sight => ({ by: "patches", times, most });

// https://platform.openai.com/docs/guides/images-vision#calculating-costs: the first that matches
const sights: readonly (readonly [model: RegExp, sight: Sight])[] = [
  [/^gpt-(6|5\.[4-9]).*-nano/, patches(2.46)],
  [/^gpt-(6|5\.[4-9]).*-mini/, patches(1.62)],
  [/^gpt-(6|5\.[4-9])/, patches(1.2, 2_500)],
  [/^gpt-(4\.1|5)-mini|^gpt-5\.1-(codex-)?mini/, patches(1.62)],
  [/^gpt-(4\.1|5)-nano/, patches(2.46)],
  [/^(o4-mini|codex-mini)/, patches(1.72)],
  [/^gpt-5/, tiles(70, 140)],
  [/^gpt-4o-mini/, tiles(2_833, 5_667)],
  [/^(o1|o3)/, tiles(75, 150)],
  [/^/, tiles(85, 170)],
];

/** Within 2,048 pixels, then the short side at 768: so many squares of 512 cover it. */
function tilesOf(image: Pixels): number {
  const { width, height } = fitWithin(image, 2_048);
  const scale = Math.min(1, 768 / Math.min(width, height));
  return Math.ceil((width * scale) / 512) * Math.ceil((height * scale) / 512);
}

/** Squares of 32 that cover the image, scaled down to so many at most. */
const patchesOf = ({ width, height }: Pixels, most: number): number =>
  Math.min(Math.ceil(width / 32) * Math.ceil(height / 32), most);

/** Tokens of an image for this model. */
export function imageTokens(model: OpenaiModel, url: string, detail: unknown): number {
  const sight = sights.find(([matches]) => matches.test(model.id))?.[1] ?? tiles(85, 170);
  if (sight.by === "tiles" && detail === "low") return sight.base;
  const data = /^data:[^,]*,(.*)$/s.exec(url)?.[1];
  const pixels = data === undefined ? unseen : pixelsOf(data);
  return sight.by === "tiles"
    ? sight.base + sight.tile * tilesOf(pixels)
    : Math.ceil(patchesOf(pixels, sight.most) * sight.times);
}

/** Ten tokens a second: https://platform.openai.com/docs/guides/realtime-costs; of what is no wave, five seconds. */
export const audioTokens = (data: string): number => Math.max(1, Math.ceil(secondsOf(data, 5) * 10));
