import type pg from "pg";

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

/** Whose tokens are meant: an organization's, those that operators have issued with them, or everybody's. */
export type TokenOwners = "all" | { readonly organizationId: string; readonly andOperators: boolean };

const ownedBy = "($1::text is null or organization_id = $1 or ($2 and organization_id is null))";

const ownerParameters = (owners: TokenOwners): [string | null, boolean] =>
  owners === "all" ? [null, true] : [owners.organizationId, owners.andOperators];

/** Oldest first; of more than `limit` the newest. */
export const selectServiceTokens = async (
  db: pg.Pool | pg.PoolClient,
  owners: TokenOwners,
  limit: number,
): Promise<ServiceTokenRow[]> => {
  const { rows } = await db.query<ServiceTokenRow>(
    `select * from (
       select ${columns} from nexus.service_token where ${ownedBy} order by created_at desc, id desc limit $3) t
      order by t."createdAt", t.id`,
    [...ownerParameters(owners), limit],
  );
  return rows;
};

export const countLiveServiceTokens = async (tx: pg.PoolClient, organizationId: string): Promise<number> => {
  const { rows } = await tx.query<{ live: number }>(
    "select count(*)::int as live from nexus.service_token where organization_id = $1 and revoked_at is null",
    [organizationId],
  );
  return rows[0]?.live ?? 0;
};

/** The row, locked until the transaction ends. */
export const lockServiceToken = async (
  tx: pg.PoolClient,
  owners: TokenOwners,
  id: string,
): Promise<ServiceTokenRow | undefined> => {
  const { rows } = await tx.query<ServiceTokenRow>(
    `select ${columns} from nexus.service_token where id = $3 and ${ownedBy} for update`,
    [...ownerParameters(owners), id],
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
export const updateServiceTokenUse = async (
  pool: pg.Pool,
  ids: readonly string[],
  times: readonly Date[],
): Promise<void> => {
  await pool.query(
    `update nexus.service_token t set last_used_at = greatest(t.last_used_at, u.used_at)
       from unnest($1::text[], $2::timestamptz[]) u(id, used_at) where t.id = u.id`,
    [ids, times],
  );
};
