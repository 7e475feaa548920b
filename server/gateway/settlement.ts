import type { CallContext } from "../contracts/call-context.ts";
import type { Metered, UsageNote } from "../contracts/provider.ts";
import type { UnitClass, Units, UsageSource } from "../contracts/units.ts";
import { costOf, inputTokensOf, type PriceSet } from "../domain/pricing/index.ts";
import { aiVendorOf } from "./attempt.ts";
import { estimateTokens, mediaUnits } from "./bound.ts";
import type { Gateway, Route } from "./gateway.ts";
import { addUnits } from "./media-units.ts";
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
  readonly outputLimit: number;
  /** The caller had left before the numbers came. */
  readonly callerLeft: boolean;
}

/** What was counted, topped up by what is known to have been sent and delivered. */
const estimate = (gateway: Gateway, { metered, route, size, deliveredBytes, outputLimit }: Settle): Units => {
  const counted = metered.units ?? {};
  const told = inputTokensOf(counted);
  const text = Math.max(estimateTokens(size.textBytes) - told, 0);
  const media = told === 0 && size.media.length > 0 ? mediaUnits(size, route, aiVendorOf(gateway, route)) : {};
  const input = addUnits({ input: counted.input ?? text }, media);
  const delivered = Math.min(estimateTokens(deliveredBytes), outputLimit * size.choices);
  const already = (counted.output ?? 0) + (counted.reasoning ?? 0);
  const output = outputLimit === 0 ? {} : { output: (counted.output ?? 0) + Math.max(delivered - already, 0) };
  return { ...counted, ...input, ...output };
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
  const { ctx, route, metered, callerLeft, heldNanos } = options;
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
  const costNanos = uncertain && own < heldNanos ? heldNanos : own;
  return { units, costNanos, source, unpriced, notes, listCostNanos: undefined };
};

/** Tokens of all classes together, for the rate limit. */
export const totalTokens = (units: Readonly<Record<string, number>>): number => {
  let total = 0;
  for (const count of Object.values(units)) total += count;
  return total;
};
