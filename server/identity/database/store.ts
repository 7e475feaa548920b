import type pg from "pg";
import { connect, type Connection } from "../../platform/db/connect.ts";
import { openPool } from "../../platform/db/pool.ts";
import { runtimeAddress } from "../../platform/db/runtime-address.ts";
import type { Logger } from "../../platform/logger.ts";

/** The database of Auth. */
export interface AuthDatabase {
  readonly pool: pg.Pool;
  /** A connection outside of the pool, for what listens. */
  readonly connect: (options: ListeningConnection) => Promise<Connection>;
  readonly close: () => Promise<void>;
}

interface ListeningConnection {
  readonly applicationName: string;
  readonly statementTimeoutMs: number;
  /** Called at most once, when the connection is lost. */
  readonly onLost: () => void;
}

interface OpenAuthDatabase {
  readonly connectionString: string;
  readonly log: Logger;
  readonly maxConnections: number;
}

/** Opens the pool on schema `auth`, under the role `auth_app` where the migration could make it. */
export const openAuthDatabase = async ({
  connectionString,
  log,
  maxConnections,
}: OpenAuthDatabase): Promise<AuthDatabase> => {
  const address = await runtimeAddress({ connectionString, schema: "auth", role: "auth_app", log });
  const pool = openPool({
    connectionString: address,
    schema: "auth",
    maxConnections,
    applicationName: "topolo-auth",
    log,
    // Whoever asks has given up by then, and a pool that waits longer has nothing left for others.
    statementTimeoutMs: 5_000,
  });
  return {
    pool,
    connect: (options) => connect({ connectionString: address, ...options }),
    close: () => pool.end(),
  };
};
