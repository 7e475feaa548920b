import type { FederatedSettings } from "../identity/index.ts";
import type { Env } from "../platform/env.ts";

const registered = (clientId: string | undefined, clientSecret: string | undefined) =>
  clientId === undefined || clientSecret === undefined ? undefined : { clientId, clientSecret };

/** The sign-in providers whose client id and secret are both set. */
export const federatedSettingsOf = (env: Env): FederatedSettings => {
  const google = registered(env.AUTH_GOOGLE_CLIENT_ID, env.AUTH_GOOGLE_CLIENT_SECRET);
  const microsoft = registered(env.AUTH_MICROSOFT_CLIENT_ID, env.AUTH_MICROSOFT_CLIENT_SECRET);
  const github = registered(env.AUTH_GITHUB_CLIENT_ID, env.AUTH_GITHUB_CLIENT_SECRET);
  return {
    ...(google && { google: { ...google, issuer: env.AUTH_GOOGLE_ISSUER } }),
    ...(microsoft && {
      microsoft: { ...microsoft, tenant: env.AUTH_MICROSOFT_TENANT, issuer: env.AUTH_MICROSOFT_ISSUER },
    }),
    ...(github && { github: { ...github, url: env.AUTH_GITHUB_URL, apiUrl: env.AUTH_GITHUB_API_URL } }),
  };
};
