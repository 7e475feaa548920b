import { credentialTiers } from "../../contracts/units.ts";
import { NexusError } from "../../errors.ts";
import { unknownName } from "../existence/index.ts";
import { noPayer, payersOf } from "./payers-of.ts";
import type { Circuit, RoutableCredential, RoutingPreferences } from "./route.ts";
import { shutError } from "./shut-error.ts";

/** The part of a request to act that decides where it can go. */
export interface VendorQuestion {
  /** `family.verb` */
  readonly operation: string;
  /** The vendor that the caller names. */
  readonly provider?: string | undefined;
  /** `byok_only`: nobody but the organization pays. */
  readonly credentialPolicy?: "any" | "byok_only" | undefined;
  /** Vendors that can do it, but not what of it is asked for; asked once of each that somebody pays for. */
  readonly isUnable?: (vendor: string) => boolean;
}

/** A vendor that is asked for no model. */
export interface ActVendor {
  readonly id: string;
  readonly operations: ReadonlySet<string>;
}

/** All that the choice depends on, for one caller at one moment. */
export interface VendorWorld<C extends RoutableCredential> {
  /** Of one family, in the order in which they are tried where the organization prefers none. */
  readonly vendors: readonly ActVendor[];
  readonly preferences: Pick<RoutingPreferences, "vendorOrder" | "fallback" | "byokPolicy">;
  readonly credentialsOf: (vendor: string) => readonly C[];
  /** Whether the platform pays for the organization. */
  readonly admitted: boolean;
  readonly circuit: (vendor: string, credential: C) => Circuit;
}

/** A vendor that can do it, at whose expense. */
export interface VendorRoute<C extends RoutableCredential> {
  readonly vendor: string;
  readonly credential: C;
}

const rankOf = (order: readonly string[], id: string): number => {
  const at = order.indexOf(id);
  return at < 0 ? order.length : at;
};

/** Those that can do it, best first: the one that is named, else all of them. */
const ableVendors = (
  vendors: readonly ActVendor[],
  { operation, provider }: VendorQuestion,
  order: readonly string[],
): readonly ActVendor[] => {
  const able = vendors.filter(({ operations }) => operations.has(operation));
  if (provider === undefined) return able.toSorted((a, b) => rankOf(order, a.id) - rankOf(order, b.id));
  if (!vendors.some(({ id }) => id === provider))
    throw unknownName(
      "provider",
      `a vendor that can do ${operation}`,
      provider,
      able.map(({ id }) => id),
    );
  const named = able.filter(({ id }) => id === provider);
  if (named.length === 0)
    throw new NexusError("CAPABILITY_MISSING", {
      message: `${provider} cannot do ${operation}.`,
      details: { vendor: provider, missing: operation },
    });
  return named;
};

/**
 * By which vendors a request to act can go, and who pays: the organization's own keys first, then overrides, then the
 * platform's defaults, each in the organization's order of vendors. Unless the organization has consented, all routes are
 * of one tier, so that a key of its own that fails does not become the platform's spending. None where all of them are unable.
 */
export const routesOfVendors = <C extends RoutableCredential>(
  question: VendorQuestion,
  { vendors, preferences, credentialsOf, admitted, circuit }: VendorWorld<C>,
): readonly VendorRoute<C>[] => {
  const able = ableVendors(vendors, question, preferences.vendorOrder);
  const own = question.credentialPolicy === "byok_only";
  const all = able
    .flatMap(({ id }) => payersOf(id, { credentialsOf, preferences }).map((credential) => ({ vendor: id, credential })))
    .filter(({ credential }) => !own || credential.tier === "byok")
    .toSorted((a, b) => credentialTiers.indexOf(a.credential.tier) - credentialTiers.indexOf(b.credential.tier));
  const [first] = all;
  if (first === undefined) {
    const [best] = able;
    if (own || best === undefined)
      throw new NexusError("CREDENTIAL_MISSING", {
        message: `The organization has no key of its own for ${question.operation}.`,
      });
    throw noPayer(best.id, admitted);
  }
  const payable =
    preferences.byokPolicy === "strict"
      ? all.filter(({ credential }) => credential.tier === first.credential.tier)
      : all;
  const unable = new Set([...new Set(payable.map(({ vendor }) => vendor))].filter((id) => question.isUnable?.(id)));
  const suited = payable.filter(({ vendor }) => !unable.has(vendor));
  if (suited.length === 0) return [];
  const circuits = suited.map(({ vendor, credential }) => circuit(vendor, credential));
  const open = suited.filter((_, index) => circuits[index]?.state !== "open");
  if (open.length === 0) throw shutError(circuits, { vendor: first.vendor });
  return preferences.fallback ? open : open.slice(0, 1);
};
