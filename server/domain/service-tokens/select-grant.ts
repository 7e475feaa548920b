import type { ServiceToken } from "./load-service-tokens.ts";

/** What a call with a service token is about. */
export interface Grant {
  readonly organizationId: string;
  readonly appId: string | undefined;
}

/**
 * The organization and app that the caller selects within the token's grants, or null, whatever the reason. Ids are
 * compared as they are: no case, space or list is read into them. A token for some apps has to name one of them, or
 * calls could slip past that app's limits.
 */
export const selectGrant = (token: ServiceToken, organizationId: string, appId?: string): Grant | null => {
  const organizationGranted =
    organizationId !== "" && (token.organizations === null || token.organizations.has(organizationId));
  const appGranted = token.apps === null || (appId !== undefined && token.apps.has(appId));
  return organizationGranted && appGranted ? { organizationId, appId } : null;
};
