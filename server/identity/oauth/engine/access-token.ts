import { errors, type AccessToken, type ClientCredentials, type JWTStructured } from "oidc-provider";
import { newId } from "../../../platform/ids.ts";
import type { IdentityContext } from "../../identity-context.ts";
import { sessionTimes } from "../../sessions/session-times.ts";
import { accessTokenMs } from "../../signing/access-token.ts";
import { findService } from "../resource.ts";
import { noteIssuedToken } from "./store.ts";
import { findSignIn } from "../sign-in.ts";
import { noteClientSession } from "../store.ts";

type Ground = Pick<IdentityContext, "issuer" | "db" | "clock" | "catalogues">;

/** Claims of the person's session as it is stored now. */
const claimsOfSession = async (ground: Ground, token: AccessToken, clientId: string) => {
  const signIn = token.sessionUid === undefined ? undefined : await findSignIn(ground, token.sessionUid);
  const { session } = signIn ?? {};
  if (!session || session.user.id !== token.accountId) throw new errors.InvalidGrant("the session has ended");
  await noteClientSession(ground.db, session.sessionId, clientId, {
    now: new Date(ground.clock.now()),
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
  (ground: Ground, serviceOfClient: (clientId: string) => Promise<string | undefined>) =>
  async (_: unknown, token: AccessToken | ClientCredentials, parts: JWTStructured): Promise<void> => {
    const clientId = token.clientId;
    const serviceId = clientId === undefined ? undefined : await serviceOfClient(clientId);
    const service = serviceId === undefined ? undefined : await findService(ground, serviceId);
    if (clientId === undefined || !service) throw new errors.InvalidGrant("the client's service is not active");
    const session = token.kind === "AccessToken" ? await claimsOfSession(ground, token, clientId) : { sid: undefined };
    const issuedAt = Math.floor(ground.clock.now() / 1000);
    const expires = issuedAt + accessTokenMs / 1000;
    const jti = newId();
    if (token.kind === "AccessToken" && session.sid !== undefined)
      await noteIssuedToken(ground.db, {
        jti,
        grantId: token.grantId,
        sessionId: session.sid,
        expiresAt: new Date(expires * 1000),
      });
    parts.payload = {
      client_id: clientId,
      service_id: service.id,
      ...session,
      iss: ground.issuer,
      sub: token.kind === "AccessToken" ? token.accountId : clientId,
      aud: [...service.audience],
      iat: issuedAt,
      exp: expires,
      jti,
    };
  };
