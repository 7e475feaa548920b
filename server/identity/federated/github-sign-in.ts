import { asPlainlySeen } from "../../platform/display-name.ts";
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretPost,
  Configuration,
  customFetch,
  fetchProtectedResource,
  type CustomFetch,
} from "openid-client";
import { z } from "zod";
import type { Logger } from "../../platform/logger.ts";
import { AuthError } from "../auth-error.ts";
import { normalizeEmail } from "../users/email-address.ts";
import { providerFailure } from "./provider-failure.ts";
import type { FlowSecrets, Provider, ProviderIdentity } from "./provider.ts";

interface CreateGithubSignIn {
  /** The web site; GitHub has no metadata document for sign-in. */
  readonly url: URL;
  readonly apiUrl: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  readonly fetch: CustomFetch;
  readonly timeoutMs: number;
  readonly log: Logger;
}

const profile = z.object({
  id: z.number().int().positive(),
  login: z.string().max(100),
  name: z.string().nullish(),
  avatar_url: z.string().nullish(),
});
const addresses = z
  .array(z.object({ email: z.string().max(320), primary: z.boolean(), verified: z.boolean() }))
  .max(1_000);

const below = (base: URL, path: string): string => base.href.replace(/\/+$/, "") + path;

/** GitHub: OAuth 2 with PKCE and without OpenID Connect; who signed in is asked of its API. */
export const createGithubSignIn = ({
  url,
  apiUrl,
  clientId,
  clientSecret,
  redirectUri,
  fetch,
  timeoutMs,
  log,
}: CreateGithubSignIn): Provider => {
  const configuration = new Configuration(
    {
      issuer: url.origin,
      authorization_endpoint: below(url, "/login/oauth/authorize"),
      token_endpoint: below(url, "/login/oauth/access_token"),
    },
    clientId,
    undefined,
    ClientSecretPost(clientSecret),
  );
  configuration[customFetch] = fetch;
  configuration.timeout = timeoutMs / 1000;
  if (url.protocol === "http:") allowInsecureRequests(configuration);

  const read = async <T>(schema: z.ZodType<T>, accessToken: string, path: string): Promise<T> => {
    const headers = new Headers({ accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" });
    const target = new URL(below(apiUrl, path));
    const response = await fetchProtectedResource(configuration, accessToken, target, "GET", null, headers);
    const parsed = schema.safeParse(response.ok ? await response.json().catch(() => undefined) : undefined);
    if (parsed.success) return parsed.data;
    throw new AuthError(
      response.status === 401 || response.status === 403 ? "federated_failed" : "provider_unavailable",
    );
  };

  const authorizationUrl = async ({ state, codeVerifier }: FlowSecrets): Promise<URL> =>
    buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: "read:user user:email",
      state,
      code_challenge: await calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: "S256",
    });

  const identify = async (callback: URL, { state, codeVerifier }: FlowSecrets): Promise<ProviderIdentity> => {
    try {
      const { access_token: accessToken } = await authorizationCodeGrant(configuration, callback, {
        expectedState: state,
        pkceCodeVerifier: codeVerifier,
      });
      const user = await read(profile, accessToken, "/user");
      const primary = (await read(addresses, accessToken, "/user/emails?per_page=100")).find(({ primary }) => primary);
      const email = primary && normalizeEmail(primary.email);
      return {
        subject: String(user.id),
        email,
        emailVerified: email !== undefined && primary?.verified === true,
        name: asPlainlySeen(user.name ?? user.login),
        pictureUrl: user.avatar_url?.startsWith("https://") ? user.avatar_url.slice(0, 1_000) : undefined,
      };
    } catch (error) {
      throw providerFailure(error, "github", log);
    }
  };

  return { id: "github", name: "GitHub", authorizationUrl, identify };
};
