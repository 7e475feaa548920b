import type { Adapter, AdapterPayload } from "oidc-provider";
import { deviceGrantType } from "../../catalogue/manifest-client.ts";
import { randomSecret } from "../../crypto/random-secret.ts";
import type { IdentityContext } from "../../identity-context.ts";
import { readClient } from "../../service-clients/read-client.ts";
import type { ClientRow } from "../../service-clients/store.ts";

const engineGrants: ReadonlySet<string> = new Set([
  "authorization_code",
  "refresh_token",
  "client_credentials",
  deviceGrantType,
]);

// oidc-provider requires a confidential client to have a secret. Auth stores only digests and checks secrets itself, so the
// engine gets a random placeholder, which matches nothing.
const placeholderSecret = randomSecret();

const toMetadata = (row: ClientRow): AdapterPayload => {
  const grants = row.grantTypes.filter((grant) => engineGrants.has(grant));
  return {
    client_id: row.clientId,
    client_name: row.name,
    application_type: row.type === "native" ? "native" : "web",
    redirect_uris: [...row.redirectUris],
    post_logout_redirect_uris: [...row.postLogoutRedirectUris],
    grant_types: grants,
    response_types: grants.includes("authorization_code") ? ["code"] : [],
    token_endpoint_auth_method: row.authMethod,
    ...(row.authMethod === "client_secret_basic" ? { client_secret: placeholderSecret } : {}),
    ...(row.jwks === null ? {} : { jwks: { keys: [...row.jwks.keys] } }),
    ...(row.jwksUri === null ? {} : { jwks_uri: row.jwksUri }),
    require_pushed_authorization_requests: row.pushedOnly,
    id_token_signed_response_alg: "ES256",
  };
};

const noResult = (): Promise<undefined> => Promise.resolve(undefined);

/** Registered clients, read from the database for each request. The engine only looks them up, and changes none. */
export const createClientAdapter = (
  context: Pick<IdentityContext, "db" | "dashboardOrigin" | "localAddresses">,
): Adapter => ({
  find: async (clientId) => {
    const row = await readClient(context, clientId);
    return row && toMetadata(row);
  },
  findByUid: noResult,
  findByUserCode: noResult,
  upsert: noResult,
  consume: noResult,
  destroy: noResult,
  revokeByGrantId: noResult,
});
