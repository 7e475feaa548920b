import { errors, type AccessToken, type ClientCredentials, type JWTStructured } from "oidc-provider";
import { newId } from "../../../platform/ids.ts";
import type { IdentityContext } from "../../identity-context.ts";
import { readClient } from "../../service-clients/read-client.ts";
import type { ClientRow } from "../../service-clients/store.ts";
import { sessionTimes } from "../../sessions/session-times.ts";
import { accessTokenMs } from "../../signing/access-token.ts";
import { findService, resourceOf } from "../resource.ts";
import { noteIssuedToken } from "./store.ts";
import { findSignIn } from "../sign-in.ts";
import { noteClientSession } from "../store.ts";

type Deps = Pick<IdentityContext, "issuer" | "db" | "clock" | "catalogues" | "dashboardOrigin" | "localAddresses">;

/** Of the clients these are asked about; the others are our own, on our own pages. */
const needsConsent = ({ firstParty, type }: ClientRow): boolean => !firstParty || type === "native";

/** Claims of the person's session as it is stored now. */
const claimsOfSession = async (deps: Deps, token: AccessToken, clientId: string) => {
  const signIn = token.sessionUid === undefined ? undefined : await findSignIn(deps, token.sessionUid);
  const { session } = signIn ?? {};
  if (!session || session.user.id !== token.accountId) throw new errors.InvalidGrant("the session has ended");
  await noteClientSession(deps.db, session.sessionId, clientId, {
    now: new Date(deps.clock.now()),
    idleMs: sessionTimes.idleMs,
  });
  return {
    sid: session.sessionId,
    ...(session.organization === undefined ? {} : { org_id: session.organization.id }),
    ...(session.role === undefined ? {} : { role: session.role }),
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
    const session = token.kind === "AccessToken" ? await claimsOfSession(deps, token, clientId) : { sid: undefined };
    const now = deps.clock.now();
    const issuedAt = Math.floor(now / 1000);
    const expires = issuedAt + accessTokenMs / 1000;
    const jti = newId();
    let audience = service.audience;
    if (token.kind === "AccessToken" && session.sid !== undefined) {
      const covered = await noteIssuedToken(deps.db, {
        jti,
        grantId: token.grantId,
        sessionId: session.sid,
        userId: token.accountId,
        clientId,
        needsConsent: needsConsent(client),
        now: new Date(now),
        expiresAt: new Date(expires * 1000),
      });
      if (!covered) throw new errors.InvalidGrant("the person has taken the consent back");
      // Where the app now calls more services than before, it must ask for consent again.
      if (needsConsent(client))
        audience = audience.filter((id) => id === service.id || covered.includes(resourceOf(id)));
    }
    parts.payload = {
      client_id: clientId,
      service_id: service.id,
      ...session,
      ...(token.kind === "AccessToken" ? { azp: clientId } : {}),
      iss: deps.issuer,
      sub: token.kind === "AccessToken" ? token.accountId : clientId,
      aud: [...audience],
      iat: issuedAt,
      exp: expires,
      jti,
    };
  };
