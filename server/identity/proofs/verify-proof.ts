import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify, type JWK } from "jose";
import { z } from "zod";
import type { Clock } from "../../platform/clock.ts";
import { sha256 } from "../crypto/digest.ts";
import type { AuthDatabase } from "../database/store.ts";
import { noteUse } from "../oauth/engine/store.ts";

/** How proofs are signed: with a key of the client's own, by a scheme of two keys. */
export const proofAlgorithms = ["ES256", "Ed25519", "EdDSA"] as const;

/** A proof (RFC 9449), and the request that it came with. */
export interface ProofOfRequest {
  readonly jwt: string;
  readonly method: string;
  readonly url: string;
}

interface BoundToken {
  readonly token: string;
  /** Of the key to which the token is bound. */
  readonly thumbprint: string;
}

interface Deps {
  readonly db: AuthDatabase;
  readonly clock: Clock;
}

/** Machines' clocks differ, and a request takes its time; what is older was kept for later. */
const windowMs = 60_000;
const maxLength = 4_096;

const Claims = z.looseObject({
  jti: z.string().min(1).max(200),
  iat: z.number(),
  htm: z.string(),
  htu: z.string().max(2_000),
  ath: z.string(),
});

/** An address as proofs name it: without query and fragment. */
const plainAddress = (text: string): string | undefined => {
  const url = URL.parse(text);
  if (!url || (url.protocol !== "https:" && url.protocol !== "http:")) return undefined;
  url.search = "";
  url.hash = "";
  return url.href;
};

const read = async (jwt: string, now: number) => {
  const verified = await jwtVerify(jwt, EmbeddedJWK, {
    algorithms: [...proofAlgorithms],
    typ: "dpop+jwt",
    currentDate: new Date(now),
    clockTolerance: windowMs / 1000,
  }).catch(() => undefined);
  const claims = Claims.safeParse(verified?.payload);
  const jwk: JWK | undefined = verified?.protectedHeader.jwk;
  return claims.success && jwk ? { claims: claims.data, thumbprint: await calculateJwkThumbprint(jwk) } : undefined;
};

/**
 * Whether the holder of the token's key signed this very request, with this token, just now, and not once before.
 * Undefined: so it is.
 */
export const verifyProof = async (
  { db, clock }: Deps,
  { jwt, method, url }: ProofOfRequest,
  { token, thumbprint }: BoundToken,
): Promise<"proof_invalid" | "proof_replayed" | undefined> => {
  if (jwt.length > maxLength) return "proof_invalid";
  const now = clock.now();
  const found = await read(jwt, now);
  const address = plainAddress(url);
  if (!found || address === undefined) return "proof_invalid";
  const { claims } = found;
  const isOfRequest =
    found.thumbprint === thumbprint &&
    claims.htm === method &&
    plainAddress(claims.htu) === address &&
    claims.ath === sha256(token).toString("base64url") &&
    Math.abs(now - claims.iat * 1000) <= windowMs;
  if (!isOfRequest) return "proof_invalid";
  const fresh = await noteUse(db, {
    idHash: sha256(`proof ${thumbprint} ${claims.jti}`),
    now: new Date(now),
    // It is refused by its age from then on.
    expiresAt: new Date(claims.iat * 1000 + 2 * windowMs),
  });
  return fresh ? undefined : "proof_replayed";
};
