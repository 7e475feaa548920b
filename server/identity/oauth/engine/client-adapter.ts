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

// The engine wants to see a secret; only digests are kept, and they are compared elsewhere. Nobody knows this one.
const unknownSecret = randomSecret();

const toMetadata = (row: ClientRow): AdapterPayload => {
  const isConfidential = row.type === "confidential";
  const grants = row.grantTypes.filter((grant) => engineGrants.has(grant));
  return {
    client_id: row.clientId,
    client_name: row.name,
    application_type: row.type === "native" ? "native" : "web",
    redirect_uris: [...row.redirectUris],
    post_logout_redirect_uris: [...row.postLogoutRedirectUris],
    grant_types: grants,
    response_types: grants.includes("authorization_code") ? ["code"] : [],
    token_endpoint_auth_method: isConfidential ? "client_secret_basic" : "none",
    ...(isConfidential ? { client_secret: unknownSecret } : {}),
    id_token_signed_response_alg: "ES256",
  };
};

const nothing = (): Promise<undefined> => Promise.resolve(undefined);

/** Registered clients, read anew for each request. */
export const createClientAdapter = (context: Pick<IdentityContext, "db" | "dashboardOrigin">): Adapter => ({
  find: async (clientId) => {
    const row = await readClient(context, clientId);
    return row && toMetadata(row);
  },
  findByUid: nothing,
  findByUserCode: nothing,
  upsert: nothing,
  consume: nothing,
  destroy: nothing,
  revokeByGrantId: nothing,
});
