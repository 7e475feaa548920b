import type { ModelPrice } from "@pydantic/genai-prices";
import type { UnitClass } from "../../contracts/units.ts";
import { nanosPerMillion } from "./nano-price.ts";

/** A row before it has a name: what one class costs above one size of request. */
export interface ClassPrice {
  readonly unitClass: UnitClass;
  readonly aboveInputTokens: number;
  readonly nanosPerMillion: bigint;
  readonly billedAs: UnitClass | null;
}

const million = 1_000_000;
const thousand = 1_000;
const hour = 3_600;

/** The catalogue's key for each class that has a rate of its own, and how many units that rate is for. */
const ownRates: readonly (readonly [UnitClass, string, number])[] = [
  ["input", "input_mtok", million],
  ["output", "output_mtok", million],
  ["cacheRead", "cache_read_mtok", million],
  ["cacheReadAudio", "cache_audio_read_mtok", million],
  ["cacheReadImage", "cache_image_read_mtok", million],
  ["cacheWrite5m", "cache_write_mtok", million],
  ["cacheWrite1h", "cache_write_1h_mtok", million],
  ["reasoning", "output_reasoning_mtok", million],
  ["inputAudio", "input_audio_mtok", million],
  ["outputAudio", "output_audio_mtok", million],
  ["inputImage", "input_image_mtok", million],
  ["outputImage", "output_image_mtok", million],
  ["inputVideo", "input_video_mtok", million],
  ["second", "input_audio_hours", hour],
  ["character", "input_mchars", million],
  ["search", "web_searches_kcount", thousand],
  ["page", "input_document_kpages", thousand],
  ["request", "requests_kcount", thousand],
  ["image", "output_images", 1],
  ["megapixel", "output_megapixels", 1],
  ["videoSecond", "output_video_seconds", 1],
  ["videoSecond1080p", "output_video_seconds_1080p", 1],
  ["videoSecond4k", "output_video_seconds_4k", 1],
];

/**
 * Classes that vendors bill at another's rate when they list none. Audio is not among them: a missing audio price is
 * not the text price. Nor is a one-hour cache write where writes have a price, because it costs more than a short one.
 */
const billedAs = (
  prices: ModelPrice,
  alsoAsInput: readonly UnitClass[],
  asOutput: readonly UnitClass[],
): readonly (readonly [UnitClass, UnitClass, string])[] => {
  const writes = prices["cache_write_mtok"] !== undefined;
  return [
    ["reasoning", "output", "output_mtok"],
    ["cacheRead", "input", "input_mtok"],
    ["inputImage", "input", "input_mtok"],
    ...alsoAsInput.map((unitClass) => [unitClass, "input", "input_mtok"] as const),
    ...asOutput.map((unitClass) => [unitClass, "output", "output_mtok"] as const),
    ...(writes
      ? ([
          ["cacheWrite30m", "cacheWrite5m", "cache_write_mtok"],
          ["cacheWrite12h", "cacheWrite5m", "cache_write_mtok"],
        ] as const)
      : ([
          ["cacheWrite5m", "input", "input_mtok"],
          ["cacheWrite1h", "input", "input_mtok"],
          ["cacheWrite30m", "input", "input_mtok"],
          ["cacheWrite12h", "input", "input_mtok"],
        ] as const)),
  ];
};

const rowsOf = (
  prices: ModelPrice,
  key: string,
  per: number,
  unitClass: UnitClass,
  as: UnitClass | null,
): ClassPrice[] => {
  const rate = prices[key];
  if (rate === undefined) return [];
  if (typeof rate === "number") {
    return [{ unitClass, aboveInputTokens: 0, nanosPerMillion: nanosPerMillion(rate, per), billedAs: as }];
  }
  return [{ start: 0, price: rate.base }, ...rate.tiers].map(({ start, price }) => ({
    unitClass,
    aboveInputTokens: start,
    nanosPerMillion: nanosPerMillion(price, per),
    billedAs: as,
  }));
};

/**
 * All classes a model is billed in, borrowed rates written out as rows of their own; `alsoAsInput` and `asOutput` are
 * classes that its vendor bills at the rate of the input, and of the output.
 */
export const classPricesOf = (
  prices: ModelPrice,
  alsoAsInput: readonly UnitClass[] = [],
  asOutput: readonly UnitClass[] = [],
): ClassPrice[] => {
  const own = ownRates.flatMap(([unitClass, key, per]) => rowsOf(prices, key, per, unitClass, null));
  const priced = new Set(own.map(({ unitClass }) => unitClass));
  const borrowed = billedAs(prices, alsoAsInput, asOutput)
    .filter(([unitClass]) => !priced.has(unitClass))
    .flatMap(([unitClass, as, key]) => rowsOf(prices, key, million, unitClass, as));
  return [...own, ...borrowed];
};
