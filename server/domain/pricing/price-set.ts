import { unitClasses, type UnitClass, type Units } from "../../contracts/units.ts";
import type { Price } from "./price.ts";

/** The prices of requests above one size, by the place of their class in `unitClasses`. */
export interface PriceTier {
  readonly aboveInputTokens: number;
  readonly prices: readonly (Price | undefined)[];
}

/** What one model costs one organization at one moment. */
export interface PriceSet {
  readonly vendor: string;
  /** The name the prices stand under: the catalogue's id for dated and aliased names. */
  readonly model: string;
  /** Ascending; the first is the base. A larger request is priced in its tier as a whole. */
  readonly tiers: readonly [PriceTier, ...PriceTier[]];
  readonly contextWindow: number | null;
}

const inputClasses = [
  "input",
  "cacheRead",
  "cacheReadAudio",
  "cacheReadImage",
  "cacheWrite5m",
  "cacheWrite1h",
  "cacheWrite30m",
  "cacheWrite12h",
  "inputAudio",
  "inputImage",
  "inputVideo",
] as const satisfies readonly UnitClass[];

/** Tokens that decide the size tier: all that went in, cached ones included. */
export const inputTokensOf = (units: Units): number => {
  let tokens = 0;
  for (const unitClass of inputClasses) tokens += units[unitClass] ?? 0;
  return tokens;
};

/** The tier of a request with so many input tokens. */
export const tierOf = (set: PriceSet, inputTokens: number): PriceTier => {
  let tier: PriceTier = set.tiers[0];
  for (const next of set.tiers) if (inputTokens > next.aboveInputTokens) tier = next;
  return tier;
};

const placeOf = new Map(unitClasses.map((unitClass, place) => [unitClass, place]));

/** The base price of a class, or undefined where it has none. */
export const priceOf = (set: PriceSet, unitClass: UnitClass): Price | undefined =>
  set.tiers[0].prices[placeOf.get(unitClass) ?? -1];

/** Arranges rows by tier; a class keeps its next lower rate where it has no row for a tier of its own. */
export const arrangeTiers = (prices: readonly Price[]): PriceSet["tiers"] => {
  const tierAbove = (aboveInputTokens: number): PriceTier => {
    const row: (Price | undefined)[] = Array.from({ length: unitClasses.length }, () => undefined);
    for (const price of prices) {
      if (price.aboveInputTokens > aboveInputTokens) continue;
      const place = placeOf.get(price.unitClass);
      if (place === undefined) continue;
      const present = row[place];
      if (!present || present.aboveInputTokens < price.aboveInputTokens) row[place] = price;
    }
    return { aboveInputTokens, prices: row };
  };
  const above = [...new Set(prices.map(({ aboveInputTokens }) => aboveInputTokens))].filter((tokens) => tokens > 0);
  return [tierAbove(0), ...above.sort((a, b) => a - b).map(tierAbove)];
};
