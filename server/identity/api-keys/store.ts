import type pg from "pg";
import type { Prisma } from "../../../prisma/generated/auth/client.ts";
import { inTransaction } from "../../platform/db/transaction.ts";
import { recordAudit, type AuthAuditEvent } from "../audit/store.ts";
import { AuthError } from "../auth-error.ts";
import type { AuthDatabase } from "../database/store.ts";
import { lockAccount } from "../links/store.ts";
import { lockAccountOfSession } from "../sign-in-methods/store.ts";

const keyQuery = {
  include: { grants: { include: { scope: true } }, bindings: true },
} satisfies Prisma.ApiKeyDefaultArgs;

export type ApiKeyRow = Prisma.ApiKeyGetPayload<typeof keyQuery>;

/** A resource of a service for which alone a key works there. */
export interface KeyBinding {
  readonly serviceId: string;
  readonly type: string;
  readonly resourceId: string;
  /** When the resource was removed. */
  readonly endedAt: Date | null;
}

export interface NewApiKey {
  readonly id: string;
  readonly organizationId: string;
  readonly ownerUserId: string | null;
  readonly serviceId: string | null;
  readonly name: string;
  readonly prefix: string;
  readonly last4: string;
  readonly secretHash: Buffer;
  readonly environment: "live" | "test";
  readonly expiresAt: Date | null;
  readonly createdBy: string;
  readonly rotatedFromId: string | null;
  readonly scopeIds: readonly string[];
  readonly bindings: readonly KeyBinding[];
}

type Actor = Pick<AuthAuditEvent, "actorType" | "actorId" | "ip" | "requestId">;

const insert = async (client: pg.PoolClient, key: NewApiKey, now: Date): Promise<void> => {
  await client.query(
    `insert into auth.api_keys (id, organization_id, owner_user_id, service_id, name, prefix, last4, secret_hash, environment, created_at, expires_at, created_by, rotated_from_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      key.id,
      key.organizationId,
      key.ownerUserId,
      key.serviceId,
      key.name,
      key.prefix,
      key.last4,
      key.secretHash,
      key.environment,
      now,
      key.expiresAt,
      key.createdBy,
      key.rotatedFromId,
    ],
  );
  await client.query("insert into auth.api_key_grants (key_id, scope_id) select $1, unnest($2::text[])", [
    key.id,
    key.scopeIds,
  ]);
  await client.query(
    `insert into auth.api_key_resource_bindings (key_id, service_id, type, resource_id, ended_at)
     select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[])`,
    [
      key.id,
      key.bindings.map(({ serviceId }) => serviceId),
      key.bindings.map(({ type }) => type),
      key.bindings.map(({ resourceId }) => resourceId),
      key.bindings.map(({ endedAt }) => endedAt),
    ],
  );
};

/** How many live keys there may be, and whose session makes one; undefined where an operator's command does. */
export interface KeyMaker {
  readonly perOrganization: number;
  readonly perPerson: number;
  readonly userId: string;
  readonly sessionId: string;
}

const countLive = async (
  client: pg.PoolClient,
  column: "organization_id" | "owner_user_id",
  id: string,
  { now, but }: { readonly now: Date; readonly but: string | undefined },
): Promise<number> => {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from auth.api_keys
      where ${column} = $1 and revoked_at is null and (expires_at is null or expires_at > $2) and id is distinct from $3`,
    [id, now, but ?? null],
  );
  return rows[0]?.count ?? 0;
};

/** Refuses a key too many, or one of a session that has ended. The caller holds the organization's row; the people's are held after it, so that keys come one after the other. */
const requireRoom = async (
  client: pg.PoolClient,
  { organizationId, ownerUserId }: NewApiKey,
  { perOrganization, perPerson, userId, sessionId }: KeyMaker,
  counted: { readonly now: Date; readonly but: string | undefined },
): Promise<void> => {
  await lockAccountOfSession(client, userId, sessionId);
  if ((await countLive(client, "organization_id", organizationId, counted)) >= perOrganization)
    throw new AuthError("too_many_api_keys", {
      limit: perOrganization,
      message: `The organization has ${perOrganization} API keys, the maximum; revoke one first.`,
    });
  if (ownerUserId === null) return;
  if (ownerUserId !== userId) await lockAccount(client, ownerUserId);
  if ((await countLive(client, "owner_user_id", ownerUserId, counted)) >= perPerson)
    throw new AuthError("too_many_api_keys", {
      limit: perPerson,
      message: `You have ${perPerson} API keys, the maximum for one person; revoke one first.`,
    });
};

