import { SignJWT } from "jose";
import { z } from "zod";
import type { Clock } from "../../platform/clock.ts";
import { newId } from "../../platform/ids.ts";
import type { KeyRing } from "./key-ring.ts";

/** How long an access token lives. */
export const accessTokenMs = 10 * 60_000;

export const tokenType = "at+jwt";

const text = z.string().min(1).max(200);
const common = {
  iss: text,
  sub: text,
  aud: z.array(text).min(1).max(51),
  client_id: text,
  service_id: text,
  iat: z.int(),
  nbf: z.int().optional(),
  exp: z.int(),
  jti: text,
  /** The key to which it is bound, by its thumbprint (RFC 9449): it counts with a proof of that key alone. */
  cnf: z.strictObject({ jkt: z.string().length(43) }).optional(),
};

/** A person's token: good for as long as its session. */
export const SessionClaims = z.strictObject({
  ...common,
  sid: text,
  org_id: text.optional(),
  role: text.optional(),
  /** The client that has shown itself to be this app's: calls count for the app. Absent: somebody merely named the app. */
  azp: text.optional(),
  /** A device or a program on somebody's machine obtained it: it changes no way of signing in. Absent: a web app did. */
  device: z.literal(true).optional(),
  /** What a third-party app was granted. Absent: an app of our own, which may do all that the person may do. */
  scope: z.string().max(6_000).optional(),
});
export type SessionClaims = z.infer<typeof SessionClaims>;

/** A client's own token, which belongs to no person. */
export const ClientClaims = z
  .strictObject(common)
  .refine(({ sub, client_id }) => sub === client_id, "a client speaks for itself");
export type ClientClaims = z.infer<typeof ClientClaims>;

/** What a token says, as it was when it was signed. */
export const AccessClaims = z.union([SessionClaims, ClientClaims]);
export type AccessClaims = z.infer<typeof AccessClaims>;

export const isSessionClaims = (claims: AccessClaims): claims is SessionClaims => "sid" in claims;

export interface AccessTokenSubject {
  readonly userId: string;
  readonly sessionId: string;
  readonly serviceId: string;
  readonly audience: readonly string[];
  readonly organizationId: string | undefined;
  readonly role: string | undefined;
  /** Whether the app has shown that it is this app. */
  readonly shown: boolean;
  /** Whether it takes the place of a device's token. */
  readonly onDevice: boolean;
  /** The token's own id, where somebody has written it down already. */
  readonly tokenId?: string | undefined;
  /**
   * When the token ends whose place it takes: it is as old as that one, so that exchanging tokens neither prolongs what
   * somebody took nor makes it a recent sign-in. Undefined: the person showed a cookie, or who they are.
   */
  readonly replacesUntil?: Date | undefined;
  /** When the person last showed who they are. */
  readonly signedInAt: Date;
}

export interface TokenDeps {
  readonly issuer: string;
  readonly keyRing: KeyRing;
  readonly clock: Clock;
}

/** The second of issue of a fresh token: it is no older than the sign-in, which counts from the next full second. */
export const issuedAtOf = (now: number, signedInAt: Date): number =>
  Math.floor(Math.max(now, Math.min(signedInAt.getTime(), now + 1000)) / 1000);

/** Signs a token for the session. Permissions are not inside: they are read at every validation. */
export const issueAccessToken = async ({ issuer, keyRing, clock }: TokenDeps, subject: AccessTokenSubject) => {
  const { kid, privateKey } = keyRing.active();
  const lifetime = accessTokenMs / 1000;
  const { replacesUntil, signedInAt } = subject;
  // Every access token lives equally long.
  const fresh = issuedAtOf(clock.now(), signedInAt);
  const issuedAt =
    replacesUntil === undefined ? fresh : Math.min(fresh, Math.floor(replacesUntil.getTime() / 1000) - lifetime);
  const expires = issuedAt + lifetime;
  const token = await new SignJWT({
    client_id: subject.serviceId,
    service_id: subject.serviceId,
    sid: subject.sessionId,
    ...(subject.organizationId === undefined ? {} : { org_id: subject.organizationId }),
    ...(subject.role === undefined ? {} : { role: subject.role }),
    ...(subject.shown ? { azp: subject.serviceId } : {}),
    ...(subject.onDevice ? { device: true } : {}),
  })
    .setProtectedHeader({ alg: "ES256", typ: tokenType, kid })
    .setIssuer(issuer)
    .setSubject(subject.userId)
    .setAudience([...subject.audience])
    .setIssuedAt(issuedAt)
    .setExpirationTime(expires)
    .setJti(subject.tokenId ?? newId())
    .sign(privateKey);
  return { accessToken: token, expiresAt: new Date(expires * 1000) };
};
