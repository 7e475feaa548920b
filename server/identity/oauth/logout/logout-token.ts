import { SignJWT } from "jose";
import { newId } from "../../../platform/ids.ts";
import type { IdentityContext } from "../../identity-context.ts";
import type { DueLogout } from "./store.ts";

const event = "http://schemas.openid.net/event/backchannel-logout";

/** OpenID Connect Back-Channel Logout 1.0 §2.4. It has no nonce, so that it never passes for an id_token. */
export const signLogoutToken = (
  { issuer, keyRing, clock }: Pick<IdentityContext, "issuer" | "keyRing" | "clock">,
  { clientId, userId, sessionId }: DueLogout,
): Promise<string> => {
  const { kid, privateKey } = keyRing.active();
  const now = Math.floor(clock.now() / 1000);
  return new SignJWT({ sid: sessionId, events: { [event]: {} } })
    .setProtectedHeader({ alg: "ES256", typ: "logout+jwt", kid })
    .setIssuer(issuer)
    .setSubject(userId)
    .setAudience(clientId)
    .setIssuedAt(now)
    .setExpirationTime(now + 120)
    .setJti(newId())
    .sign(privateKey);
};
