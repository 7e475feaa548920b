import type { TierRate } from "../../contracts/ai-vendor.ts";
import { unitClasses, type UnitClass, type Units } from "../../contracts/units.ts";
import { inputTokensOf, tierOf, type PriceSet } from "./price-set.ts";

/** What an attempt cost, and which rows say so. */
export interface Cost {
  /** Nano-USD of all priced classes, within int8. */
  readonly nanos: bigint;
  /** Classes that were metered but have no price: such an attempt settles at its hold. */
  readonly unpriced: readonly UnitClass[];
  readonly priceIds: readonly string[];
}

/** The largest amount the ledger can hold. */
export const maxNanos = 9_223_372_036_854_775_807n;

const million = 1_000_000n;
const half = 500_000n;

/** The listed price itself. */
const listed = { numerator: 1n, denominator: 1n } as const satisfies TierRate;

/**
 * Prices metered units at a rate of their listed prices, rounded half up once. Where requests themselves have a price, one is counted unless the units
 * say otherwise, because vendors that charge by request do not report it. Throws on units that are not whole numbers.
 */
export const costOf = (units: Units, set: PriceSet, { numerator, denominator }: TierRate = listed): Cost => {
  const { prices } = tierOf(set, inputTokensOf(units));
  const unpriced: UnitClass[] = [];
  const priceIds: string[] = [];
  let millionths = 0n;
  for (let place = 0; place < unitClasses.length; place += 1) {
    const unitClass = unitClasses[place];
    if (unitClass === undefined) continue;
    const price = prices[place];
    const count = units[unitClass] ?? (unitClass === "request" && price ? 1 : 0);
    if (count === 0) continue;
    if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`not a number of units: ${unitClass} ${count}`);
    if (!price) {
      unpriced.push(unitClass);
      continue;
    }
    millionths += BigInt(count) * price.nanosPerMillion;
    priceIds.push(price.id);
  }
  const nanos = (millionths * numerator + half * denominator) / (million * denominator);
  return { nanos: nanos > maxNanos ? maxNanos : nanos, unpriced, priceIds };
};
