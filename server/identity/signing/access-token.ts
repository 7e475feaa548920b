import { compactVerify, errors, SignJWT } from "jose";
import { z } from "zod";
import type { Clock } from "../../platform/clock.ts";
import { newId } from "../../platform/ids.ts";
import type { Refusal } from "../validation/refusal.ts";
import type { KeyRing } from "./key-ring.ts";

/** How long an access token lives. */
export const accessTokenMs = 10 * 60_000;

const maxTokenLength = 8 * 1024;
const skewMs = 30_000;
const tokenType = "at+jwt";

const text = z.string().min(1).max(200);
const claims = z.strictObject({
  iss: text,
  sub: text,
  aud: z.array(text).min(1).max(51),
  client_id: text,
  service_id: text,
  sid: text,
  org_id: text.optional(),
  role: text.optional(),
  iat: z.int(),
  nbf: z.int().optional(),
  exp: z.int(),
  jti: text,
});
export type AccessClaims = z.infer<typeof claims>;

const header = z.strictObject({ alg: z.literal("ES256"), typ: z.literal(tokenType), kid: z.string().min(1).max(100) });

export interface AccessTokenSubject {
  readonly userId: string;
  readonly sessionId: string;
  readonly serviceId: string;
  readonly audience: readonly string[];
  readonly organizationId: string | undefined;
  readonly role: string | undefined;
}

interface TokenGround {
  readonly issuer: string;
  readonly keyRing: KeyRing;
  readonly clock: Clock;
}

/** Signs a token for the session. Permissions are not inside: they are read at every validation. */
export const issueAccessToken = async ({ issuer, keyRing, clock }: TokenGround, subject: AccessTokenSubject) => {
  const { kid, privateKey } = keyRing.active();
  const issuedAt = Math.floor(clock.now() / 1000);
  const expires = issuedAt + accessTokenMs / 1000;
  const token = await new SignJWT({
    client_id: subject.serviceId,
    service_id: subject.serviceId,
    sid: subject.sessionId,
    ...(subject.organizationId === undefined ? {} : { org_id: subject.organizationId }),
    ...(subject.role === undefined ? {} : { role: subject.role }),
  })
    .setProtectedHeader({ alg: "ES256", typ: tokenType, kid })
    .setIssuer(issuer)
    .setSubject(subject.userId)
    .setAudience([...subject.audience])
    .setIssuedAt(issuedAt)
    .setExpirationTime(expires)
    .setJti(newId())
    .sign(privateKey);
  return { accessToken: token, expiresAt: new Date(expires * 1000) };
};

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

/** Checks form, header, key, signature and times, in that order; the database comes after. */
export const verifyAccessToken = async (
  { issuer, keyRing, clock }: TokenGround,
  token: string,
): Promise<AccessClaims | Refusal> => {
  if (token.length > maxTokenLength) return "token_malformed";
  const segments = token.split(".");
  const [headerBytes, payloadBytes, signature] = segments.map(decodeCanonical);
  if (segments.length !== 3 || !headerBytes || !payloadBytes || !signature) return "token_malformed";
  const parsedHeader = header.safeParse(parseCanonicalJson(headerBytes));
  if (!parsedHeader.success) return "token_malformed";
  const key = await keyRing.find(parsedHeader.data.kid);
  if (!key) return "token_invalid";
  try {
    await compactVerify(token, key, { algorithms: ["ES256"] });
  } catch (error) {
    if (error instanceof errors.JOSEError) return "token_invalid";
    throw error;
  }
  const parsed = claims.safeParse(parseCanonicalJson(payloadBytes));
  if (!parsed.success || parsed.data.iss !== issuer) return "token_invalid";
  const now = clock.now();
  const { exp, nbf, iat } = parsed.data;
  if (iat * 1000 > now + skewMs || (nbf !== undefined && nbf * 1000 > now + skewMs)) return "token_not_yet_valid";
  if (exp * 1000 + skewMs <= now) return "token_expired";
  return parsed.data;
};
