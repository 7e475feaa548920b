import type pg from "pg";
import type { AuthDatabase } from "../database/store.ts";
import { endUnused } from "../links/store.ts";
import { deleteConsents } from "../oauth/consents/store.ts";
import { endGrantsOfClients } from "../oauth/engine/store.ts";
import { endSessionsOfUser } from "../sessions/store.ts";

/** A live key whose secret the person was shown: their own, or one that they made for an organization. */
export interface HeldKey {
  readonly id: string;
  readonly name: string;
  readonly last4: string;
  readonly owner: "user" | "organization";
  readonly organizationName: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

// A key of an organization is the person's to end only while they administer it.
const heldKey = `k.revoked_at is null and (k.owner_user_id = $1 or (k.owner_user_id is null and k.created_by = $1
  and exists (select from auth.organization_memberships m where m.organization_id = k.organization_id and m.user_id = $1
    and m.status = 'active' and m.role in ('owner', 'super_admin', 'admin', 'platform_super_admin', 'platform_admin'))))`;

export const listHeldKeys = async ({ pool }: AuthDatabase, userId: string, now: Date): Promise<readonly HeldKey[]> => {
  const { rows } = await pool.query<HeldKey>(
    `select k.id, k.name, k.last4, case when k.owner_user_id is null then 'organization' else 'user' end as owner,
       o.name as "organizationName", k.created_at as "createdAt", k.last_used_at as "lastUsedAt"
     from auth.api_keys k join auth.organizations o on o.id = k.organization_id
     where ${heldKey} and (k.expires_at is null or k.expires_at > $2) order by k.created_at desc, k.id limit 200`,
    [userId, now],
  );
  return rows;
};

/** A program on somebody's machine that holds tokens of a session: approved by a code, or signed in through the browser. */
export interface ConnectedDevice {
  readonly clientId: string;
  readonly name: string;
  readonly sessionId: string;
  readonly connectedAt: Date;
}

export const listDevices = async (
  { pool }: AuthDatabase,
  userId: string,
  now: Date,
): Promise<readonly ConnectedDevice[]> => {
  const { rows } = await pool.query<ConnectedDevice>(
    `select c.client_id as "clientId", coalesce(c.name, v.name) as name, s.id as "sessionId", k.created_at as "connectedAt"
     from auth.sessions s join auth.client_sessions k on k.session_id = s.id
       join auth.service_clients c on c.client_id = k.client_id and c.type = 'native' join auth.services v on v.id = c.service_id
     where s.user_id = $1 and s.revoked_at is null and s.idle_expires_at > $2 and s.absolute_expires_at > $2
     order by k.created_at desc, c.client_id limit 200`,
    [userId, now],
  );
  return rows;
};

/** How many of each kind went. */
export interface DroppedWaysIn {
  readonly passkeys: number;
  readonly authenticators: number;
  readonly recoveryCodes: number;
  readonly identities: number;
  readonly apiKeys: number;
  readonly connectedApps: number;
  readonly devices: number;
  readonly sessions: number;
}

interface DropWaysIn {
  readonly userId: string;
  /** The session that goes on; undefined: none. */
  readonly exceptSessionId?: string | undefined;
  /** Whether keys go as well that the person made for an organization they administer. */
  readonly organizationKeys: boolean;
  /** Why the sessions end. */
  readonly reason: string;
  /** Who revokes the keys. */
  readonly by: string;
  readonly now: Date;
}

const factorTables = {
  passkeys: "webauthn_credentials",
  authenticators: "totp_credentials",
  recoveryCodes: "recovery_codes",
  identities: "federated_identities",
} as const;

const deleteFactors = async (client: pg.PoolClient, userId: string) => {
  const gone = { passkeys: 0, authenticators: 0, recoveryCodes: 0, identities: 0 };
  for (const kind of ["passkeys", "authenticators", "recoveryCodes", "identities"] as const) {
    const { rowCount } = await client.query(`delete from auth.${factorTables[kind]} where user_id = $1`, [userId]);
    gone[kind] = rowCount ?? 0;
  }
  await client.query("update auth.users set second_factor_required = false where id = $1 and second_factor_required", [
    userId,
  ]);
  return gone;
};

/** What was granted to programs and to apps of others ends, in the session that goes on as well. */
const endGrants = async (client: pg.PoolClient, userId: string) => {
  const connectedApps = await deleteConsents(client, userId);
  const { rows } = await client.query<{ client_id: string }>(
    `select c.client_id from auth.service_clients c join auth.services s on s.id = c.service_id
     where c.type = 'native' or not s.first_party`,
  );
  const devices = await client.query(
    `delete from auth.client_sessions k using auth.sessions s, auth.service_clients c
     where s.id = k.session_id and s.user_id = $1 and s.revoked_at is null and c.client_id = k.client_id and c.type = 'native'`,
    [userId],
  );
  await endGrantsOfClients(
    client,
    userId,
    rows.map(({ client_id }) => client_id),
  );
  return { connectedApps, devices: devices.rowCount ?? 0 };
};

/**
 * Drops every way into an account but its password and the session that goes on, on the caller's transaction: factors,
 * identities, keys, apps, devices, sessions, and links that were mailed. The caller holds the account and records why.
 */
export const dropWaysIn = async (
  client: pg.PoolClient,
  { userId, exceptSessionId, organizationKeys, reason, by, now }: DropWaysIn,
): Promise<DroppedWaysIn> => {
  const factors = await deleteFactors(client, userId);
  const keys = await client.query(
    `update auth.api_keys k set revoked_at = $2, revoked_by = $3 where ${heldKey} and ($4 or k.owner_user_id = $1)`,
    [userId, now, by, organizationKeys],
  );
  const grants = await endGrants(client, userId);
  const sessions = await endSessionsOfUser(client, { userId, exceptSessionId }, reason, now);
  await endUnused(client, userId, ["verify", "reset", "email_change", "second_factor"]);
  return { ...factors, ...grants, apiKeys: keys.rowCount ?? 0, sessions: sessions.length };
};
