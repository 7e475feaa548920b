import { createHash } from "node:crypto";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT, type JWK } from "jose";

interface WantedProof {
  readonly method?: string;
  readonly url: string;
  /** The access token that it goes along with. */
  readonly token?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  /** Another key signs. */
  readonly key?: CryptoKey | Uint8Array;
}

/** A client with a key of its own, which proves that a request is its (RFC 9449). */
export interface Prover {
  readonly thumbprint: string;
  readonly jwk: JWK;
  readonly privateKey: CryptoKey;
  readonly prove: (wanted: WantedProof) => Promise<string>;
}

export const createProver = async (): Promise<Prover> => {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = await exportJWK(publicKey);
  return {
    thumbprint: await calculateJwkThumbprint(jwk),
    jwk,
    privateKey,
    prove: ({ method = "GET", url, token, claims = {}, header = {}, key = privateKey }) =>
      new SignJWT({
        jti: crypto.randomUUID(),
        iat: Math.floor(Date.now() / 1000),
        htm: method,
        htu: url,
        ...(token === undefined ? {} : { ath: createHash("sha256").update(token).digest("base64url") }),
        ...claims,
      })
        .setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk, ...header })
        .sign(key),
  };
};