/** The organization's row is held meanwhile, so that a suspension and new keys come one after the other. */
const lockActiveOrganization = async (client: pg.PoolClient, organizationId: string): Promise<boolean> => {
  const { rows } = await client.query<{ status: string }>(
    "select status from auth.organizations where id = $1 for no key update",
    [organizationId],
  );
  return rows[0]?.status === "active";
};

/** Stores the key; false where the organization is not active. */
export const insertApiKey = (
  { pool }: AuthDatabase,
  key: NewApiKey,
  actor: Actor,
  now: Date,
  maker: KeyMaker | undefined,
): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    if (!(await lockActiveOrganization(client, key.organizationId))) return false;
    if (maker) await requireRoom(client, key, maker, { now, but: undefined });
    await insert(client, key, now);
    await recordAudit(
      client,
      {
        ...actor,
        organizationId: key.organizationId,
        action: "api-key.create",
        target: key.id,
        details: { name: key.name, serviceId: key.serviceId },
      },
      now,
    );
    return true;
  });

/** Stores the successor and lets the old key run out. `ended`: there is nothing to succeed. */
export const replaceApiKey = (
  { pool }: AuthDatabase,
  oldId: string,
  key: NewApiKey,
  oldExpiresAt: Date,
  actor: Actor,
  now: Date,
  maker: KeyMaker,
): Promise<"replaced" | "ended" | "suspended"> =>
  inTransaction(pool, async (client) => {
    if (!(await lockActiveOrganization(client, key.organizationId))) return "suspended";
    // The successor takes the old one's place, even while that one still runs out.
    await requireRoom(client, key, maker, { now, but: oldId });
    const old = await client.query(
      "update auth.api_keys set expires_at = least(coalesce(expires_at, $2), $2) where id = $1 and revoked_at is null and (expires_at is null or expires_at > $3) returning id",
      [oldId, oldExpiresAt, now],
    );
    if (old.rowCount !== 1) return "ended";
    await insert(client, key, now);
    await recordAudit(
      client,
      {
        ...actor,
        organizationId: key.organizationId,
        action: "api-key.rotate",
        target: key.id,
        details: { rotatedFrom: oldId },
      },
      now,
    );
    return "replaced";
  });

interface Revoke {
  readonly revokedBy: string;
  /** Platform operators end keys of suspended organizations too. */
  readonly mayEndSuspended: boolean;
  readonly actor: Actor;
  readonly now: Date;
}

/** Ends the key. `ended`: it had ended before. */
export const revokeApiKey = (
  { pool }: AuthDatabase,
  { id, organizationId }: ApiKeyRow,
  { revokedBy, mayEndSuspended, actor, now }: Revoke,
): Promise<"revoked" | "ended" | "suspended"> =>
  inTransaction(pool, async (client) => {
    if (!(await lockActiveOrganization(client, organizationId)) && !mayEndSuspended) return "suspended";
    const ended = await client.query(
      "update auth.api_keys set revoked_at = $2, revoked_by = $3 where id = $1 and revoked_at is null",
      [id, now, revokedBy],
    );
    if (ended.rowCount !== 1) return "ended";
    await recordAudit(client, { ...actor, organizationId, action: "api-key.revoke", target: id }, now);
    return "revoked";
  });

export const findApiKeyRow = async ({ prisma }: AuthDatabase, id: string): Promise<ApiKeyRow | null> =>
  (await prisma()).apiKey.findUnique({ where: { id }, ...keyQuery });

interface ListApiKeys {
  readonly organizationId: string;
  /** Only those this user owns. */
  readonly ownerUserId: string | undefined;
  /** Newest first, after this id. */
  readonly after: string | undefined;
  readonly limit: number;
}

export const listApiKeyRows = async (
  { prisma }: AuthDatabase,
  { organizationId, ownerUserId, after, limit }: ListApiKeys,
): Promise<ApiKeyRow[]> =>
  (await prisma()).apiKey.findMany({
    where: {
      organizationId,
      ...(ownerUserId === undefined ? {} : { ownerUserId }),
      ...(after === undefined ? {} : { id: { lt: after } }),
    },
    orderBy: { id: "desc" },
    take: limit,
    ...keyQuery,
  });
