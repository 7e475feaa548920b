import { createLocalJWKSet, createRemoteJWKSet, customFetch, decodeJwt, jwtVerify, type JWTVerifyGetKey } from "jose";
import { z } from "zod";
import { clientSigningAlgs } from "../../catalogue/client-keys.ts";
import { sha256 } from "../../crypto/digest.ts";
import type { IdentityContext } from "../../identity-context.ts";
import type { ClientRow } from "../../service-clients/store.ts";
import { noteUse } from "../engine/store.ts";
import { enginePaths } from "../engine/configuration.ts";

export const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

const maxLifeMs = 10 * 60_000;

/** Who an assertion says it is from; nothing is checked yet. */
export const issuerOfAssertion = (assertion: string): string | undefined => {
  try {
    return decodeJwt(assertion).iss;
  } catch {
    return undefined;
  }
};

type Deps = Pick<IdentityContext, "issuer" | "db" | "clock" | "clientFetch">;

const keysOf = ({ clientFetch }: Deps, { jwks, jwksUri }: ClientRow): JWTVerifyGetKey | undefined => {
  if (jwks !== null) return createLocalJWKSet({ keys: [...jwks.keys] });
  if (jwksUri === null) return undefined;
  return createRemoteJWKSet(new URL(jwksUri), { [customFetch]: (url, options) => clientFetch(url, options) });
};

const Claims = z.looseObject({ jti: z.string().min(1).max(500), exp: z.number() });

/** RFC 7523: signed by the client's own key, for us, about itself, short-lived, and shown once. */
export const isSignedByClient = async (
  deps: Deps,
  client: ClientRow,
  assertion: string,
  path: string,
): Promise<boolean> => {
  const { issuer, db, clock } = deps;
  const keys = client.authMethod === "private_key_jwt" ? keysOf(deps, client) : undefined;
  if (!keys) return false;
  const now = clock.now();
  const verified = await jwtVerify(assertion, keys, {
    algorithms: [...clientSigningAlgs],
    issuer: client.clientId,
    subject: client.clientId,
    audience: [issuer, issuer + enginePaths.token, issuer + path],
    currentDate: new Date(now),
  }).catch(() => undefined);
  const claims = Claims.safeParse(verified?.payload);
  if (!claims.success || claims.data.exp * 1000 > now + maxLifeMs) return false;
  // The engine's own way of naming one: what was shown to it does not count here either.
  const id = sha256(client.clientId + claims.data.jti).toString("base64url");
  return noteUse(db, { idHash: sha256(id), now: new Date(now), expiresAt: new Date(claims.data.exp * 1000) });
};
