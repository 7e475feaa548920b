import type { Catalogue } from "../catalogue/catalogue.ts";
import type { IdentityContext } from "../identity-context.ts";
import type { ClientRow } from "../service-clients/store.ts";
import { serviceOf } from "../catalogue/catalogue.ts";
import { reachedServices, scopeDescriptions } from "./resource.ts";

/** One thing that a person can grant a client, as it is shown. */
export interface OfferedScope {
  readonly name: string;
  readonly description: string;
  /** The service in which it lets the client act; null: it is about the person alone. */
  readonly service: { readonly id: string; readonly name: string } | null;
}

/** What every client can ask for. */
const identityScopes: readonly OfferedScope[] = Object.entries(scopeDescriptions).map(([name, description]) => ({
  name,
  description,
  service: null,
}));

/** Those of the permissions that the catalog knows, in the words of their services. */
export const describePermissions = ({ services }: Catalogue, wanted: readonly string[]): readonly OfferedScope[] =>
  wanted.flatMap((name) => {
    const service = services.get(serviceOf(name));
    const found = service?.permissions.find(({ key, deprecatedAt }) => key === name && !deprecatedAt);
    return service?.status === "active" && found
      ? [{ name, description: found.description, service: { id: service.id, name: service.name } }]
      : [];
  });

type Deps = Pick<IdentityContext, "catalogues">;

/**
 * All that a client can be granted: to know the person, and the permissions it is registered for in services that it
 * calls. An app of our own names no permissions: it acts with all that the person may do.
 */
export const offeredScopes = async ({ catalogues }: Deps, client: ClientRow): Promise<readonly OfferedScope[]> => {
  if (client.firstParty) return identityScopes;
  const catalogue = await catalogues.recent();
  const reached = new Set(reachedServices(catalogue, client.serviceId));
  const permissions = client.scopes.filter((name) => reached.has(serviceOf(name)));
  return [...identityScopes, ...describePermissions(catalogue, permissions)];
};

/** Whether a scope is a permission in a service, not a claim about the person. */
export const isServiceScope = (name: string): boolean => name.startsWith("srv_");
