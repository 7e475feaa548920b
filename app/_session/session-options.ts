import type { NextAuthOptions } from "next-auth";
import credentialsProvider from "next-auth/providers/credentials";
import { AuthUnavailable, createAuthMiddleware, Unauthenticated, type Principal } from "@topolo/auth-middleware";
import { readRuntimeConfig } from "./runtime-config.ts";
import { serviceId } from "./service-id.ts";

/** What a validated access token says about a session. */
interface Claims {
  readonly sub: string;
  readonly sid: string;
  readonly org: string | null;
  readonly accessToken: string;
  readonly exp: number;
}

declare module "next-auth" {
  interface User extends Omit<Claims, "sub"> {
    readonly id: string;
  }

  /** What the browser may see of it: no token. */
  interface Session {
    sub: string;
    sid: string;
    org: string | null;
    accessTokenExpiresAt: string;
  }
}

declare module "next-auth/jwt" {
  interface JWT {
    sub: string;
    sid: string;
    org: string | null;
    access_token: string;
    access_token_exp: number;
  }
}

const claimsOf = (principal: Principal, accessToken: string): Claims | undefined => {
  const { subjectType, user, sessionId, organization, expiresAt } = principal;
  if (subjectType !== "user" || user === null || sessionId === null || expiresAt === null) return undefined;
  return { sub: user.id, sid: sessionId, org: organization?.id ?? null, accessToken, exp: Date.parse(expiresAt) };
};

/** Asks Auth about the token; undefined is Auth's clear no. An outage throws: it is not a no. */
const confirm = async (accessToken: unknown): Promise<Claims | undefined> => {
  if (typeof accessToken !== "string" || accessToken === "") return undefined;
  const auth = createAuthMiddleware({ authUrl: readRuntimeConfig().authUrl, serviceId });
  try {
    return claimsOf(await auth.validate(accessToken), accessToken);
  } catch (error) {
    if (Unauthenticated.is(error)) return undefined;
    throw error;
  }
};

const offered = (value: unknown): unknown =>
  typeof value === "object" && value !== null && "accessToken" in value ? value.accessToken : undefined;

/** The dashboard's own session: it mirrors Auth's, and holds nothing that Auth has not confirmed. */
export const sessionOptions: NextAuthOptions = {
  session: { strategy: "jwt", maxAge: 30 * 24 * 60 * 60 },
  pages: { signIn: "/sign-in", signOut: "/sign-in", error: "/sign-in" },
  providers: [
    credentialsProvider({
      id: "topolo",
      name: "Topolo Auth",
      credentials: { accessToken: { type: "text" } },
      authorize: async (credentials) => {
        try {
          const claims = await confirm(credentials?.accessToken);
          return claims ? { id: claims.sub, ...claims } : null;
        } catch (error) {
          throw new Error(AuthUnavailable.is(error) ? "auth_unavailable" : "internal", { cause: error });
        }
      },
    }),
  ],
  callbacks: {
    jwt: async ({ token, user, trigger, session }) => {
      if (user) {
        return {
          sub: user.id,
          sid: user.sid,
          org: user.org,
          access_token: user.accessToken,
          access_token_exp: user.exp,
        };
      }
      if (trigger !== "update") return token;
      const claims = await confirm(offered(session)).catch(() => undefined);
      // Another person's token, or another session's, changes nothing.
      if (!claims || claims.sub !== token.sub || claims.sid !== token.sid) return token;
      return { ...token, org: claims.org, access_token: claims.accessToken, access_token_exp: claims.exp };
    },
    session: ({ session, token }) => ({
      expires: session.expires,
      sub: token.sub,
      sid: token.sid,
      org: token.org,
      accessTokenExpiresAt: new Date(token.access_token_exp).toISOString(),
    }),
  },
};
