import type { MediumReadings } from "../contracts/media.ts";
import type { AiVendor } from "../contracts/provider.ts";
import type { UnitClass, Units } from "../contracts/units.ts";
import { boundOf, dearestClass, dearestPrice, foldPriceIds, unpriced, type PriceSet } from "../domain/pricing/index.ts";
import { NexusError } from "../errors.ts";
import type { Route } from "./gateway.ts";
import { addUnits, mediaUnitsOf } from "./media-units.ts";
import type { MeasuredSize, RequestSize } from "./metered-request.ts";

/** Tokens a vendor adds of its own accord: message framing, safety prompts, the frame of each tool. */
const framingTokens = 1_024;
const toolFramingTokens = 64;

/** Reading from a cache is mostly cheaper; where it is not, vendors read from it all the same. */
const plainInput = ["input", "cacheRead"] as const;
const cachedInput = [...plainInput, "cacheWrite5m", "cacheWrite1h", "cacheWrite30m", "cacheWrite12h"] as const;

/** What a model with a price for them may answer in, whether or not its name tells. */
const outputClasses = ["output", "reasoning", "outputImage", "outputAudio"] as const;

/** The output limit that is both reserved and sent; 0 where the operation has no output tokens. */
export const outputLimitOf = (size: Pick<RequestSize, "maxOutputTokens">, vendor: AiVendor, model: string): number =>
  size.maxOutputTokens ?? vendor.defaultMaxOutputTokens(model);

/** The classes text may be billed in: where a prompt is written to the cache, that costs more. */
const textClassesOf = ({ writesCache }: MeasuredSize, { bounds }: AiVendor): readonly [UnitClass, ...UnitClass[]] =>
  writesCache || bounds.cachesUnasked ? cachedInput : plainInput;

/** Units of the media alone, for an estimate where the vendor said nothing. */
export const mediaUnits = (size: MeasuredSize, route: Route, vendor: AiVendor): Units =>
  mediaUnitsOf(size.media, route, vendor, textClassesOf(size, vendor));

const outputUnits = (size: MeasuredSize, { model, priceSet }: Route, vendor: AiVendor): Units => {
  const limit = outputLimitOf(size, vendor, model);
  if (limit === 0) return {};
  const unasked = vendor.bounds.unaskedOutput(model);
  if (unasked && dearestPrice(priceSet, unasked.unitClass) === undefined) throw unpriced(priceSet, unasked.unitClass);
  return { [dearestClass(outputClasses, priceSet)]: (limit + (unasked?.least ?? 0)) * size.choices };
};

/** Pages of all documents; undefined where one could not be counted. */
const documentPages = (media: readonly MediumReadings[]): number | undefined => {
  let pages = 0;
  for (const readings of media) {
    const documents = readings.filter(({ kind }) => kind === "document");
    for (const document of documents) {
      if (document.pages === undefined) return undefined;
      pages += document.pages;
    }
  }
  return pages;
};

/** What a request pays beside tokens. */
export const feeUnits = (size: MeasuredSize, { model, priceSet }: Route, { bounds }: AiVendor): Units => {
  const units: Partial<Record<UnitClass, number>> = {};
  for (const { unitClass, count } of bounds.fees(model, documentPages(size.media))) {
    if (dearestPrice(priceSet, unitClass) === undefined) throw unpriced(priceSet, unitClass);
    if (count === undefined) {
      throw new NexusError("MODEL_UNPRICED", {
        message: `${priceSet.vendor}/${model} bills by the ${unitClass}, and nothing limits how many a request makes.`,
        details: { vendor: priceSet.vendor, model, unitClass },
      });
    }
    units[unitClass] = count;
  }
  return units;
};

/** The most a request can take in on a route. */
export const maxInputOf = (size: MeasuredSize, route: Route, vendor: AiVendor): Units => {
  const tools = size.toolTypes.length === 0 ? 0 : vendor.bounds.toolTokens(size.toolTypes);
  const text = size.textBytes + framingTokens + tools + size.toolTypes.length * toolFramingTokens;
  const classes = textClassesOf(size, vendor);
  const units: Units = { [dearestClass(classes, route.priceSet)]: text };
  return size.media.length === 0 ? units : addUnits(units, mediaUnitsOf(size.media, route, vendor, classes));
};

/** The most a request can be metered at on a route; refuses what has no price or no bound. */
export const maxUnitsOf = (size: MeasuredSize, route: Route, vendor: AiVendor): Units => ({
  ...maxInputOf(size, route, vendor),
  ...outputUnits(size, route, vendor),
  ...feeUnits(size, route, vendor),
});

/** Nano-USD to reserve so that any of the routes can be taken. */
export const boundOfRoutes = (
  size: MeasuredSize,
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

/** The routes on which the most a request can cost is known; throws the first reason where there is none. */
export const boundedRoutes = (
  size: MeasuredSize,
  routes: readonly [Route, ...Route[]],
  vendorOf: (route: Route) => AiVendor,
): readonly [Route, ...Route[]] => {
  let first: unknown;
  const bounded = routes.filter((route) => {
    try {
      boundOfRoutes(size, [route], vendorOf);
      return true;
    } catch (error) {
      if (!NexusError.is(error)) throw error;
      first ??= error;
      return false;
    }
  });
  const [route, ...others] = bounded;
  if (route === undefined) throw first;
  return [route, ...others];
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
