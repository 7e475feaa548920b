import { errors, Provider, type Adapter, type AdapterPayload } from "oidc-provider";
import { isRefusedDocument } from "../../client-documents/client-documents.ts";
import { documentRefusals } from "../../client-documents/document-refusal.ts";
import { deviceGrantType } from "../../catalogue/manifest-client.ts";
import { randomSecret } from "../../crypto/random-secret.ts";
import { readClient, type ReadClientDeps } from "../../service-clients/read-client.ts";
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
    dpop_bound_access_tokens: row.keyBound,
    id_token_signed_response_alg: "ES256",
  };
};

const noResult = (): Promise<undefined> => Promise.resolve(undefined);

/** A document that is refused says why: whoever made it has no other way to learn it. */
const findRow = async (deps: ReadClientDeps, clientId: string): Promise<ClientRow | undefined> => {
  const described = await deps.clientDocuments?.find(clientId, Provider.ctx?.ip);
  if (!described) return readClient(deps, clientId);
  if (isRefusedDocument(described)) throw new errors.InvalidClient(documentRefusals[described.refused]);
  return described;
};

/**
 * Clients as registered, read from the database for each request, or as their documents describe them. The engine only
 * looks them up, and changes none.
 */
export const createClientAdapter = (deps: ReadClientDeps): Adapter => ({
  find: async (clientId) => {
    const row = await findRow(deps, clientId);
    return row && toMetadata(row);
  },
  findByUid: noResult,
  findByUserCode: noResult,
  upsert: noResult,
  consume: noResult,
  destroy: noResult,
  revokeByGrantId: noResult,
});
