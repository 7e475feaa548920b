import type { Grant, KoaContextWithOIDC } from "oidc-provider";
import type { IdentityContext } from "../../identity-context.ts";
import { readClient, type ReadClientDeps } from "../../service-clients/read-client.ts";
import { asksEachTime } from "../../service-clients/needs-consent.ts";
import { isServiceScope, offeredScopes } from "../offered-scopes.ts";
import { resourceOf } from "../resource.ts";
import { findConsent } from "../store.ts";
import type { AuthDatabase } from "../../database/store.ts";
import { liveSessionOf } from "./live-session-of.ts";
import { bindGrant } from "./store.ts";

interface NewGrant {
  readonly accountId: string;
  readonly clientId: string;
  readonly serviceId: string;
  /** For which the person agreed, empty for none; undefined where nobody was asked: whichever is active in the session. */
  readonly organizationId: string | undefined;
  readonly scopes: readonly string[];
  /** What was asked for and not granted: the engine does not ask for it again in the same sign-in. */
  readonly declined?: readonly string[];
}

/** A grant of these scopes, for OpenID Connect and for the access tokens of the service alike. */
export const saveGrant = async (
  db: AuthDatabase,
  GrantModel: new (properties: { accountId: string; clientId: string }) => Grant,
  { accountId, clientId, serviceId, organizationId, scopes, declined = [] }: NewGrant,
): Promise<Grant> => {
  const grant = new GrantModel({ accountId, clientId });
  const resource = resourceOf(serviceId);
  const aboutPerson = (names: readonly string[]): string => names.filter((name) => !isServiceScope(name)).join(" ");
  grant.addOIDCScope(aboutPerson(scopes));
  grant.addResourceScope(resource, scopes.join(" "));
  if (declined.length > 0) {
    grant.rejectOIDCScope(aboutPerson(declined));
    grant.rejectResourceScope(resource, declined.join(" "));
  }
  const grantId = await grant.save();
  if (organizationId !== undefined) await bindGrant(db, grantId, organizationId);
  return grant;
};

/**
 * What the person has granted already. First-party services need no consent; a program on somebody's machine does
 * each time, whoever wrote it, since anything there can start the flow (RFC 8252 §8.6), and so does an app without a
 * registration, whose document may be another one today.
 */
export const createGrantLoader =
  (deps: ReadClientDeps & Pick<IdentityContext, "catalogues">) =>
  async (ctx: KoaContextWithOIDC): Promise<Grant | undefined> => {
    const { client, session, provider, result } = ctx.oidc;
    if (!client || !session?.accountId) return undefined;
    // Tokens carry the `sid` of our own session.
    session.sidFor(client.clientId, session.uid);
    const consented = result?.consent?.grantId;
    if (consented !== undefined) return provider.Grant.find(consented);
    const row = await readClient(deps, client.clientId);
    if (!row || asksEachTime(row) || ctx.oidc.prompts.has("consent")) return undefined;
    const requested = ctx.oidc.requestParamScopes;
    const scopes = (await offeredScopes(deps, row)).map(({ name }) => name).filter((name) => requested.has(name));
    if (scopes.length === 0) return undefined;
    const { accountId } = session;
    const organizationId = row.firstParty ? undefined : (liveSessionOf(ctx.req)?.organization?.id ?? "");
    if (organizationId !== undefined) {
      const by = { userId: accountId, clientId: row.clientId, organizationId };
      const allowed = new Set(await findConsent(deps.db, by));
      if (!scopes.every((name) => allowed.has(name))) return undefined;
    }
    return saveGrant(deps.db, provider.Grant, {
      accountId,
      clientId: client.clientId,
      serviceId: row.serviceId,
      organizationId,
      scopes,
    });
  };
