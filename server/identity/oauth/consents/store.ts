import type pg from "pg";
import type { AuthDatabase } from "../../database/store.ts";

/** An app that a person let know of them, or act for them. */
export interface ListedConsent {
  readonly clientId: string;
  readonly name: string;
  readonly serviceId: string;
  readonly scopes: readonly string[];
  readonly grantedAt: Date;
  readonly lastUsedAt: Date | null;
  readonly fromDocument: boolean;
}

const most = 200;

/** What the person allowed, for whichever organization, the newest first; apps that are switched off are among it. */
export const listConsents = async ({ pool }: AuthDatabase, userId: string): Promise<readonly ListedConsent[]> => {
  const { rows } = await pool.query<ListedConsent>(
    `select o.client_id as "clientId", coalesce(c.name, s.name) as name, s.id as "serviceId", array_remove(array_agg(distinct scope), null) as scopes,
       max(o.granted_at) as "grantedAt", max(o.last_used_at) as "lastUsedAt", c.from_document as "fromDocument"
     from auth.oauth_consents o join auth.service_clients c on c.client_id = o.client_id join auth.services s on s.id = c.service_id
       left join unnest(o.scopes) scope on true
     where o.user_id = $1 group by o.client_id, c.client_id, s.id order by max(o.granted_at) desc, o.client_id limit $2`,
    [userId, most],
  );
  return rows;
};

/** Takes the person's consent back; false where there is none. Holds off the tokens that would be issued under it. */
export const deleteConsent = async (client: pg.PoolClient, userId: string, clientId: string): Promise<boolean> => {
  const { rowCount } = await client.query("delete from auth.oauth_consents where user_id = $1 and client_id = $2", [
    userId,
    clientId,
  ]);
  return rowCount !== 0;
};

/** The same for all of them; returns how many apps had one. */
export const deleteConsents = async (client: pg.PoolClient, userId: string): Promise<number> => {
  const { rows } = await client.query<{ client_id: string }>(
    "delete from auth.oauth_consents where user_id = $1 returning client_id",
    [userId],
  );
  return new Set(rows.map(({ client_id }) => client_id)).size;
};
