import type { Amount } from "../../contracts/payments/payment-act.ts";
import type { PaymentsVendor } from "../../contracts/payments/payments-vendor.ts";
import type { Units } from "../../contracts/units.ts";
import type { Metered } from "../../contracts/vendor-call.ts";
import type { CredentialRef } from "../../domain/credentials/index.ts";
import { boundOf, costOf, foldPriceIds, paymentPriceName, type PriceSet } from "../../domain/pricing/index.ts";
import { NexusError } from "../../errors.ts";
import type { HoldResult } from "../../platform/ledger/index.ts";
import type { Route, RouteTarget, Settlement } from "../family.ts";

interface PaymentsRouteOptions {
  readonly vendor: string;
  readonly payments: PaymentsVendor;
  readonly credential: CredentialRef;
  readonly fee: { readonly of: Amount; readonly prices: PriceSet | null } | undefined;
}

const unitsOf = ({ amount }: Amount): Units =>
  amount === 0n ? { payment: 1 } : { payment: 1, minorUnit: Number(amount) };

/** An account at a payment vendor, with what it takes of the payment that is asked for. */
export class PaymentsRoute implements Route {
  readonly target: RouteTarget;
  readonly credential: CredentialRef;
  readonly readsOn = false;
  readonly payments: PaymentsVendor;
  readonly #fee: PaymentsRouteOptions["fee"];

  constructor({ vendor, payments, credential, fee }: PaymentsRouteOptions) {
    this.target = { vendor, model: "", credentialTier: credential.tier, credentialId: credential.id };
    this.credential = credential;
    this.payments = payments;
    this.#fee = fee;
  }

  heldFor(): ReturnType<Route["heldFor"]> {
    const ids = this.#fee?.prices?.tiers[0].prices.flatMap((price) => (price ? [price.id] : [])) ?? [];
    return { ...this.target, credentialVersion: this.credential.version, priceIds: foldPriceIds(ids) };
  }

  /** The vendor's fee at its dearest; a nano-dollar where it takes none. */
  bound(): bigint {
    if (this.#fee === undefined) return 1n;
    const { of, prices } = this.#fee;
    if (prices !== null) return boundOf(unitsOf(of), prices);
    const { vendor } = this.target;
    const name = `${vendor}/${paymentPriceName(of.currency)}`;
    throw new NexusError("MODEL_UNPRICED", {
      message: `${name} has no price for payment and minorUnit; an administrator can set them.`,
      details: { vendor, model: paymentPriceName(of.currency) },
    });
  }

  /** Vendors take their fee when the payer pays, and tell it then: until that it is the bound, as an estimate. */
  settlement(): Settlement {
    if (this.#fee === undefined) return { units: {}, costNanos: 0n, source: "provider", row: {} };
    const { of, prices } = this.#fee;
    const units = unitsOf(of);
    const costNanos = prices === null ? 0n : costOf(units, prices).nanos;
    return { units, costNanos, source: "estimated", row: {} };
  }

  unitsSoFar(): Units {
    return {};
  }

  rowOf({ vendorRequestId }: Metered): HoldResult {
    return { vendorRequestId };
  }

  namesOf(): ReturnType<Route["namesOf"]> {
    const { vendor, credentialTier } = this.target;
    return { vendor, credentialTier };
  }
}

/** A route that the call path hands back to the family that it had it from. */
export const paymentsRouteOf = (route: Route): PaymentsRoute => {
  if (route instanceof PaymentsRoute) return route;
  throw new NexusError("INTERNAL", { cause: new Error(`a route to ${route.target.vendor} that is none of payments'`) });
};
