import { nothingMetered, type Metered } from "../../contracts/vendor-call.ts";
import type { AiVendorBatches } from "../../contracts/ai-vendor-batches.ts";
import type { TierRate } from "../../contracts/ai-vendor.ts";
import type { CredentialRef } from "../../domain/credentials/index.ts";
import { NexusError } from "../../errors.ts";
import type { HoldResult } from "../../platform/ledger/index.ts";
import type { Booking, Route, RouteTarget, Settlement } from "../family.ts";
import type { AiRoute } from "./ai-route.ts";

const listed: TierRate = { numerator: 1n, denominator: 1n };

/** What a vendor asks for a batch, in parts of the listed price; the whole of it where its own price is not known. */
const batchRateOf = ({ vendor, model }: Pick<AiRoute, "vendor" | "model">): TierRate =>
  (vendor.batches && vendor.tierRate?.(model, vendor.batches.tier)) ?? listed;

/** What is bounded at the listed price, in parts of that, rounded up. */
export const boundAtRate = (boundNanos: bigint, { numerator, denominator }: TierRate): bigint =>
  (boundNanos * numerator + denominator - 1n) / denominator;

/** The most that one request of a batch can cost. */
export const batchedBound = (route: AiRoute): bigint => boundAtRate(route.bound(), batchRateOf(route));

/** Many requests at one vendor, under one credential. */
export class BatchRoute implements Route {
  readonly target: RouteTarget;
  readonly credential: CredentialRef;
  readonly readsOn = false;
  readonly batches: AiVendorBatches;
  readonly #first: AiRoute;
  readonly #boundNanos: bigint;

  /** `first` is the route of its first request; `boundNanos` the bounds of all of them together. */
  constructor(first: AiRoute, batches: AiVendorBatches, boundNanos: bigint) {
    this.target = first.target;
    this.credential = first.credential;
    this.batches = batches;
    this.#first = first;
    this.#boundNanos = boundNanos;
  }

  heldFor(): ReturnType<Route["heldFor"]> {
    return this.#first.heldFor();
  }

  bound(): bigint {
    return this.#boundNanos;
  }

  /** Of a batch that cannot be asked after: what it costs at most. */
  settlement({ heldNanos }: Booking): Settlement {
    return { units: {}, costNanos: heldNanos, source: "estimated", row: {} };
  }

  unitsSoFar(): ReturnType<Route["unitsSoFar"]> {
    return {};
  }

  rowOf({ vendorRequestId }: Metered): HoldResult {
    return { vendorRequestId };
  }

  namesOf(): ReturnType<Route["namesOf"]> {
    return this.#first.namesOf(nothingMetered(undefined));
  }
}

/** A route that the call path hands back to the family that it had it from. */
export const batchRouteOf = (route: Route): BatchRoute => {
  if (route instanceof BatchRoute) return route;
  throw new NexusError("INTERNAL", { cause: new Error(`a route to ${route.target.vendor} that is none of a batch`) });
};
