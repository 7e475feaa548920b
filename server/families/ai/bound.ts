import type { Made } from "../../contracts/made.ts";
import type { MediumReadings } from "../../contracts/media.ts";
import type { SearchBound } from "../../contracts/vendor-bounds.ts";
import type { UnitClass, Units } from "../../contracts/units.ts";
import {
  boundOf,
  dearestClass,
  dearestPrice,
  foldPriceIds,
  unpriced,
  type PriceSet,
} from "../../domain/pricing/index.ts";
import { NexusError } from "../../errors.ts";
import { addUnits, mediaUnitsOf } from "./media-units.ts";
import type { ModelRoute } from "./model-route.ts";
import { responseUnits } from "./response-units.ts";

/** Tokens a vendor adds of its own accord: message framing, safety prompts, the frame of each tool. */
const framingTokens = 1_024;
const toolFramingTokens = 64;

/** Reading from a cache is mostly cheaper; where it is not, vendors read from it all the same. */
const plainInput = ["input", "cacheRead"] as const;
const brieflyCached = [...plainInput, "cacheWrite5m"] as const;
const cachedInput = [...plainInput, "cacheWrite5m", "cacheWrite1h", "cacheWrite30m", "cacheWrite12h"] as const;

/** The classes a model may answer in, if it has a price for them; its name need not say so. */
const outputClasses = ["output", "reasoning", "outputImage", "outputAudio"] as const;

/** The classes text may be billed in: where a prompt is written to the cache, that costs more. */
const textClassesOf = ({ size, vendor }: ModelRoute): readonly [UnitClass, ...UnitClass[]] =>
  size.writesCache || vendor.bounds.cachesUnasked ? cachedInput : plainInput;

/** What a request's searches add at most; undefined where it makes none. */
const searchBound = ({ model, priceSet, size, vendor }: ModelRoute): SearchBound | undefined => {
  if (size.searches === undefined) return undefined;
  const bound = vendor.bounds.search?.(model, size.searches);
  if (bound !== undefined) return bound;
  throw new NexusError("CAPABILITY_MISSING", {
    message: `${priceSet.vendor}/${model} cannot search the web here: nothing bounds what that costs.`,
    details: { model: `${priceSet.vendor}/${model}`, missing: "web search" },
  });
};

/** Units of the media alone, for an estimate where the vendor said nothing. */
export const mediaUnits = (route: ModelRoute): Units => mediaUnitsOf(route, textClassesOf(route));

