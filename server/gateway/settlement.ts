import type { Metered, UsageNote } from "../contracts/provider.ts";
import type { CallContext } from "../contracts/call-context.ts";
import type { UnitClass, Units, UsageSource } from "../contracts/units.ts";
import { boundOf, costOf, inputTokensOf, type PriceSet } from "../domain/pricing/index.ts";
import { aiVendorOf } from "./attempt.ts";
import { feeUnits, maxInputOf, maxUnitsOf, outputLimitOf } from "./bound.ts";
import type { Gateway, Route } from "./gateway.ts";
import type { MeasuredSize } from "./metered-request.ts";

/** What a call is booked at, and where the numbers come from. */
export interface Settlement {
  readonly units: Units;
  readonly costNanos: bigint;
  readonly source: UsageSource;
  /** Classes the vendor metered that have no price: the call settles at its hold and is re-rated later. */
  readonly unpriced: readonly UnitClass[];
  /** What was odd about the numbers. */
  readonly notes: readonly UsageNote[];
  /** Our own price, where the vendor's charge was booked. */
  readonly listCostNanos: bigint | undefined;
}

interface Settle {
  readonly ctx: CallContext;
  readonly route: Route;
  readonly size: MeasuredSize;
  readonly heldNanos: bigint;
  readonly metered: Metered;
  readonly deliveredBytes: number;
  /** All of the answer came: beside it there is only what the model makes and does not deliver. */
  readonly whole: boolean;
  /** The caller had left before the numbers came. */
  readonly callerLeft: boolean;
}

/** What a vendor counts around the words of each answer. */
const answerFrameTokens = 64;

/** The vendor's last word on what it bills: nothing has to be estimated, and nothing is in doubt. */
export const isTold = ({ final, units, vendorCostNanos }: Metered): boolean =>
  (final && units !== null) || vendorCostNanos !== undefined;

/** What is needed to say what came of an answer. */
type SoFar = Pick<Settle, "route" | "size" | "metered" | "deliveredBytes">;

/** What the vendor told so far, and what was delivered: where nobody counted, a byte is a token, as no tokenizer makes more. */
export const unitsSoFar = (gateway: Gateway, { metered, route, size, deliveredBytes }: SoFar): Units => {
  const counted = metered.units ?? {};
  const most = outputLimitOf(size, aiVendorOf(gateway, route), route.model) * size.choices;
  if (deliveredBytes === 0 || most === 0) return counted;
  const already = (counted.output ?? 0) + (counted.reasoning ?? 0);
  const further = Math.max(Math.min(deliveredBytes + answerFrameTokens * size.choices, most) - already, 0);
  return { ...counted, output: (counted.output ?? 0) + further };
};

/** The same with what was sent, at its most where the vendor did not tell. */
const estimate = (gateway: Gateway, options: Settle): Units => {
  const { route, size } = options;
  const vendor = aiVendorOf(gateway, route);
  const units = unitsSoFar(gateway, options);
  const input = units.input !== undefined || inputTokensOf(units) > 0 ? {} : maxInputOf(size, route, vendor);
  const output = outputLimitOf(size, vendor, route.model) === 0 || units.output !== undefined ? {} : { output: 0 };
  return { ...feeUnits(size, route, vendor), ...units, ...output, ...input };
};

/** Whether the model may have made what was not delivered. */
const mayHide = (gateway: Gateway, { route, size, metered, deliveredBytes }: Settle): boolean => {
  const vendor = aiVendorOf(gateway, route);
  if (outputLimitOf(size, vendor, route.model) === 0) return false;
  // An answer without a word in it was filtered, or ran out of tokens before the first.
  if (metered.units?.output === undefined && (metered.empty === true || deliveredBytes === 0)) return true;
  const { hidesOutput, unaskedOutput } = vendor.bounds;
  // Words around a tool's call are the vendor's own, and nobody sees how many they are.
  return hidesOutput(route.model) || unaskedOutput(route.model) !== undefined || size.toolTypes.length > 0;
};

/** Lines that the vendor bills at other models' prices; in nano-USD, at the answer's own price where none is known. */
const furtherCost = ({ metered, route }: Settle, priceSetOf: (model: string) => PriceSet | null): bigint => {
  let nanos = 0n;
  for (const { units, responseModel } of metered.further ?? []) {
    const set = responseModel === undefined ? null : priceSetOf(responseModel);
    if (units !== null) nanos += costOf(units, set ?? route.priceSet).nanos;
  }
  return nanos;
};

/** Prices what an attempt used: by the vendor's own final numbers, else by an estimate that says so. */
export const settlementOf = (gateway: Gateway, options: Settle): Settlement => {
  const { ctx, route, size, metered, callerLeft, heldNanos, whole } = options;
  const exact = metered.final && metered.units !== null;
  const units = exact && metered.units ? metered.units : estimate(gateway, options);
  const priceSetOf = (model: string): PriceSet | null => gateway.priceSetOf(ctx, route, model);
  const set = (metered.responseModel === undefined ? null : priceSetOf(metered.responseModel)) ?? route.priceSet;
  const { tierRate } = aiVendorOf(gateway, route);
  const rate =
    tierRate === undefined || metered.serviceTier === undefined
      ? undefined
      : tierRate(metered.responseModel ?? route.model, metered.serviceTier);
  const unknownTier = rate === undefined && tierRate !== undefined && metered.serviceTier !== undefined;
  const { nanos, unpriced } = costOf(units, set, rate);
  const own = nanos + furtherCost(options, priceSetOf);
  const uncertain = unpriced.length > 0 || unknownTier;
  const charged = metered.vendorCostNanos;
  const source = exact || charged !== undefined ? (callerLeft ? "drained" : "provider") : "estimated";
  const notes = unknownTier ? [...(metered.notes ?? []), "unpriced_tier" as const] : (metered.notes ?? []);
  // The vendor's charge is the bill: no price list knows better.
  if (charged !== undefined) return { units, costNanos: charged, source, unpriced: [], notes, listCostNanos: own };
  let least = uncertain ? heldNanos : 0n;
  if (!exact && whole && mayHide(gateway, options)) {
    const bound = boundOf(maxUnitsOf(size, route, aiVendorOf(gateway, route)), route.priceSet);
    if (bound > least) least = bound;
  }
  return { units, costNanos: least > own ? least : own, source, unpriced, notes, listCostNanos: undefined };
};

/** Tokens of all classes together, for the rate limit. */
export const totalTokens = (units: Readonly<Record<string, number>>): number => {
  let total = 0;
  for (const count of Object.values(units)) total += count;
  return total;
};
