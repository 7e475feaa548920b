import { unitClasses, type UnitClass, type Units } from "../../contracts/units.ts";
import { inputTokensOf, tierOf, type PriceSet } from "./price-set.ts";

/** A class of units that was metered, with its price where it has one. */
export interface PriceLine {
  readonly unitClass: UnitClass;
  readonly quantity: number;
  readonly priceId: string | null;
  readonly nanosPerMillion: bigint | null;
  /** Before the sum of all lines is rounded once, in millionths of a nano-USD; null without a price. */
  readonly millionths: bigint | null;
}

/** How units become a cost, a line a class: their sum, rounded half up, is what `costOf` says. */
export const priceLinesOf = (units: Units, set: PriceSet | null): readonly PriceLine[] => {
  const prices = set === null ? [] : tierOf(set, inputTokensOf(units)).prices;
  return unitClasses.flatMap((unitClass, place) => {
    const price = prices[place];
    const quantity = units[unitClass] ?? (unitClass === "request" && price ? 1 : 0);
    if (quantity === 0) return [];
    return [
      {
        unitClass,
        quantity,
        priceId: price?.id ?? null,
        nanosPerMillion: price?.nanosPerMillion ?? null,
        millionths: price === undefined ? null : BigInt(quantity) * price.nanosPerMillion,
      },
    ];
  });
};
