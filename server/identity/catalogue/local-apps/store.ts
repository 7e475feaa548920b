import type pg from "pg";
import { newPrefixedId } from "../../../platform/ids.ts";
import { inTransaction } from "../../../platform/db/transaction.ts";
import { recordAudit } from "../../audit/store.ts";
import type { AuthDatabase } from "../../database/store.ts";
import { handoffGrantType } from "../manifest-client.ts";
import type { Manifest } from "../manifest.ts";
import { applyManifest, type RegistryActor } from "../apply-manifest.ts";
import { lockRegistry } from "../store.ts";

interface LocalRegistration {
  readonly manifest: Manifest;
  readonly client: {
    readonly id: string;
    readonly dev: { readonly origin: string; readonly redirectUri: string } | undefined;
  };
  /** Used where the client has no secret yet. */
  readonly secretHash: Buffer;
  readonly resourceTypes: readonly { readonly type: string; readonly label: string }[];
  readonly organizationIds: readonly string[];
  readonly actor: RegistryActor;
  readonly now: Date;
}

interface Registered {
  readonly registered: boolean;
  readonly secretGiven: boolean;
}

/** Rows marked local outlive the next version of the manifest. False where another service has the origin. */
const putOrigin = async (client: pg.PoolClient, serviceId: string, origin: string): Promise<boolean> => {
  const { rowCount } = await client.query(
    `insert into auth.allowed_origins as a (id, service_id, origin, local) values ($1, $2, $3, true)
     on conflict (origin) do update set enabled = true where a.service_id = excluded.service_id`,
    [newPrefixedId("orn"), serviceId, origin],
  );
  return rowCount === 1;
};

/** False where another service has the client. */
const putClient = async (
  client: pg.PoolClient,
  { id: serviceId, name }: Manifest,
  clientId: string,
  { origin, redirectUri }: { readonly origin: string; readonly redirectUri: string },
): Promise<boolean> => {
  const { rowCount } = await client.query(
    `insert into auth.service_clients as c (client_id, service_id, name, type, auth_method, redirect_uris, post_logout_redirect_uris,
       grant_types, response_types, local)
     values ($1, $2, $3, 'confidential', 'client_secret_basic', array[$4], array[$5], $6, '{code}', true)
     on conflict (client_id) do update set redirect_uris = excluded.redirect_uris,
       post_logout_redirect_uris = excluded.post_logout_redirect_uris, grant_types = excluded.grant_types, disabled_at = null
     where c.service_id = excluded.service_id and c.local`,
    [
      clientId,
      serviceId,
      `${name} (local)`,
      redirectUri,
      `${origin}/`,
      ["authorization_code", "refresh_token", "client_credentials", handoffGrantType],
    ],
  );
  return rowCount === 1;
};

const giveSecret = async (client: pg.PoolClient, clientId: string, hash: Buffer, now: Date): Promise<boolean> => {
  const { rowCount } = await client.query(
    `insert into auth.service_client_secrets (id, client_id, secret_hash, created_at) select $1, $2, $3, $4
      where not exists (select from auth.service_client_secrets
                         where client_id = $2 and revoked_at is null and (expires_at is null or expires_at > $4))`,
    [newPrefixedId("sec"), clientId, hash, now],
  );
  return rowCount === 1;
};

/** What another service has already. */
export type AppRefused = "origin_taken" | "client_taken" | "slug_taken";

class Taken extends Error {
  readonly what: AppRefused;
  constructor(what: AppRefused) {
    super(what);
    this.what = what;
  }
}

/** Registers the service where it is not there, and what it needs on the operator's machine; all or nothing. */
export const registerLocally = async (
  { pool }: AuthDatabase,
  { manifest, client: wanted, secretHash, resourceTypes, organizationIds, actor, now }: LocalRegistration,
): Promise<Registered | AppRefused> => {
  try {
    return await inTransaction(pool, async (client) => {
      await lockRegistry(client);
      const known = await client.query("select from auth.services where id = $1", [manifest.id]);
      const registered = known.rowCount === 0;
      if (registered) {
        const namesake = await client.query("select from auth.services where slug = $1", [manifest.slug]);
        if (namesake.rowCount !== 0) throw new Taken("slug_taken");
        await applyManifest(client, manifest, actor, now);
      }
      const { id: clientId, dev } = wanted;
      if (dev !== undefined) {
        if (!(await putOrigin(client, manifest.id, dev.origin))) throw new Taken("origin_taken");
        if (!(await putClient(client, manifest, clientId, dev))) throw new Taken("client_taken");
        await client.query("update auth.services set local_launch_url = $2 where id = $1", [
          manifest.id,
          `${dev.origin}/`,
        ]);
      }
      for (const { type, label } of resourceTypes)
        await client.query(
          `insert into auth.bindable_resource_types (service_id, type, label) values ($1, $2, $3)
           on conflict (service_id, type) do update set label = excluded.label`,
          [manifest.id, type, label],
        );
      const secretGiven = await giveSecret(client, clientId, secretHash, now);
      await client.query(
        `insert into auth.organization_service_access (organization_id, service_id, granted_by)
         select unnest($1::text[]), $2, $3 on conflict do nothing`,
        [organizationIds, manifest.id, actor.actorId ?? actor.actorType],
      );
      await recordAudit(
        client,
        {
          ...actor,
          action: "service.local-registration",
          target: manifest.id,
          details: { clientId, secretGiven, organizationIds, resourceTypes, ...dev },
        },
        now,
      );
      return { registered, secretGiven };
    });
  } catch (error) {
    if (error instanceof Taken) return error.what;
    throw error;
  }
};

/** Those of the ids that are no organization's. */
export const unknownOrganizations = async ({ pool }: AuthDatabase, ids: readonly string[]): Promise<string[]> => {
  const { rows } = await pool.query<{ id: string }>(
    "select id from unnest($1::text[]) u(id) where not exists (select from auth.organizations o where o.id = u.id)",
    [ids],
  );
  return rows.map(({ id }) => id);
};

/** A service with the origins and clients that count now. */
export interface RegisteredApp {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly status: string;
  readonly firstParty: boolean;
  readonly origins: readonly string[];
  readonly clients: readonly { readonly clientId: string; readonly type: string; readonly secrets: number }[];
}

export const listRegisteredApps = async ({ pool }: AuthDatabase): Promise<readonly RegisteredApp[]> => {
  const { rows } = await pool.query<RegisteredApp>(
    `select s.id, s.slug, s.name, s.status, s.first_party as "firstParty",
       array(select o.origin from auth.allowed_origins o where o.service_id = s.id and o.enabled and o.origin is not null order by 1) as origins,
       coalesce((select jsonb_agg(jsonb_build_object('clientId', c.client_id, 'type', c.type, 'secrets',
           (select count(*) from auth.service_client_secrets x
             where x.client_id = c.client_id and x.revoked_at is null and (x.expires_at is null or x.expires_at > now()))) order by c.client_id)
         from auth.service_clients c where c.service_id = s.id and c.disabled_at is null), '[]') as clients
     from auth.services s order by s.id`,
  );
  return rows;
};
