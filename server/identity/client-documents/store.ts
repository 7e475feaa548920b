import type pg from "pg";
import type { AuthDatabase } from "../database/store.ts";
import type { ClientRow } from "../service-clients/store.ts";
import type { UnregisteredApps } from "./unregistered-apps.ts";

const letsHostIn = `from auth.organizations where status = 'active'
  and (unregistered_apps = 'allowed' or (unregistered_apps = 'listed' and $1 = any(unregistered_app_hosts)))`;

/** Whether any organization lets apps of the host in. */
export const isHostLetIn = async ({ pool }: AuthDatabase, host: string): Promise<boolean> => {
  const { rowCount } = await pool.query({
    name: "auth_host_let_in",
    text: `select ${letsHostIn} limit 1`,
    values: [host],
  });
  return rowCount === 1;
};

/** Whether an app in the browser that somebody connected is at the origin: such an app returns to its document's origin alone. */
export const hasPagesAt = async (
  { pool }: AuthDatabase,
  { origin, host }: { readonly origin: string; readonly host: string },
): Promise<boolean> => {
  const { rowCount } = await pool.query({
    name: "auth_pages_of_client",
    text: `select from auth.service_clients c where c.from_document and split_part(c.client_id, '/', 3) = $1
      and starts_with(c.client_id, $2) and c.type = 'public' and c.disabled_at is null
      and exists (select ${letsHostIn}) limit 1`,
    values: [host, `${origin}/`],
  });
  return rowCount === 1;
};

/** Notes a client that somebody connects: sessions and consents name it. The document itself is kept nowhere. */
export const noteDocumentClient = async (
  client: pg.PoolClient,
  { clientId, serviceId, name, type }: ClientRow,
): Promise<void> => {
  await client.query(
    `insert into auth.service_clients as c (client_id, service_id, name, type, auth_method, redirect_uris, post_logout_redirect_uris, grant_types, from_document)
     values ($1, $2, $3, $4, 'none', '{}', '{}', '{}', true)
     on conflict (client_id) do update set type = excluded.type where c.from_document and c.type <> excluded.type`,
    // The keys are the document's to say.
    [clientId, serviceId, name, type],
  );
};

export const findUnregisteredApps = async (
  { pool }: AuthDatabase,
  organizationId: string,
): Promise<UnregisteredApps | undefined> => {
  const { rows } = await pool.query<UnregisteredApps>(
    "select unregistered_apps as policy, unregistered_app_hosts as hosts from auth.organizations where id = $1",
    [organizationId],
  );
  return rows[0];
};

/** Changes whom the organization lets in; the caller holds its row. */
export const putUnregisteredApps = async (
  client: pg.PoolClient,
  organizationId: string,
  { policy, hosts }: UnregisteredApps,
  { by, now }: { readonly by: string; readonly now: Date },
): Promise<void> => {
  await client.query(
    "update auth.organizations set unregistered_apps = $2, unregistered_app_hosts = $3, changed_by = $4, updated_at = $5 where id = $1",
    [organizationId, policy, hosts, by, now],
  );
};
