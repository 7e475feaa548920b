import { createAuthMiddleware, Unauthenticated, type Principal } from "@topolo/auth-middleware";
import { readRuntimeConfig } from "./runtime-config.ts";
import { serviceId } from "./service-id.ts";

/** What a validated access token says about a session. */
export interface Claims {
  readonly sub: string;
  readonly sid: string;
  readonly org: string | null;
  readonly accessToken: string;
  /** When the access token ends, ms since the epoch. */
  readonly exp: number;
}

const claimsOf = (principal: Principal, accessToken: string): Claims | undefined => {
  const { subjectType, user, sessionId, organization, expiresAt } = principal;
  if (subjectType !== "user" || user === null || sessionId === null || expiresAt === null) return undefined;
  return { sub: user.id, sid: sessionId, org: organization?.id ?? null, accessToken, exp: Date.parse(expiresAt) };
};

/** Asks Auth about the token; undefined is Auth's clear no. An outage throws: it is not a no. */
export const confirmToken = async (accessToken: unknown): Promise<Claims | undefined> => {
  if (typeof accessToken !== "string" || accessToken === "") return undefined;
  const auth = createAuthMiddleware({ authUrl: readRuntimeConfig().authUrl, serviceId });
  try {
    return claimsOf(await auth.validate(accessToken), accessToken);
  } catch (error) {
    if (Unauthenticated.is(error)) return undefined;
    throw error;
  }
};