const outputUnits = ({ model, priceSet, size, vendor, outputLimit: limit }: ModelRoute): Units => {
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
export const feeUnits = (route: ModelRoute): Units => {
  const { model, priceSet, size, vendor } = route;
  const units: Partial<Record<UnitClass, number>> = {};
  for (const { unitClass, count } of vendor.bounds.fees(model, documentPages(size.media))) {
    if (dearestPrice(priceSet, unitClass) === undefined) throw unpriced(priceSet, unitClass);
    if (count === undefined) {
      throw new NexusError("MODEL_UNPRICED", {
        message: `${priceSet.vendor}/${model} bills by the ${unitClass}, and nothing limits how many a request makes.`,
        details: { vendor: priceSet.vendor, model, unitClass },
      });
    }
    units[unitClass] = count;
  }
  const search = searchBound(route);
  if (search === undefined) return units;
  if (dearestPrice(priceSet, "search") === undefined) throw unpriced(priceSet, "search");
  return { ...units, search: (units.search ?? 0) + search.billed };
};

/** The most a request can take in by itself, read once. */
const givenInputOf = (route: ModelRoute): Units => {
  const { size, vendor, priceSet, model } = route;
  const tools = size.toolTypes.length === 0 ? 0 : vendor.bounds.toolTokens(size.toolTypes, model);
  const text = size.textBytes + framingTokens + tools + size.toolTypes.length * toolFramingTokens;
  const classes = textClassesOf(route);
  const units: Units = { [dearestClass(classes, priceSet)]: text };
  return size.media.length === 0 ? units : addUnits(units, mediaUnitsOf(route, classes));
};

/** What the passes of a search read: all that a model takes, in the dearest classes of text and of what came with it. */
const searchedInputOf = (route: ModelRoute, bound: SearchBound): Units => {
  const { passes, inputTokens, addedTokens = 0, writesCache = false } = bound;
  const { size, priceSet } = route;
  const text = textClassesOf(route);
  const classes = writesCache && text === plainInput ? brieflyCached : text;
  let units: Units = { [dearestClass(classes, priceSet)]: passes * inputTokens + addedTokens };
  if (size.media.length === 0) return units;
  const media = mediaUnitsOf(route, classes);
  for (let pass = 0; pass < passes; pass += 1) units = addUnits(units, media);
  return units;
};

/** The most a request can take in on a route, what its searches find included. */
export const maxInputOf = (route: ModelRoute): Units => {
  const search = searchBound(route);
  return search === undefined ? givenInputOf(route) : searchedInputOf(route, search);
};

const notBounded = ({ model, priceSet, size }: ModelRoute, { kind }: Made): NexusError => {
  const name = `${priceSet.vendor}/${model}`;
  if (kind === "video")
    return new NexusError("CAPABILITY_MISSING", {
      message: `${name} makes no video of that length at that resolution.`,
      details: { model: name, missing: kind },
      issues: [{ field: "durationSeconds", expected: "a length that the model makes at that resolution, such as 8" }],
    });
  const field = kind === "image" ? undefined : size.media[0]?.[0].field;
  const why =
    field === undefined ? "its vendor documents no figure for it" : "the length of the recording cannot be measured";
  return new NexusError("CAPABILITY_MISSING", {
    message: `What this ${kind} costs at ${name} cannot be known beforehand: ${why}.`,
    details: { model: name, missing: kind },
    ...(field === undefined
      ? {}
      : { issues: [{ field, expected: "WAV, MP3, FLAC, Ogg, AAC, MP4, QuickTime, WebM or Matroska with sound" }] }),
  });
};

/** The most that can be metered of what is made beside text, and of what went in for it. */
const madeUnits = (route: ModelRoute, made: Made): Units => {
  if (made.kind === "response") return responseUnits(route, made);
  const { vendor, model, size } = route;
  const bound = vendor.bounds.made?.(made, model, size.media);
  if (bound === undefined) throw notBounded(route, made);
  const input = bound.metersInput === "never" ? {} : maxInputOf(route);
  let units: Units = bound.metersInput === "once" ? input : {};
  const each = bound.metersInput === "forEach" ? addUnits(input, bound.units) : bound.units;
  for (let item = 0; item < size.choices; item += 1) units = addUnits(units, each);
  return units;
};

/** The most a request can be metered at on a route; refuses what has no price or no bound. */
export const maxUnitsOf = (route: ModelRoute): Units =>
  route.size.made === undefined
    ? { ...maxInputOf(route), ...outputUnits(route), ...feeUnits(route) }
    : madeUnits(route, route.size.made);

/** Why a request that searches is held at so much. */
export const searchHeld = (route: ModelRoute): string | undefined => {
  const { priceSet, model } = route;
  const bound = searchBound(route);
  if (bound === undefined) return undefined;
  const { billed, passes, inputTokens } = bound;
  const times = passes === 1 ? "once" : `${passes} times`;
  return `It may search the web ${billed === 1 ? "once" : `${billed} times`}, and ${priceSet.vendor}/${model} may read up to ${inputTokens} tokens ${times} for it; what it does not use is given back.`;
};

/** Nano-USD that a request can cost on a route, at most. */
export const boundOfRoute = (route: ModelRoute): bigint => boundOf(maxUnitsOf(route), route.priceSet);

/** A fair guess where nobody counted: about four bytes make a token. */
export const estimateTokens = (bytes: number): number => Math.ceil(bytes / 4);

const idsOfSets = new WeakMap<PriceSet, readonly string[]>();

/** The prices a route is admitted under; kept on the ledger row so that any period can be rated again. */
export const priceIdsOf = ({ priceSet }: Pick<ModelRoute, "priceSet">): readonly string[] => {
  const known = idsOfSets.get(priceSet);
  if (known) return known;
  const all = priceSet.tiers.flatMap(({ prices }) => prices.flatMap((price) => (price ? [price.id] : [])));
  // A class keeps its row in every tier that has none of its own.
  const ids = foldPriceIds([...new Set(all)]);
  idsOfSets.set(priceSet, ids);
  return ids;
};
