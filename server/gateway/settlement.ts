import type { CallContext } from "../contracts/call-context.ts";
import type { Metered } from "../contracts/provider.ts";
import type { UnitClass, Units, UsageSource } from "../contracts/units.ts";
import { costOf } from "../domain/pricing/index.ts";
import { estimateTokens } from "./bound.ts";
import type { Gateway, Route } from "./gateway.ts";
import type { RequestSize } from "./metered-request.ts";

/** What a call is booked at, and where the numbers come from. */
export interface Settlement {
  readonly units: Units;
  readonly costNanos: bigint;
  readonly source: UsageSource;
  /** Classes the vendor metered that have no price: the call settles at its hold and is re-rated later. */
  readonly unpriced: readonly UnitClass[];
}

/** Numbers no model can reach: whatever reports them is malformed. */
const absurdUnits = 50_000_000;

const plausible = (units: Units | null): units is Units => {
  if (units === null) return false;
  for (const count of Object.values(units)) if (count !== undefined && count > absurdUnits) return false;
  return true;
};

interface Settle {
  readonly ctx: CallContext;
  readonly route: Route;
  readonly size: RequestSize;
  readonly heldNanos: bigint;
  readonly metered: Metered;
  /** `units` are the vendor's last word. */
  readonly final: boolean;
  readonly deliveredBytes: number;
  readonly outputLimit: number;
  /** The caller had left before the numbers came. */
  readonly callerLeft: boolean;
}

/** What was counted, topped up by what is known to have been sent and delivered. */
const estimate = ({ metered, size, deliveredBytes, outputLimit }: Settle): Units => {
  const counted = plausible(metered.units) ? metered.units : {};
  const input =
    counted.input === undefined && counted.cacheRead === undefined ? { input: estimateTokens(size.textBytes) } : {};
  const delivered = Math.min(estimateTokens(deliveredBytes), outputLimit * size.choices);
  const already = (counted.output ?? 0) + (counted.reasoning ?? 0);
  const output = outputLimit === 0 ? {} : { output: (counted.output ?? 0) + Math.max(delivered - already, 0) };
  return { ...counted, ...input, ...output };
};

/** Prices what an attempt used: by the vendor's own final numbers, else by an estimate that says so. */
export const settlementOf = (gateway: Gateway, options: Settle): Settlement => {
  const { ctx, route, metered, final, callerLeft, heldNanos } = options;
  const exact = final && plausible(metered.units);
  if (metered.units !== null && !plausible(metered.units)) {
    gateway.log.error({ vendor: route.vendor, model: route.model }, "vendor reported implausible usage");
  }
  const units = exact && metered.units ? metered.units : estimate(options);
  const returned =
    metered.responseModel === undefined ? null : gateway.priceSetOf(ctx, route.vendor, metered.responseModel);
  const { nanos, unpriced } = costOf(units, returned ?? route.priceSet);
  return {
    units,
    costNanos: unpriced.length > 0 && nanos < heldNanos ? heldNanos : nanos,
    source: exact ? (callerLeft ? "drained" : "provider") : "estimated",
    unpriced,
  };
};

/** Tokens of all classes together, for the rate limit. */
export const totalTokens = (units: Readonly<Record<string, number>>): number => {
  let total = 0;
  for (const count of Object.values(units)) total += count;
  return total;
};
