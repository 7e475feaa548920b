import { completeSignIn } from "@topolo/auth-client";
import type { OAuthConfig } from "next-auth/providers/oauth";
import { confirmToken, type Claims } from "./confirm-token.ts";

type TokenRequest = Extract<OAuthConfig<Claims>["token"], { readonly request?: unknown }>["request"];
type TokenRequestContext = Parameters<NonNullable<TokenRequest>>[0];

/** What was kept in the browser's cookies when the sign-in began; next-auth hands it over and compares nothing. */
const transactionOf = ({ checks, provider }: TokenRequestContext) => ({
  state: checks.state ?? "",
  nonce: "nonce" in checks ? (checks.nonce ?? "") : "",
  codeVerifier: checks.code_verifier ?? "",
  redirectUri: provider.callbackUrl,
});

/**
 * Sign-in at Auth by authorization code with PKCE. The dashboard is a public client: nothing that a browser starts is
 * protected by a secret. State, issuer, nonce and signature are checked in `completeSignIn`; who it is, Auth says.
 */
export const topoloProvider = (authUrl: string): OAuthConfig<Claims> => ({
  id: "topolo",
  name: "Topolo Auth",
  type: "oauth",
  issuer: authUrl,
  clientId: "nexus-dashboard",
  client: { token_endpoint_auth_method: "none", id_token_signed_response_alg: "ES256" },
  checks: ["pkce", "state", "nonce"],
  authorization: { url: `${authUrl}/sso/authorize`, params: { scope: "openid" } },
  token: {
    url: `${authUrl}/sso/exchange`,
    request: async (context: TokenRequestContext) => {
      const transaction = transactionOf(context);
      if (transaction.nonce === "") throw new Error("the sign-in has lost its nonce");
      const { tokens, claims } = await completeSignIn({
        authUrl,
        clientId: "nexus-dashboard",
        transaction,
        answer: { ...context.params },
      });
      return { tokens: { access_token: tokens.accessToken, signed_in: claims.sub } };
    },
  },
  userinfo: {
    request: async ({ tokens }) => {
      const claims = await confirmToken(tokens.access_token);
      if (claims === undefined || claims.sub !== tokens.signed_in)
        throw new Error("the access token and the id token do not name one living session");
      return claims;
    },
  },
  profile: (claims) => ({ ...claims, id: claims.sub }),
});
