import { errors, type AccessToken, type ClientCredentials, type JWTStructured } from "oidc-provider";
import { newId } from "../../../platform/ids.ts";
import type { IdentityContext } from "../../identity-context.ts";
import { letsIn } from "../../client-documents/unregistered-apps.ts";
import { readClient, type ReadClientDeps } from "../../service-clients/read-client.ts";
import { needsConsent } from "../../service-clients/needs-consent.ts";
import type { ClientRow } from "../../service-clients/store.ts";
import { sessionTimes } from "../../sessions/session-times.ts";
import { accessTokenMs, issuedAtOf } from "../../signing/access-token.ts";
import { serviceOf } from "../../catalogue/catalogue.ts";
import { isServiceScope } from "../offered-scopes.ts";
import { findService, resourceOf } from "../resource.ts";
import { findGrantOrganization, noteIssuedToken } from "./store.ts";
import { findSignIn } from "../sign-in.ts";
import { noteClientSession } from "../store.ts";

type Deps = Pick<IdentityContext, "issuer" | "db" | "clock" | "catalogues"> & ReadClientDeps;

const isOnDevice = ({ gty }: AccessToken, { type }: ClientRow): boolean =>
  type === "native" || (gty ?? "").split(" ").includes("device_code");

/** Claims of the person's session as it is stored now, in the organization for which the grant was given. */
const claimsOfSession = async (deps: Deps, token: AccessToken, { clientId, document }: ClientRow) => {
  const organizationId = await findGrantOrganization(deps.db, token.grantId);
  const signIn = token.sessionUid === undefined ? undefined : await findSignIn(deps, token.sessionUid, organizationId);
  const { session } = signIn ?? {};
  if (!session || session.user.id !== token.accountId) throw new errors.InvalidGrant("the session has ended");
  if (document && !letsIn(session.unregisteredApps, clientId))
    throw new errors.InvalidGrant("the organization does not let this app in");
  await noteClientSession(deps.db, session.sessionId, clientId, {
    now: new Date(deps.clock.now()),
    idleMs: sessionTimes.idleMs,
  });
  const claims = {
    sid: session.sessionId,
    ...(session.organization === undefined ? {} : { org_id: session.organization.id }),
    ...(session.role === undefined ? {} : { role: session.role }),
  };
  return { claims, organizationId: organizationId ?? "", signedInAt: session.authTime };
};

interface Person {
  readonly claims: { readonly sid: string; readonly org_id?: string; readonly role?: string };
  /** What the person has consented to; nothing counts where none is needed. */
  readonly covered: readonly string[];
}

/**
 * What a person's token says beside the person, and where it counts. A third party's names what it was granted, counts
 * in the services of that alone, and tells no organization without it; the role is never its business. A program of our
 * own counts in the services that the person was shown.
 */
const claimsByClient = (
  token: AccessToken,
  { client, audience }: { readonly client: ClientRow; readonly audience: readonly string[] },
  { claims: { sid, org_id, role }, covered }: Person,
) => {
  const marks = { azp: client.clientId, ...(isOnDevice(token, client) ? { device: true } : {}) };
  const organization = org_id === undefined ? {} : { org_id };
  if (client.firstParty) {
    return {
      audience: needsConsent(client) ? audience.filter((id) => covered.includes(resourceOf(id))) : audience,
      claims: { sid, ...organization, ...(role === undefined ? {} : { role }), ...marks },
    };
  }
  const granted = [...token.scopes].filter((name) => covered.includes(name));
  const services = new Set(granted.filter(isServiceScope).map(serviceOf));
  return {
    audience: audience.filter((id) => id === client.serviceId || services.has(id)),
    claims: { sid, ...(services.size > 0 ? organization : {}), ...marks, scope: granted.join(" ") },
  };
};

/** Makes the engine's access tokens exactly what `/login` and `/refresh` issue; those of a client itself have no session. */
export const createTokenCustomizer =
  (deps: Deps) =>
  async (_: unknown, token: AccessToken | ClientCredentials, parts: JWTStructured): Promise<void> => {
    const client = token.clientId === undefined ? undefined : await readClient(deps, token.clientId);
    const service = client && (await findService(deps, client.serviceId));
    if (!client || !service) throw new errors.InvalidGrant("the client's service is not active");
    const { clientId } = client;
    const now = deps.clock.now();
    const jti = newId();
    const timed = (issuedAt: number) => ({ iat: issuedAt, exp: issuedAt + accessTokenMs / 1000 });
    const { jkt } = token;
    const common = {
      client_id: clientId,
      service_id: service.id,
      iss: deps.issuer,
      jti,
      ...(jkt === undefined ? {} : { cnf: { jkt } }),
    };
    if (token.kind !== "AccessToken") {
      parts.payload = { ...common, ...timed(Math.floor(now / 1000)), sub: clientId, aud: [...service.audience] };
      return;
    }
    const { claims, organizationId, signedInAt } = await claimsOfSession(deps, token, client);
    const times = timed(issuedAtOf(now, signedInAt));
    const covered = await noteIssuedToken(deps.db, {
      jti,
      grantId: token.grantId,
      sessionId: claims.sid,
      userId: token.accountId,
      clientId,
      organizationId,
      needsConsent: needsConsent(client),
      now: new Date(now),
      expiresAt: new Date(times.exp * 1000),
    });
    if (!covered) throw new errors.InvalidGrant("the person has taken the consent back");
    const own = claimsByClient(token, { client, audience: service.audience }, { claims, covered });
    parts.payload = { ...common, ...times, ...own.claims, sub: token.accountId, aud: [...own.audience] };
  };
