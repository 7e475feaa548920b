import type { Grant, KoaContextWithOIDC } from "oidc-provider";
import type { IdentityContext } from "../../identity-context.ts";
import { readClient } from "../../service-clients/read-client.ts";
import { resourceOf } from "../resource.ts";
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

/**
 * What the person has granted already. First-party services need no consent; a program on somebody's machine does
 * each time, whoever wrote it, since anything there can start the flow (RFC 8252 §8.6).
 */
export const createGrantLoader =
  (ground: Pick<IdentityContext, "db" | "dashboardOrigin">) =>
  async (ctx: KoaContextWithOIDC): Promise<Grant | undefined> => {
    const { client, session, provider, result } = ctx.oidc;
    if (!client || !session?.accountId) return undefined;
    // Tokens carry the `sid` of our own session.
    session.sidFor(client.clientId, session.uid);
    const consented = result?.consent?.grantId;
    if (consented !== undefined) return provider.Grant.find(consented);
    const row = await readClient(ground, client.clientId);
    const scopes = [...ctx.oidc.requestParamScopes];
    if (!row || scopes.length === 0 || row.type === "native" || ctx.oidc.prompts.has("consent")) return undefined;
    const allowed = row.firstParty ? scopes : await findConsent(ground.db, session.accountId, client.clientId);
    if (!scopes.every((scope) => allowed.includes(scope))) return undefined;
    return saveGrant(provider.Grant, {
      accountId: session.accountId,
      clientId: client.clientId,
      serviceId: row.serviceId,
      scopes,
    });
  };
