import { ownerKey, type CredentialRef, type CredentialSnapshot } from "./load-credentials.ts";

/**
 * Who could pay for an organization's call to a vendor, first choice first: its own key, then the override that Nexus
 * manages for it, then the platform's default. Whether a later one may step in is the organization's policy.
 */
export const resolveCredentials = (
  snapshot: CredentialSnapshot,
  organizationId: string,
  vendor: string,
): CredentialRef[] => {
  const own = snapshot.byOwner.get(ownerKey(organizationId, vendor)) ?? [];
  const platform = snapshot.platform.get(vendor);
  return platform === undefined ? [...own] : [...own, platform];
};
