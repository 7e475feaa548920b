import { newPrefixedId } from "../../platform/ids.ts";
import { inTransaction } from "../../platform/db/transaction.ts";
import { recordAudit } from "../audit/store.ts";
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
      where c.client_id = $1 and c.disabled_at is null and s.status = 'active' and x.revoked_at is null and (x.expires_at is null or x.expires_at > $2)`,
    values: [clientId, now],
  });
  return rows;
};

interface AddClientSecret {
  readonly clientId: string;
  readonly secretHash: Buffer;
  readonly now: Date;
  /** Earlier secrets stay good until then. */
  readonly earlierExpireAt: Date;
}

/** Adds a secret and lets the earlier ones run out; false where there is no such client. */
export const addClientSecret = (
  { pool }: AuthDatabase,
  { clientId, secretHash, now, earlierExpireAt }: AddClientSecret,
): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    const found = await client.query("select from auth.service_clients where client_id = $1 for update", [clientId]);
    if (found.rowCount === 0) return false;
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
      { actorType: "system", action: "service-client.secret-created", target: clientId, details: { secretId: id } },
      now,
    );
    return true;
  });
