import { AuthClientError } from "./auth-client-error.ts";
import { readJsonBody, unreachable, type Fetch } from "./ask-auth.ts";
import { decodeBase64Url } from "./base64url.ts";
import { isFields, type Fields } from "./fields.ts";
import { subtle } from "./web-crypto.ts";

/** What Auth says in an id token about the sign-in that just happened. */
export interface IdTokenClaims {
  readonly sub: string;
  /** The session, where Auth names it. */
  readonly sid: string | undefined;
  /** Every claim. */
  readonly all: Fields;
}

interface VerifyIdToken {
  readonly idToken: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Undefined where the flow has none, as with devices. */
  readonly nonce: string | undefined;
  readonly fetch: Fetch;
  readonly timeoutMs: number;
  readonly now: () => number;
}

const skewMs = 30_000;
const maxLength = 8 * 1024;

const refuse = (reason: string): AuthClientError =>
  new AuthClientError("id_token_invalid", 0, `The id token was refused: ${reason}.`);

const decodePart = (part: string): Uint8Array<ArrayBuffer> => {
  try {
    return decodeBase64Url(part);
  } catch {
    throw refuse("it is malformed");
  }
};

const parsePart = (part: string): Fields => {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(decodePart(part)));
    if (isFields(value)) return value;
  } catch {
    // Refused below.
  }
  throw refuse("it is malformed");
};

const readKeys = async ({ issuer, fetch, timeoutMs }: VerifyIdToken): Promise<readonly Fields[]> => {
  try {
    const response = await fetch(`${issuer}/.well-known/jwks.json`, {
      redirect: "error",
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const body = response.ok ? await readJsonBody(response) : undefined;
    if (!isFields(body) || !Array.isArray(body.keys)) throw new TypeError("not a key set");
    return body.keys.filter(isFields);
  } catch (error) {
    throw unreachable(error);
  }
};

const importKey = (jwk: Fields): Promise<CryptoKey> => {
  const { kty, crv, x, y } = jwk;
  if (kty !== "EC" || crv !== "P-256" || typeof x !== "string" || typeof y !== "string")
    throw refuse("its key is unfit");
  return subtle().importKey("jwk", { kty, crv, x, y }, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
};

const checkSignature = async (request: VerifyIdToken): Promise<Fields> => {
  const { idToken } = request;
  const [header, payload, signature, ...rest] = idToken.length > maxLength ? [] : idToken.split(".");
  if (header === undefined || payload === undefined || signature === undefined || rest.length > 0)
    throw refuse("it is malformed");
  const { alg, kid, crit } = parsePart(header);
  if (alg !== "ES256" || typeof kid !== "string" || crit !== undefined) throw refuse("its algorithm is not ES256");
  const claims = parsePart(payload);
  const key = (await readKeys(request)).find((candidate) => candidate.kid === kid);
  if (!key) throw refuse("its key is unknown");
  const good = await subtle().verify(
    { name: "ECDSA", hash: "SHA-256" },
    await importKey(key),
    decodePart(signature),
    new TextEncoder().encode(`${header}.${payload}`),
  );
  if (!good) throw refuse("its signature is wrong");
  return claims;
};

const isFor = ({ aud, azp }: Fields, clientId: string): boolean => {
  if (azp !== undefined && azp !== clientId) return false;
  if (Array.isArray(aud)) return aud.includes(clientId) && (aud.length === 1 || azp === clientId);
  return aud === clientId;
};

/** Checks signature, issuer, audience, times and nonce (OpenID Connect Core, 3.1.3.7). */
export const verifyIdToken = async (request: VerifyIdToken): Promise<IdTokenClaims> => {
  const { issuer, clientId, nonce, now } = request;
  const claims = await checkSignature(request);
  const { iss, sub, sid, exp, iat } = claims;
  if (iss !== issuer) throw refuse("its issuer is another one");
  if (!isFor(claims, clientId)) throw refuse("it is meant for another client");
  if (typeof exp !== "number" || exp * 1000 + skewMs <= now()) throw refuse("it has expired");
  if (typeof iat !== "number" || iat * 1000 - skewMs > now()) throw refuse("it is from the future");
  if (nonce !== undefined && claims.nonce !== nonce) throw refuse("its nonce belongs to another sign-in");
  if (typeof sub !== "string" || sub === "") throw refuse("it names nobody");
  return { sub, sid: typeof sid === "string" ? sid : undefined, all: claims };
};
