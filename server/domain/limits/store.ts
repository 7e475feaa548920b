import type pg from "pg";
import { scopeKinds, type ScopeKind } from "./limit-scope.ts";

/** A configured limit; a null id holds for each app, user or key without a row of its own. */
export interface StoredRateLimit {
  readonly organizationId: string;
  readonly scope: ScopeKind;
  readonly scopeId: string | null;
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
}

interface RateLimitRow {
  readonly organization_id: string;
  readonly scope: string;
  readonly scope_id: string | null;
  readonly requests_per_minute: number | null;
  readonly tokens_per_minute: bigint | null;
}

const columns = "organization_id, scope, scope_id, requests_per_minute, tokens_per_minute";

const limitOf = (row: RateLimitRow): StoredRateLimit[] => {
  const scope = scopeKinds.find((kind) => kind === row.scope);
  if (!scope) return [];
  return [
    {
      organizationId: row.organization_id,
      scope,
      scopeId: row.scope_id,
      requestsPerMinute: row.requests_per_minute,
      tokensPerMinute: row.tokens_per_minute === null ? null : Number(row.tokens_per_minute),
    },
  ];
};

/** Every organization's limits. */
export const selectAllLimits = async (pool: pg.Pool): Promise<StoredRateLimit[]> => {
  const { rows } = await pool.query<RateLimitRow>(`select ${columns} from nexus.rate_limit`);
  return rows.flatMap(limitOf);
};

export const selectLimits = async (db: pg.Pool | pg.PoolClient, organizationId: string): Promise<StoredRateLimit[]> => {
  const { rows } = await db.query<RateLimitRow>(
    `select ${columns} from nexus.rate_limit where organization_id = $1 order by scope, scope_id nulls first`,
    [organizationId],
  );
  return rows.flatMap(limitOf);
};

export const upsertLimit = async (client: pg.PoolClient, id: string, limit: StoredRateLimit): Promise<void> => {
  await client.query(
    `insert into nexus.rate_limit as l (id, ${columns}) values ($1, $2, $3, $4, $5, $6)
       on conflict (organization_id, scope, scope_id) do update
          set requests_per_minute = excluded.requests_per_minute,
              tokens_per_minute = excluded.tokens_per_minute,
              updated_at = clock_timestamp()`,
    [id, limit.organizationId, limit.scope, limit.scopeId, limit.requestsPerMinute, limit.tokensPerMinute],
  );
};

export const deleteLimit = async (client: pg.PoolClient, limit: StoredRateLimit): Promise<void> => {
  await client.query(
    `delete from nexus.rate_limit
      where organization_id = $1 and scope = $2 and scope_id is not distinct from $3`,
    [limit.organizationId, limit.scope, limit.scopeId],
  );
};
