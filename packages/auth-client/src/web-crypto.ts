import { AuthClientError } from "./auth-client-error.ts";
import { encodeBase64Url } from "./base64url.ts";

/** Web Crypto's digest and signature functions exist in secure contexts alone: https, and localhost. */
export const subtle = (): SubtleCrypto => {
  const found: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (!found) throw new AuthClientError("unsupported", 0, "Sign-in needs Web Crypto: serve the app over https.");
  return found;
};

/** 256 random bits, as state, nonce and PKCE verifier want them. */
export const randomText = (): string => encodeBase64Url(globalThis.crypto.getRandomValues(new Uint8Array(32)));

/** The S256 challenge of a PKCE verifier (RFC 7636). */
export const challengeOf = async (verifier: string): Promise<string> =>
  encodeBase64Url(new Uint8Array(await subtle().digest("SHA-256", new TextEncoder().encode(verifier))));
