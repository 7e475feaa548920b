import { SignJWT } from "jose";
import { newId } from "../../platform/ids.ts";
import { accessTokenMs, tokenType, type TokenDeps } from "./access-token.ts";

/** Signs a token of one of our own services, as its client would be given it for its secret. */
export const issueClientToken = (
  { issuer, keyRing, clock }: TokenDeps,
  { serviceId, audience }: { readonly serviceId: string; readonly audience: readonly string[] },
): Promise<string> => {
  const { kid, privateKey } = keyRing.active();
  const issuedAt = Math.floor(clock.now() / 1_000);
  return new SignJWT({ client_id: serviceId, service_id: serviceId })
    .setProtectedHeader({ alg: "ES256", typ: tokenType, kid })
    .setIssuer(issuer)
    .setSubject(serviceId)
    .setAudience([...audience])
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + accessTokenMs / 1_000)
    .setJti(newId())
    .sign(privateKey);
};
