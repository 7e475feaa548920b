import type { EmailVendor } from "../../contracts/email-vendor.ts";
import type { Metered } from "../../contracts/vendor-call.ts";
import type { Units } from "../../contracts/units.ts";
import type { CredentialRef } from "../../domain/credentials/index.ts";
import { boundOf, costOf, dearestPrice, foldPriceIds, type PriceSet } from "../../domain/pricing/index.ts";
import { NexusError } from "../../errors.ts";
import type { HoldResult } from "../../platform/ledger/index.ts";
import type { Booking, Route, RouteTarget, Settlement, Usage } from "../family.ts";

interface EmailRouteOptions {
  readonly vendorId: string;
  readonly vendor: EmailVendor;
  readonly credential: CredentialRef;
  /** What the vendor takes for a mail; null where nobody has said. */
  readonly priceSet: PriceSet | null;
  readonly recipients: number;
}

/** A vendor that can send a mail, at whose expense and at which price. */
export class EmailRoute implements Route {
  readonly target: RouteTarget;
  readonly credential: CredentialRef;
  readonly readsOn = false;
  readonly vendor: EmailVendor;
  readonly #priceSet: PriceSet | null;
  readonly #recipients: number;

  constructor({ vendorId, vendor, credential, priceSet, recipients }: EmailRouteOptions) {
    this.target = { vendor: vendorId, model: "", credentialTier: credential.tier, credentialId: credential.id };
    this.credential = credential;
    this.vendor = vendor;
    this.#priceSet = priceSet;
    this.#recipients = recipients;
  }

  heldFor(): ReturnType<Route["heldFor"]> {
    const { target, credential } = this;
    const prices = this.#priceSet?.tiers.flatMap(({ prices: rows }) => rows.flatMap((row) => (row ? [row.id] : [])));
    return {
      ...target,
      credentialVersion: credential.version,
      priceIds: foldPriceIds([...new Set(prices)]),
    };
  }

  bound(): bigint {
    return boundOf(this.#priced({ message: 1, recipient: this.#recipients }), this.#prices());
  }

  settlement({ metered, callerLeft }: Booking): Settlement {
    const units = this.#unitsOf(metered);
    const { nanos } = costOf(this.#priced(units), this.#prices());
    return { units, costNanos: nanos, source: callerLeft ? "drained" : "provider", row: {} };
  }

  unitsSoFar({ metered }: Usage): Units {
    return metered.units ?? {};
  }

  rowOf({ vendorRequestId, rawUsage }: Metered): HoldResult {
    return { vendorRequestId, rawUsage };
  }

  namesOf(): ReturnType<Route["namesOf"]> {
    const { vendor, credentialTier } = this.target;
    return { vendor, credentialTier };
  }

  #unitsOf({ units }: Metered): Units {
    return units ?? { message: 1, recipient: this.#recipients };
  }

  #prices(): PriceSet {
    const { vendor } = this.target;
    if (this.#priceSet !== null) return this.#priceSet;
    throw new NexusError("MODEL_UNPRICED", {
      message: `${vendor} has no price for mail; an administrator can set one for ${vendor}/mail.`,
      details: { vendor },
    });
  }

  /** A vendor bills by message or by recipient: what it does not bill costs nothing. */
  #priced(units: Units): Units {
    const set = this.#prices();
    const counted = (["message", "recipient"] as const).filter((name) => dearestPrice(set, name) !== undefined);
    if (counted.length === 0) return units;
    return Object.fromEntries(counted.map((name) => [name, units[name] ?? 0]));
  }
}

/** A route that the call path hands back to the family that it had it from. */
export const emailRouteOf = (route: Route): EmailRoute => {
  if (route instanceof EmailRoute) return route;
  throw new NexusError("INTERNAL", { cause: new Error(`a route to ${route.target.vendor} that is none of e-mail's`) });
};
