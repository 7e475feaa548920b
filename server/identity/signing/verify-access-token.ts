import { hash } from "node:crypto";
import { compactVerify, errors, type CryptoKey } from "jose";
import { z } from "zod";
import type { ValidationRefusal } from "../validation/refusal.ts";
import { AccessClaims, tokenType, type TokenDeps } from "./access-token.ts";

/** Checks access tokens as far as that goes without the database. */
export interface TokenVerifier {
  /** Form, header, key, signature and times, in that order. */
  readonly verify: (token: string) => Promise<AccessClaims | ValidationRefusal>;
}

const maxTokenLength = 8 * 1024;
const skewMs = 30_000;
const maxGenuine = 20_000;

const header = z.strictObject({ alg: z.literal("ES256"), typ: z.literal(tokenType), kid: z.string().min(1).max(100) });

/** Decodes a segment that is base64url in its one canonical spelling. */
const decodeCanonical = (segment: string | undefined): Buffer | undefined => {
  if (segment === undefined || segment === "") return undefined;
  const bytes = Buffer.from(segment, "base64url");
  return bytes.toString("base64url") === segment ? bytes : undefined;
};

/** Parses JSON that has one spelling: no repeated names, no spare space. */
const parseCanonicalJson = (bytes: Uint8Array): unknown => {
  try {
    const source = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const value: unknown = JSON.parse(source);
    return JSON.stringify(value) === source ? value : undefined;
  } catch {
    return undefined;
  }
};

interface ParsedToken {
  readonly kid: string;
  readonly payload: Buffer;
}

const parseToken = (token: string): ParsedToken | undefined => {
  if (token.length > maxTokenLength) return undefined;
  const segments = token.split(".");
  const [headerBytes, payload, signature] = segments.map(decodeCanonical);
  if (segments.length !== 3 || !headerBytes || !payload || !signature) return undefined;
  const parsed = header.safeParse(parseCanonicalJson(headerBytes));
  return parsed.success ? { kid: parsed.data.kid, payload } : undefined;
};

const hasGoodSignature = async (token: string, key: CryptoKey): Promise<boolean> => {
  try {
    await compactVerify(token, key, { algorithms: ["ES256"] });
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
};

const checkTimes = (claims: AccessClaims, now: number): AccessClaims | ValidationRefusal => {
  const { exp, nbf, iat } = claims;
  if (iat * 1000 > now + skewMs || (nbf !== undefined && nbf * 1000 > now + skewMs)) return "token_not_yet_valid";
  return exp * 1000 + skewMs <= now ? "token_expired" : claims;
};

/**
 * Remembers which tokens are genuine by the SHA-256 of all their bytes: a signature does not change. Whether its key
 * still counts, the times and the session are looked at on every call.
 */
export const createTokenVerifier = ({ issuer, keyRing, clock }: TokenDeps): TokenVerifier => {
  const genuine = new Map<string, { readonly kid: string; readonly claims: AccessClaims }>();

  const verifyUnknown = async (token: string, digest: string): Promise<AccessClaims | ValidationRefusal> => {
    const parsed = parseToken(token);
    if (!parsed) return "token_malformed";
    const key = await keyRing.find(parsed.kid);
    if (!key || !(await hasGoodSignature(token, key))) return "token_invalid";
    const claims = AccessClaims.safeParse(parseCanonicalJson(parsed.payload));
    if (!claims.success || claims.data.iss !== issuer) return "token_invalid";
    genuine.set(digest, { kid: parsed.kid, claims: claims.data });
    const oldest = genuine.size > maxGenuine ? genuine.keys().next().value : undefined;
    if (oldest !== undefined) genuine.delete(oldest);
    return checkTimes(claims.data, clock.now());
  };

  return {
    verify: async (token) => {
      const digest = hash("sha256", token, "base64");
      const known = genuine.get(digest);
      if (!known) return verifyUnknown(token, digest);
      return (await keyRing.find(known.kid)) ? checkTimes(known.claims, clock.now()) : "token_invalid";
    },
  };
};
