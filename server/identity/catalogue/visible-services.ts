import type { DirectoryReader } from "../http/steps.ts";
import type { IdentityContext } from "../identity-context.ts";
import type { Catalogue, CatalogueService } from "./catalogue.ts";
import { loadServiceAccess } from "./store.ts";

const ofUser = async (
  context: IdentityContext,
  { services }: Catalogue,
  organizationId: string | undefined,
): Promise<(service: CatalogueService) => boolean> => {
  const needsAccess = [...services.values()].some(({ firstParty }) => !firstParty);
  const access =
    organizationId === undefined || !needsAccess
      ? new Set<string>()
      : await loadServiceAccess(context.db, organizationId, new Date(context.clock.now()));
  return ({ id, firstParty, ownerOrganizationId }) =>
    firstParty || access.has(id) || (organizationId !== undefined && ownerOrganizationId === organizationId);
};

/**
 * First-party services are known to everyone. A third party's is known to operators, to first-party services, to
 * itself, to its owner and to organizations that have access to it.
 */
export const visibleTo = async (
  context: IdentityContext,
  catalogue: Catalogue,
  reader: DirectoryReader,
): Promise<(service: CatalogueService) => boolean> => {
  if (reader.kind === "user") {
    const { platformBypass, organization } = reader.caller.session;
    return platformBypass ? () => true : ofUser(context, catalogue, organization?.id);
  }
  const { serviceId } = reader.client;
  if (catalogue.services.get(serviceId)?.firstParty) return () => true;
  return ({ id, firstParty }) => firstParty || id === serviceId;
};
