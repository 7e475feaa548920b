import type { Grant, KoaContextWithOIDC } from "oidc-provider";
import type { IdentityContext } from "../../identity-context.ts";
import { readClient } from "../../service-clients/read-client.ts";
import { findService, reachedResources, resourceOf } from "../resource.ts";
import { findConsent } from "../store.ts";

interface NewGrant {
  readonly accountId: string;
  readonly clientId: string;
  readonly serviceId: string;
  readonly scopes: readonly string[];
}

/** A grant of these scopes, for OpenID Connect and for the access tokens of the service alike. */
export const saveGrant = async (
  GrantModel: new (properties: { accountId: string; clientId: string }) => Grant,
  { accountId, clientId, serviceId, scopes }: NewGrant,
): Promise<Grant> => {
  const grant = new GrantModel({ accountId, clientId });
  grant.addOIDCScope(scopes.join(" "));
  grant.addResourceScope(resourceOf(serviceId), scopes.join(" "));
  await grant.save();
  return grant;
};

/** Whether the person allowed the scopes, and every service the tokens reach by now, before. */
const isAllowed = async (
  deps: Pick<IdentityContext, "db" | "catalogues">,
  accountId: string,
  { clientId, serviceId }: { readonly clientId: string; readonly serviceId: string },
  scopes: readonly string[],
): Promise<boolean> => {
  const service = await findService(deps, serviceId);
  const allowed = new Set(await findConsent(deps.db, accountId, clientId));
  return service !== undefined && [...scopes, ...reachedResources(service)].every((each) => allowed.has(each));
};

/**
 * What the person has granted already. First-party services need no consent; a program on somebody's machine does
 * each time, whoever wrote it, since anything there can start the flow (RFC 8252 §8.6).
 */
export const createGrantLoader =
  (deps: Pick<IdentityContext, "db" | "dashboardOrigin" | "localAddresses" | "catalogues">) =>
  async (ctx: KoaContextWithOIDC): Promise<Grant | undefined> => {
    const { client, session, provider, result } = ctx.oidc;
    if (!client || !session?.accountId) return undefined;
    // Tokens carry the `sid` of our own session.
    session.sidFor(client.clientId, session.uid);
    const consented = result?.consent?.grantId;
    if (consented !== undefined) return provider.Grant.find(consented);
    const row = await readClient(deps, client.clientId);
    const scopes = [...ctx.oidc.requestParamScopes];
    if (!row || scopes.length === 0 || row.type === "native" || ctx.oidc.prompts.has("consent")) return undefined;
    if (!row.firstParty && !(await isAllowed(deps, session.accountId, row, scopes))) return undefined;
    return saveGrant(provider.Grant, {
      accountId: session.accountId,
      clientId: client.clientId,
      serviceId: row.serviceId,
      scopes,
    });
  };
