import { unitClasses, type UnitClass, type Units } from "../../contracts/units.ts";
import { NexusError } from "../../errors.ts";
import { maxNanos } from "./cost-of.ts";
import { inputTokensOf, type PriceSet, type PriceTier } from "./price-set.ts";

/** Tiers that a request of at most so many input tokens can end in. */
const reachable = (set: PriceSet, inputTokens: number): PriceTier[] =>
  set.tiers.filter(({ aboveInputTokens }) => aboveInputTokens === 0 || inputTokens > aboveInputTokens);

const dearestIn = (tiers: readonly PriceTier[], place: number): bigint | undefined => {
  let most: bigint | undefined;
  for (const { prices } of tiers) {
    const price = prices[place]?.nanosPerMillion;
    if (price !== undefined && (most === undefined || price > most)) most = price;
  }
  return most;
};

/** Says which class has no price, and which field of the request would be metered in it. */
export const unpriced = (set: PriceSet, unitClass: UnitClass, field?: string): NexusError =>
  new NexusError("MODEL_UNPRICED", {
    message: `${set.vendor}/${set.model} has no price for ${unitClass}; an administrator can set one.`,
    details: { vendor: set.vendor, model: set.model, unitClass },
    ...(field === undefined ? {} : { issues: [{ field, expected: `absent while ${unitClass} has no price` }] }),
  });

const dearestOfSets = new WeakMap<PriceSet, ReadonlyMap<UnitClass, bigint | undefined>>();

/** What a class costs at its dearest, or undefined where it has no price. */
export const dearestPrice = (set: PriceSet, unitClass: UnitClass): bigint | undefined => {
  let prices = dearestOfSets.get(set);
  if (!prices) {
    prices = new Map(unitClasses.map((each, place) => [each, dearestIn(set.tiers, place)]));
    dearestOfSets.set(set, prices);
  }
  return prices.get(unitClass);
};

/**
 * The most these units can cost, rounded up, each class at the dearest tier within reach; at least 1 nano, so that a
 * free call is held too. Refuses a class without a price, and an amount the ledger cannot hold.
 */
export const boundOf = (maxUnits: Units, set: PriceSet): bigint => {
  const tiers = reachable(set, inputTokensOf(maxUnits));
  let millionths = 0n;
  for (let place = 0; place < unitClasses.length; place += 1) {
    const unitClass = unitClasses[place];
    if (unitClass === undefined) continue;
    const price = dearestIn(tiers, place);
    const count = maxUnits[unitClass] ?? (unitClass === "request" && price !== undefined ? 1 : 0);
    if (count === 0) continue;
    if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`not a number of units: ${unitClass} ${count}`);
    if (price === undefined) throw unpriced(set, unitClass);
    millionths += BigInt(count) * price;
  }
  const nanos = (millionths + 999_999n) / 1_000_000n;
  if (nanos > maxNanos) {
    throw new NexusError("INVALID_INPUT", {
      message: "The most this call could cost is more than can be reserved.",
    });
  }
  return nanos === 0n ? 1n : nanos;
};

/**
 * The dearest of the classes that tokens may turn out to be in, so that a bound counts each token once. Refuses where
 * the first has no price; of the others, those without one cannot be billed.
 */
export const dearestClass = (classes: readonly [UnitClass, ...UnitClass[]], set: PriceSet): UnitClass => {
  const [first, ...others] = classes;
  let chosen = first;
  let most = dearestPrice(set, first);
  if (most === undefined) throw unpriced(set, first);
  for (const unitClass of others) {
    const price = dearestPrice(set, unitClass);
    if (price !== undefined && price > most) [chosen, most] = [unitClass, price];
  }
  return chosen;
};
