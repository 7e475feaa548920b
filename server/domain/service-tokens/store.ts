import type pg from "pg";

export { inTransaction } from "../../platform/db/transaction.ts";

/** One service token; the token itself is not known here. */
export interface ServiceTokenRow {
  readonly id: string;
  /** Null: issued by the platform's operators. */
  readonly organizationId: string | null;
  readonly label: string;
  /** Null: every organization. */
  readonly organizations: readonly string[] | null;
  /** Null: every app. */
  readonly apps: readonly string[] | null;
  readonly permissions: readonly string[];
  readonly digest: Buffer;
  readonly previousDigest: Buffer | null;
  readonly previousValidUntil: Date | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly rotatedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
}

const columns = `id, organization_id as "organizationId", label, organizations, apps, permissions, digest,
  previous_digest as "previousDigest", previous_valid_until as "previousValidUntil", created_by as "createdBy",
  created_at as "createdAt", rotated_at as "rotatedAt", expires_at as "expiresAt", revoked_at as "revokedAt",
  last_used_at as "lastUsedAt"`;

export const selectLive = async (pool: pg.Pool): Promise<ServiceTokenRow[]> => {
  const { rows } = await pool.query<ServiceTokenRow>(
    `select ${columns} from nexus.service_token where revoked_at is null`,
  );
  return rows;
};

/** Rows of an organization, and the operators' own where the asker may see them; oldest first. */
export const selectServiceTokens = async (
  db: pg.Pool | pg.PoolClient,
  organizationId: string,
  withPlatform: boolean,
): Promise<ServiceTokenRow[]> => {
  const { rows } = await db.query<ServiceTokenRow>(
    `select ${columns} from nexus.service_token
      where organization_id = $1 or ($2 and organization_id is null) order by created_at, id`,
    [organizationId, withPlatform],
  );
  return rows;
};

/** Every organization's and the operators' own; newest first, so many at most. */
export const selectAllServiceTokens = async (pool: pg.Pool, limit: number): Promise<ServiceTokenRow[]> => {
  const { rows } = await pool.query<ServiceTokenRow>(
    `select ${columns} from nexus.service_token order by created_at desc, id limit $1`,
    [limit],
  );
  return rows;
};

/** Ends a token of whichever organization; the label of the one that was found. */
export const revokeAny = async (tx: pg.PoolClient, id: string, at: Date): Promise<ServiceTokenRow | undefined> => {
  const { rows } = await tx.query<ServiceTokenRow>(
    `update nexus.service_token
        set revoked_at = coalesce(revoked_at, $2), previous_digest = null, previous_valid_until = null
      where id = $1 returning ${columns}`,
    [id, at],
  );
  return rows[0];
};

/** The row of whichever organization, locked until the transaction ends. */
export const lockAny = async (tx: pg.PoolClient, id: string): Promise<ServiceTokenRow | undefined> => {
  const { rows } = await tx.query<ServiceTokenRow>(
    `select ${columns} from nexus.service_token where id = $1 for update`,
    [id],
  );
  return rows[0];
};

/** The row, locked until the transaction ends. */
export const lockServiceToken = async (
  tx: pg.PoolClient,
  organizationId: string,
  withPlatform: boolean,
  id: string,
): Promise<ServiceTokenRow | undefined> => {
  const { rows } = await tx.query<ServiceTokenRow>(
    `select ${columns} from nexus.service_token
      where id = $3 and (organization_id = $1 or ($2 and organization_id is null)) for update`,
    [organizationId, withPlatform, id],
  );
  return rows[0];
};

export const insertServiceToken = async (tx: pg.PoolClient, token: ServiceTokenRow): Promise<void> => {
  await tx.query(
    `insert into nexus.service_token
       (id, organization_id, label, organizations, apps, permissions, digest, created_by, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      token.id,
      token.organizationId,
      token.label,
      token.organizations,
      token.apps,
      token.permissions,
      token.digest,
      token.createdBy,
      token.createdAt,
      token.expiresAt,
    ],
  );
};

export const replaceDigest = async (tx: pg.PoolClient, token: ServiceTokenRow): Promise<void> => {
  await tx.query(
    `update nexus.service_token
        set digest = $2, previous_digest = $3, previous_valid_until = $4, rotated_at = $5, expires_at = $6 where id = $1`,
    [token.id, token.digest, token.previousDigest, token.previousValidUntil, token.rotatedAt, token.expiresAt],
  );
};

export const markRevoked = async (tx: pg.PoolClient, id: string, at: Date): Promise<void> => {
  await tx.query(
    `update nexus.service_token set revoked_at = $2, previous_digest = null, previous_valid_until = null where id = $1`,
    [id, at],
  );
};

/** Times move forward only. */
export const updateLastUsed = async (pool: pg.Pool, ids: readonly string[], times: readonly Date[]): Promise<void> => {
  await pool.query(
    `update nexus.service_token t set last_used_at = greatest(t.last_used_at, u.used_at)
       from unnest($1::text[], $2::timestamptz[]) u(id, used_at) where t.id = u.id`,
    [ids, times],
  );
};
