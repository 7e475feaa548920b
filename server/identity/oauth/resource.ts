import type { Catalogue, CatalogueService } from "../catalogue/catalogue.ts";
import type { IdentityContext } from "../identity-context.ts";

const prefix = "urn:topolo:service:";

/** What a client's access tokens are for, as the engine names it: the service of the client. */
export const resourceOf = (serviceId: string): string => prefix + serviceId;

export const serviceOfResource = (resource: string): string | undefined =>
  resource.startsWith(prefix) ? resource.slice(prefix.length) : undefined;

/** The services in which an app's tokens count, its own among them. */
export const reachedServices = ({ services }: Catalogue, serviceId: string): readonly string[] =>
  services.get(serviceId)?.audience ?? [];

/** The scopes there are, as shown where consent is asked. */
export const scopeDescriptions = {
  openid: "Know who you are",
  profile: "See your name and picture",
  email: "See your e-mail address",
  offline_access: "Stay signed in while your session lasts",
} as const;

export const scopes: readonly string[] = Object.keys(scopeDescriptions);

/** The service of a client, with the audience of its tokens. */
export const findService = async (
  { catalogues }: Pick<IdentityContext, "catalogues">,
  serviceId: string,
): Promise<CatalogueService | undefined> => {
  const { services } = await catalogues.recent();
  const service = services.get(serviceId);
  return service?.status === "active" ? service : undefined;
};
