import type { AiVendor } from "../contracts/provider.ts";
import type { UnitClass, Units } from "../contracts/units.ts";
import { boundOf, dearestClass, foldPriceIds, priceOf, type PriceSet } from "../domain/pricing/index.ts";
import type { Route } from "./gateway.ts";
import type { RequestSize } from "./metered-request.ts";

/** Tokens a vendor adds of its own accord: message framing, tool preambles, safety prompts. */
const framingTokens = 1_024;

const plainInput: readonly UnitClass[] = ["input"];
const cachedInput: readonly UnitClass[] = ["input", "cacheWrite5m", "cacheWrite1h"];

/** The output limit that is both reserved and sent; 0 where the operation has no output tokens. */
export const outputLimitOf = (size: RequestSize, vendor: AiVendor, model: string): number =>
  size.maxOutputTokens ?? vendor.defaultMaxOutputTokens(model);

/** The most a request can be metered at on a route. */
export const maxUnitsOf = (size: RequestSize, route: Route, vendor: AiVendor): Units => {
  const input = size.textBytes + size.images * vendor.imageTokensMax + framingTokens;
  const priced = size.writesCache
    ? cachedInput.filter((unitClass) => unitClass === "input" || priceOf(route.priceSet, unitClass) !== undefined)
    : plainInput;
  const output = outputLimitOf(size, vendor, route.model) * size.choices;
  return output === 0
    ? dearestClass(input, priced, route.priceSet)
    : { ...dearestClass(input, priced, route.priceSet), output };
};

/** Nano-USD to reserve so that any of the routes can be taken. */
export const boundOfRoutes = (
  size: RequestSize,
  routes: readonly Route[],
  vendorOf: (route: Route) => AiVendor,
): bigint => {
  let most = 0n;
  for (const route of routes) {
    const bound = boundOf(maxUnitsOf(size, route, vendorOf(route)), route.priceSet);
    if (bound > most) most = bound;
  }
  return most;
};

/** A fair guess where nobody counted: about four bytes make a token. */
export const estimateTokens = (bytes: number): number => Math.ceil(bytes / 4);

const idsOfSets = new WeakMap<PriceSet, readonly string[]>();

/** The prices a route is admitted under; kept on the ledger row so that any period can be rated again. */
export const priceIdsOf = ({ priceSet }: Route): readonly string[] => {
  const known = idsOfSets.get(priceSet);
  if (known) return known;
  const all = priceSet.tiers.flatMap(({ prices }) => prices.flatMap((price) => (price ? [price.id] : [])));
  // A class keeps its row in every tier that has none of its own.
  const ids = foldPriceIds([...new Set(all)]);
  idsOfSets.set(priceSet, ids);
  return ids;
};
