import { Pool } from "undici";
import { guardedLookup, type Resolve } from "./guarded-lookup.ts";

interface PoolsOptions {
  readonly resolve: Resolve;
  readonly maxPools: number;
  readonly connectionsPerPool: number;
  readonly connectTimeoutMs: number;
}

/** Connection pools by key, so that no connection is shared between credentials; the least recently used one closes. */
export interface Pools {
  readonly get: (key: string, origin: string, guarded: boolean) => Pool;
  readonly size: () => number;
  readonly close: () => Promise<void>;
}

export const createPools = ({ resolve, maxPools, connectionsPerPool, connectTimeoutMs }: PoolsOptions): Pools => {
  const pools = new Map<string, Pool>();
  const lookup = guardedLookup(resolve);

  const open = (origin: string, guarded: boolean): Pool =>
    new Pool(origin, {
      connections: connectionsPerPool,
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: 10_000,
      keepAliveMaxTimeout: 60_000,
      // The exchange keeps its own, exact limits.
      headersTimeout: 0,
      bodyTimeout: 0,
      connectTimeout: connectTimeoutMs,
      connect: { rejectUnauthorized: true, ...(guarded ? { lookup } : {}) },
    });

  return {
    get(key, origin, guarded) {
      const known = pools.get(key);
      if (known !== undefined) {
        if (pools.size > maxPools / 2) {
          pools.delete(key);
          pools.set(key, known);
        }
        return known;
      }
      const pool = open(origin, guarded);
      pools.set(key, pool);
      if (pools.size > maxPools) {
        const [oldest] = pools;
        if (oldest !== undefined) {
          pools.delete(oldest[0]);
          void oldest[1].close();
        }
      }
      return pool;
    },
    size: () => pools.size,
    async close() {
      const open = [...pools.values()];
      pools.clear();
      await Promise.all(open.map((pool) => pool.destroy()));
    },
  };
};
