import { inTransaction } from "../../../platform/db/transaction.ts";
import { recordAudit, type AuthAuditEvent } from "../../audit/store.ts";
import type { AuthDatabase } from "../../database/store.ts";

export interface ServicePrincipal {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly principalType: string;
  readonly status: string;
}

/** Who belongs to a service, by user id, after the given one. */
export const listPrincipals = async (
  { pool }: AuthDatabase,
  serviceId: string,
  after: string | undefined,
  limit: number,
): Promise<readonly ServicePrincipal[]> => {
  const { rows } = await pool.query<ServicePrincipal>(
    `select u.id as "userId", u.email, u.name, u.principal_type as "principalType", u.status
     from auth.principal_services p join auth.users u on u.id = p.user_id
     where p.service_id = $1 and u.status <> 'deleted' and ($2::text is null or u.id > $2) order by u.id limit $3`,
    [serviceId, after ?? null, limit],
  );
  return rows;
};

interface Change {
  readonly serviceId: string;
  readonly userId: string;
  readonly actor: Pick<AuthAuditEvent, "actorType" | "actorId" | "ip" | "requestId">;
  readonly now: Date;
}

/** Ties an account to a service, as what it is; false where there is no such account. */
export const putPrincipal = (
  { pool }: AuthDatabase,
  { serviceId, userId, actor, now, principalType }: Change & { readonly principalType: string },
): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      "update auth.users set principal_type = $2, updated_at = $3 where id = $1 and status <> 'deleted'",
      [userId, principalType, now],
    );
    if (rowCount !== 1) return false;
    await client.query(
      "insert into auth.principal_services (user_id, service_id) values ($1, $2) on conflict do nothing",
      [userId, serviceId],
    );
    await recordAudit(
      client,
      { ...actor, action: "principal.put", target: userId, details: { serviceId, principalType } },
      now,
    );
    return true;
  });

/** Unties an account from a service; false where it was not tied. */
export const removePrincipal = ({ pool }: AuthDatabase, { serviceId, userId, actor, now }: Change): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      "delete from auth.principal_services where user_id = $1 and service_id = $2",
      [userId, serviceId],
    );
    if (rowCount !== 1) return false;
    await recordAudit(client, { ...actor, action: "principal.remove", target: userId, details: { serviceId } }, now);
    return true;
  });
