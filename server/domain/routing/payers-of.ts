import { credentialTiers } from "../../contracts/units.ts";
import { NexusError } from "../../errors.ts";
import type { RoutableCredential, RoutingWorld } from "./route.ts";

/** Who could pay at a vendor, by tier; where the organization has a key of its own and has not consented, no other tier pays. */
export const payersOf = <C extends RoutableCredential>(
  vendor: string,
  {
    credentialsOf,
    preferences,
  }: Pick<RoutingWorld<C>, "credentialsOf"> & {
    readonly preferences: Pick<RoutingWorld<C>["preferences"], "byokPolicy">;
  },
): readonly C[] => {
  const all = credentialsOf(vendor);
  if (all.length <= 1) return all;
  const byTier = all.toSorted((a, b) => credentialTiers.indexOf(a.tier) - credentialTiers.indexOf(b.tier));
  const own = byTier.filter(({ tier }) => tier === "byok");
  return own.length > 0 && preferences.byokPolicy === "strict" ? own : byTier;
};

/** Nobody pays at a vendor. */
export const noPayer = (vendor: string, admitted: boolean): NexusError => {
  if (!admitted)
    return new NexusError("NOT_ADMITTED", {
      message: `The organization has no key of its own for ${vendor}, and the platform does not pay for it yet: store a key, or ask a platform operator to admit the organization.`,
      details: { vendor },
    });
  return new NexusError("CREDENTIAL_MISSING", {
    message: `No credential for ${vendor}: store an organization key or ask the platform for a default.`,
    details: { vendor },
  });
};
