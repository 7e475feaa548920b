import type { KoaContextWithOIDC } from "oidc-provider";
import { serviceOf } from "../../catalogue/catalogue.ts";
import type { IdentityContext } from "../../identity-context.ts";
import { scopes } from "../resource.ts";

/**
 * Puts the scopes of our own services into the metadata. The engine's own list is fixed when it starts; the registry
 * changes. A third party's service is not everybody's to see.
 */
export const announceScopes =
  ({ catalogues }: Pick<IdentityContext, "catalogues">) =>
  async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    const { body } = ctx;
    if (!ctx.path.startsWith("/.well-known/") || typeof body !== "object" || body === null) return;
    if (!("scopes_supported" in body)) return;
    const { permissions, services } = await catalogues.recent();
    const own = permissions.filter((permission) => services.get(serviceOf(permission))?.firstParty);
    ctx.body = { ...body, scopes_supported: [...scopes, ...own] };
  };
