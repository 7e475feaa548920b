import type pg from "pg";
import type { LimitScope, ScopeKind } from "./limit-scope.ts";
import { selectAllLimits, type StoredRateLimit } from "./store.ts";

/** Who a call is attributed to. */
export interface Attribution {
  readonly organizationId: string;
  readonly appId: string | undefined;
  readonly userId: string | undefined;
  readonly keyId: string | undefined;
}

/** The configured limits of all organizations, held in memory. */
export interface RateLimits {
  /** The scopes of a call that have a limit. */
  readonly scopesOf: (who: Attribution) => readonly LimitScope[];
}

/** Tables whose change makes loaded limits stale. */
export const rateLimitTopics = ["rate_limit"] as const;

const none: readonly LimitScope[] = [];

const keyOf = (kind: ScopeKind, id: string | null): string => (id === null ? kind : `${kind}/${id}`);

const scopeOf = (kind: ScopeKind, id: string, { requestsPerMinute, tokensPerMinute }: StoredRateLimit): LimitScope => ({
  kind,
  id,
  ...(requestsPerMinute === null ? {} : { rpm: requestsPerMinute }),
  ...(tokensPerMinute === null ? {} : { tpm: tokensPerMinute }),
});

/** Arranges rows so that a call finds its limits without searching. */
export const createRateLimits = (rows: readonly StoredRateLimit[]): RateLimits => {
  const organizations = new Map<string, Map<string, StoredRateLimit>>();
  for (const row of rows) {
    const limits = organizations.get(row.organizationId) ?? new Map<string, StoredRateLimit>();
    organizations.set(row.organizationId, limits.set(keyOf(row.scope, row.scopeId), row));
  }
  return {
    scopesOf: ({ organizationId, appId, userId, keyId }) => {
      const limits = organizations.get(organizationId);
      if (!limits) return none;
      const scopes: LimitScope[] = [];
      const add = (kind: ScopeKind, id: string | undefined): void => {
        if (id === undefined) return;
        const row = limits.get(keyOf(kind, id)) ?? limits.get(kind);
        if (row) scopes.push(scopeOf(kind, id, row));
      };
      add("organization", organizationId);
      add("app", appId);
      add("user", userId);
      add("key", keyId);
      return scopes;
    },
  };
};

/** The limits as they stand; loaded again when one changes. */
export const loadRateLimits = async (pool: pg.Pool): Promise<RateLimits> =>
  createRateLimits(await selectAllLimits(pool));
