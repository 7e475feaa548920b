import type { AiVendor, ProviderIo } from "../../contracts/ai-vendor.ts";
import type { RequestLimits } from "../../contracts/request-limits.ts";
import type { HeldFile } from "../../contracts/held-file.ts";
import type { Metered, VendorIo } from "../../contracts/vendor-call.ts";
import type { Units } from "../../contracts/units.ts";
import type { CredentialRef } from "../../domain/credentials/index.ts";
import { dearestPrice, type PriceSet } from "../../domain/pricing/index.ts";
import { NexusError } from "../../errors.ts";
import type { HoldResult } from "../../platform/ledger/index.ts";
import type { Booking, Route, RouteTarget, Settlement, Usage } from "../family.ts";
import { boundOfRoute, priceIdsOf, searchHeld } from "./bound.ts";
import { outputLimitOf, type ModelRoute } from "./model-route.ts";
import type { MeasuredSize } from "./request-size.ts";
import { settlementOf, unitsSoFar } from "./settlement.ts";

interface AiRouteOptions {
  readonly vendorId: string;
  readonly vendor: AiVendor;
  readonly model: string;
  readonly requestedModel: string;
  readonly credential: CredentialRef;
  readonly priceSet: PriceSet;
  readonly size: MeasuredSize;
  /** That the request refers to. */
  readonly files?: ReadonlyMap<string, HeldFile>;
  /** Prices of another model of the vendor, paid by the same credential. */
  readonly priceSetOf: (model: string) => PriceSet | null;
}

/** A vendor's model that can answer, at whose expense and at which price. */
export class AiRoute implements Route, ModelRoute {
  readonly target: RouteTarget;
  readonly credential: CredentialRef;
  readonly readsOn: boolean;
  readonly vendor: AiVendor;
  readonly model: string;
  readonly priceSet: PriceSet;
  readonly size: MeasuredSize;
  readonly outputLimit: number;
  readonly #requestedModel: string;
  readonly #files: ReadonlyMap<string, HeldFile> | undefined;
  readonly #priceSetOf: (model: string) => PriceSet | null;

  constructor(options: AiRouteOptions) {
    const { vendorId, vendor, model, requestedModel, credential, priceSet, size, files, priceSetOf } = options;
    this.target = { vendor: vendorId, model, credentialTier: credential.tier, credentialId: credential.id };
    this.credential = credential;
    this.readsOn = vendor.onDisconnect === "drain";
    this.vendor = vendor;
    this.model = model;
    this.priceSet = priceSet;
    this.size = size;
    this.outputLimit = outputLimitOf(size, vendor, model);
    this.#requestedModel = requestedModel;
    this.#files = files;
    this.#priceSetOf = priceSetOf;
  }

  heldFor(): ReturnType<Route["heldFor"]> {
    const { target, credential } = this;
    return {
      ...target,
      requestedModel: this.#requestedModel,
      credentialVersion: credential.version,
      priceIds: priceIdsOf(this),
    };
  }

  bound(): bigint {
    return boundOfRoute(this);
  }

  whyHeld(): string | undefined {
    return searchHeld(this);
  }

  /** What the vendor is called with: what the call path gives, and the limits that were reserved. */
  ioOf(io: VendorIo): ProviderIo {
    return { ...io, ...this.limits() };
  }

  /** What was reserved, and the vendor must keep to. */
  limits(): RequestLimits {
    const { model, outputLimit, size, priceSet, credential } = this;
    return {
      model,
      maxOutputTokens: outputLimit,
      choices: size.choices,
      ...(size.searches === undefined ? {} : { searches: size.searches }),
      maxPrice: (unitClass) => dearestPrice(priceSet, unitClass),
      own: credential.tier === "byok",
      ...(this.#files === undefined ? {} : { files: this.#files }),
    };
  }

  settlement(booking: Booking): Settlement {
    return settlementOf(this, booking, this.#priceSetOf);
  }

  unitsSoFar(usage: Usage): Units {
    return unitsSoFar(this, usage);
  }

  rowOf({ rawUsage, responseModel, vendorRequestId, serviceTier, notes = [] }: Metered): HoldResult {
    return {
      rawUsage,
      responseModel,
      vendorRequestId,
      serviceTier,
      notes: notes.length === 0 ? undefined : notes,
    };
  }

  namesOf({ responseModel }: Metered): ReturnType<Route["namesOf"]> {
    const { vendor, model, credentialTier } = this.target;
    return { vendor, model: responseModel ?? model, requestedModel: this.#requestedModel, credentialTier };
  }
}

/** A route that the call path hands back to the family that it had it from. */
export const aiRouteOf = (route: Route): AiRoute => {
  if (route instanceof AiRoute) return route;
  throw new NexusError("INTERNAL", { cause: new Error(`a route to ${route.target.vendor} that is none of AI's`) });
};
