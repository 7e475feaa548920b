import type { Metered } from "../../contracts/vendor-call.ts";
import type { Units } from "../../contracts/units.ts";
import { costOf, inputTokensOf, type PriceSet } from "../../domain/pricing/index.ts";
import type { Booking, Settlement, Usage } from "../family.ts";
import { boundOfRoute, feeUnits, maxInputOf, maxUnitsOf } from "./bound.ts";
import type { ModelRoute } from "./model-route.ts";

/** Prices of another model than the route's, paid by the same credential. */
type PriceSetOf = (model: string) => PriceSet | null;

/** What a vendor counts around the words of each answer. */
const answerFrameTokens = 64;

/** What the vendor reported so far, and what was delivered: where nobody counted, a byte is a token, as no tokenizer makes more. */
export const unitsSoFar = ({ size, outputLimit }: ModelRoute, { metered, deliveredBytes }: Usage): Units => {
  const counted = metered.units ?? {};
  const most = outputLimit * size.choices;
  if (deliveredBytes === 0 || most === 0) return counted;
  const already = (counted.output ?? 0) + (counted.reasoning ?? 0);
  const further = Math.max(Math.min(deliveredBytes + answerFrameTokens * size.choices, most) - already, 0);
  return { ...counted, output: (counted.output ?? 0) + further };
};

/** Of a spoken answer whose sound was not counted apart, all may be sound. */
const withSound = ({ size }: ModelRoute, units: Units): Units => {
  if (size.spoken === undefined || units.outputAudio !== undefined || units.output === undefined) return units;
  const { output, ...others } = units;
  return { ...others, outputAudio: output };
};

/** The same with what was sent, at its most where the vendor did not report it. */
const estimate = (route: ModelRoute, usage: Usage): Units => {
  const units = unitsSoFar(route, usage);
  // Nothing that came says how much of a file's making was billed.
  if (route.size.made !== undefined) return { ...maxUnitsOf(route), ...units };
  // A second of sound is twenty tokens, and what was said of it may be no word.
  if (route.size.spoken !== undefined) return maxUnitsOf(route);
  const output = route.outputLimit === 0 || units.output !== undefined ? {} : { output: 0 };
  // What was told of the input before the searches is no word on what they found.
  if (route.size.searches !== undefined) {
    const { output: written = 0, reasoning = 0 } = units;
    return { output: written, reasoning, ...maxInputOf(route), ...feeUnits(route) };
  }
  const input = units.input !== undefined || inputTokensOf(units) > 0 ? {} : maxInputOf(route);
  return { ...feeUnits(route), ...units, ...output, ...input };
};

/** Whether the model may have made what was not delivered. */
const mayHide = ({ vendor, model, size, outputLimit }: ModelRoute, { metered, deliveredBytes }: Usage): boolean => {
  if (outputLimit === 0) return false;
  // What was found and read is nowhere in what was delivered.
  if (size.searches !== undefined) return true;
  // An answer without a word in it was filtered, or ran out of tokens before the first.
  if (metered.units?.output === undefined && (metered.empty === true || deliveredBytes === 0)) return true;
  const { hidesOutput, unaskedOutput } = vendor.bounds;
  // Words around a tool's call are the vendor's own, and nobody sees how many they are.
  return hidesOutput(model) || unaskedOutput(model) !== undefined || size.toolTypes.length > 0;
};

/** Lines that the vendor bills at other models' prices; in nano-USD, at the answer's own price where none is known. */
const furtherCost = ({ priceSet }: ModelRoute, { further = [] }: Metered, priceSetOf: PriceSetOf): bigint => {
  let nanos = 0n;
  for (const { units, responseModel } of further) {
    const set = responseModel === undefined ? null : priceSetOf(responseModel);
    if (units !== null) nanos += costOf(units, set ?? priceSet).nanos;
  }
  return nanos;
};

/** Prices what an attempt used: by the vendor's own final numbers, else by an estimate that says so. */
export const settlementOf = (route: ModelRoute, booking: Booking, priceSetOf: PriceSetOf): Settlement => {
  const { metered, callerLeft, heldNanos, whole } = booking;
  const exact = metered.final && metered.units !== null;
  const units = exact && metered.units ? withSound(route, metered.units) : estimate(route, booking);
  const set = (metered.responseModel === undefined ? null : priceSetOf(metered.responseModel)) ?? route.priceSet;
  const { tierRate } = route.vendor;
  const rate =
    tierRate === undefined || metered.serviceTier === undefined
      ? undefined
      : tierRate(metered.responseModel ?? route.model, metered.serviceTier);
  const unknownTier = rate === undefined && tierRate !== undefined && metered.serviceTier !== undefined;
  const { nanos, unpriced } = costOf(units, set, rate);
  const own = nanos + furtherCost(route, metered, priceSetOf);
  const charged = metered.vendorCostNanos;
  const source = exact || charged !== undefined ? (callerLeft ? "drained" : "provider") : "estimated";
  const { notes: noted = [] } = metered;
  const notes = unknownTier ? [...noted, "unpriced_tier"] : noted;
  const row = { notes: notes.length === 0 ? undefined : notes };
  // The vendor's charge is the bill: no price list knows better.
  if (charged !== undefined)
    return { units, costNanos: charged, source, row: { ...row, listCostNanos: own.toString() } };
  // Metered classes without a price settle at the hold, and are rated again later.
  let least = unpriced.length > 0 || unknownTier ? heldNanos : 0n;
  if (!exact && whole && mayHide(route, booking)) {
    const bound = boundOfRoute(route);
    if (bound > least) least = bound;
  }
  const unpricedClasses = unpriced.length === 0 ? undefined : unpriced;
  return { units, costNanos: least > own ? least : own, source, row: { ...row, unpricedClasses } };
};

/** Tokens of all classes together, for the rate limit. */
export const totalTokens = (units: Readonly<Record<string, number>>): number => {
  let total = 0;
  for (const count of Object.values(units)) total += count;
  return total;
};
