import { AuthError } from "../auth-error.ts";
import type { IdentityContext } from "../identity-context.ts";
import { findOrganization } from "../organizations/store.ts";
import { findScopes } from "./create-api-key.ts";
import { cappedEnd } from "./key-lifetime.ts";
import { mintApiKey } from "./mint-api-key.ts";
import { insertApiKey } from "./store.ts";

export interface OrganizationApiKey {
  readonly organizationId: string;
  readonly name: string;
  /** `serviceId.scope`, for example `srv_nexus.ai`. */
  readonly scopes: readonly string[];
  /** The app to which calls are attributed. */
  readonly serviceId?: string;
}

/** A key of the organization itself, made by the operator of this deployment; returned once. */
export const createOrganizationApiKey = async (
  context: IdentityContext,
  { organizationId, name, scopes, serviceId }: OrganizationApiKey,
): Promise<{ readonly id: string; readonly apiKey: string }> => {
  const catalogue = await context.catalogues.recent();
  if (serviceId !== undefined && !catalogue.services.has(serviceId)) throw new AuthError("unknown_service");
  const organization = await findOrganization(context.db, { id: organizationId });
  const { apiKey, row } = mintApiKey({
    organizationId,
    ownerUserId: null,
    serviceId: serviceId ?? null,
    name,
    environment: "live",
    expiresAt: cappedEnd(null, organization?.maxKeyTtlDays ?? null, context.clock.now()),
    createdBy: "system",
    rotatedFromId: null,
    scopeIds: findScopes(catalogue, scopes).map(({ id }) => id),
    bindings: [],
  });
  const made = await insertApiKey(context.db, row, { actorType: "system" }, new Date(context.clock.now()), undefined);
  if (!made) throw new AuthError("organization_not_found");
  return { id: row.id, apiKey };
};
