import type { NextAuthOptions } from "next-auth";
import type { JWT } from "next-auth/jwt";
import type { CredentialsConfig } from "next-auth/providers/credentials";
import { AuthUnavailable } from "@topolo/auth-middleware";
import { confirmToken, type Claims } from "./confirm-token.ts";
import { readRuntimeConfig } from "./runtime-config.ts";
import { topoloProvider } from "./topolo-provider.ts";

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

const offered = (value: unknown): unknown =>
  typeof value === "object" && value !== null && "accessToken" in value ? value.accessToken : undefined;

/** Auth's session stands and the dashboard's own is missing, as after a move from another app: no reason to leave the page. */
const restoreProvider: CredentialsConfig = {
  id: "topolo-restore",
  name: "Topolo Auth",
  type: "credentials",
  credentials: { accessToken: { type: "text" } },
  authorize: async (credentials) => {
    try {
      const claims = await confirmToken(credentials?.accessToken);
      return claims ? { id: claims.sub, ...claims } : null;
    } catch (error) {
      throw new Error(AuthUnavailable.is(error) ? "auth_unavailable" : "internal", { cause: error });
    }
  },
};

/** Auth has ended the session that a cookie mirrors. */
class SessionEnded extends Error {
  override readonly name = "SessionEnded";
}

/** An answer that was under way when its reader signed out can set the cookie again: it ends where it is next read. */
const requireStanding = async (token: JWT): Promise<JWT> => {
  if (token.access_token_exp <= Date.now()) return token;
  const claims = await confirmToken(token.access_token).catch(() => token);
  if (claims === undefined) throw new SessionEnded();
  return token;
};

/**
 * The dashboard's own session: it mirrors Auth's, and holds nothing that Auth has not confirmed. It lives in a sealed
 * cookie alone and every call is validated at Auth, so that a session ended there is of no use here: there is nothing
 * that a back-channel logout could end.
 */
export const sessionOptions = (): NextAuthOptions => ({
  session: { strategy: "jwt", maxAge: 30 * 24 * 60 * 60 },
  pages: { signIn: "/welcome", signOut: "/welcome", error: "/welcome" },
  providers: [topoloProvider(readRuntimeConfig().authUrl), restoreProvider],
  logger: {
    error: (code, metadata) => {
      // It ends as it should: the cookie goes.
      if (metadata instanceof SessionEnded) return;
      const reason = metadata instanceof Error ? metadata : metadata.error;
      process.stderr.write(`[next-auth] ${code} ${reason.stack ?? reason.message}\n`);
    },
  },
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
      if (trigger !== "update") return requireStanding(token);
      const claims = await confirmToken(offered(session)).catch(() => undefined);
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
});
