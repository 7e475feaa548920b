import { newPrefixedId } from "../../platform/ids.ts";
import { inTransaction } from "../../platform/db/transaction.ts";
import { recordAudit } from "../audit/store.ts";
import type { ClientKeys } from "../catalogue/client-keys.ts";
import type { AuthDatabase } from "../database/store.ts";

export interface ClientSecret {
  readonly serviceId: string;
  readonly secretHash: Buffer;
}

/** The secrets of a client that count now. */
export const findClientSecrets = async (
  { pool }: AuthDatabase,
  clientId: string,
  now: Date,
): Promise<readonly ClientSecret[]> => {
  const { rows } = await pool.query<ClientSecret>({
    name: "auth_client_secrets",
    text: `select c.service_id as "serviceId", x.secret_hash as "secretHash"
      from auth.service_clients c join auth.service_client_secrets x on x.client_id = c.client_id join auth.services s on s.id = c.service_id
      where c.client_id = $1 and c.auth_method = 'client_secret_basic' and c.disabled_at is null and s.status = 'active' and x.revoked_at is null and (x.expires_at is null or x.expires_at > $2)`,
    values: [clientId, now],
  });
  return rows;
};

/** Whether a secret is one of the client, and stays so. */
export const hasLastingSecret = async (
  { pool }: AuthDatabase,
  clientId: string,
  secretHash: Buffer,
): Promise<boolean> => {
  const { rowCount } = await pool.query(
    "select from auth.service_client_secrets where client_id = $1 and secret_hash = $2 and revoked_at is null and expires_at is null",
    [clientId, secretHash],
  );
  return rowCount !== 0;
};

/** A client of an active service, not disabled. */
export interface ClientRow {
  readonly clientId: string;
  readonly name: string;
  readonly type: "confidential" | "public" | "native";
  readonly authMethod: "client_secret_basic" | "private_key_jwt" | "none";
  /** Public keys of a client with `private_key_jwt`, or where they are. */
  readonly jwks: ClientKeys | null;
  readonly jwksUri: string | null;
  /** It begins no sign-in but by a pushed request. */
  readonly pushedOnly: boolean;
  /** Its tokens are bound to a key of its own: it gets none without a proof. */
  readonly keyBound: boolean;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  readonly grantTypes: readonly string[];
  /** Permissions that people can grant it, where it is a third party's. */
  readonly scopes: readonly string[];
  readonly backchannelLogoutUri: string | null;
  readonly serviceId: string;
  readonly serviceName: string;
  readonly firstParty: boolean;
  readonly homepage: string | null;
  /** Of a client without a registration, which its document describes: who answers for it, and what it calls itself. */
  readonly document: { readonly host: string; readonly claimedName: string | null } | null;
}

export const findClientRow = async ({ pool }: AuthDatabase, clientId: string): Promise<ClientRow | undefined> => {
  const { rows } = await pool.query<ClientRow>({
    name: "auth_client",
    text: `select c.client_id as "clientId", coalesce(c.name, s.name) as name, c.type,
        coalesce(c.redirect_uris, '{}') as "redirectUris", coalesce(c.post_logout_redirect_uris, '{}') as "postLogoutRedirectUris",
        coalesce(c.grant_types, '{}') as "grantTypes", c.scopes, c.backchannel_logout_uri as "backchannelLogoutUri",
        c.auth_method as "authMethod", c.jwks, c.jwks_uri as "jwksUri",
        c.require_pushed_authorization_requests as "pushedOnly", c.dpop_bound_access_tokens as "keyBound",
        s.id as "serviceId", s.name as "serviceName", s.first_party as "firstParty", coalesce(s.launch_url, s.docs_url) as homepage, null as document
      from auth.service_clients c join auth.services s on s.id = c.service_id
      where c.client_id = $1 and c.disabled_at is null and s.status = 'active' and not c.from_document`,
    values: [clientId],
  });
  return rows[0];
};

interface AddClientSecret {
  readonly clientId: string;
  readonly secretHash: Buffer;
  readonly now: Date;
  /** Earlier secrets stay good until then. */
  readonly earlierExpireAt: Date;
}

/** What became of a secret: a client that is public, or shows itself by a key, has none. */
export type AddedSecret = "added" | "no_client" | "has_no_secret";

/** Adds a secret and lets the earlier ones run out. */
export const addClientSecret = (
  { pool }: AuthDatabase,
  { clientId, secretHash, now, earlierExpireAt }: AddClientSecret,
): Promise<AddedSecret> =>
  inTransaction(pool, async (client) => {
    const { rows: found } = await client.query<{ owner: string | null; method: string }>(
      `select s.owner_organization_id as owner, c.auth_method as method
         from auth.service_clients c join auth.services s on s.id = c.service_id where c.client_id = $1 for update of c`,
      [clientId],
    );
    const [own] = found;
    if (!own) return "no_client";
    if (own.method !== "client_secret_basic") return "has_no_secret";
    await client.query(
      "update auth.service_client_secrets set expires_at = least(coalesce(expires_at, $2), $2) where client_id = $1 and revoked_at is null",
      [clientId, earlierExpireAt],
    );
    const id = newPrefixedId("sec");
    await client.query(
      "insert into auth.service_client_secrets (id, client_id, secret_hash, created_at) values ($1, $2, $3, $4)",
      [id, clientId, secretHash, now],
    );
    await recordAudit(
      client,
      {
        actorType: "system",
        organizationId: own.owner ?? undefined,
        action: "service-client.secret-created",
        target: clientId,
        details: { secretId: id },
      },
      now,
    );
    return "added";
  });
