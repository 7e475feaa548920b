import pg from "pg";
import type { Logger } from "../logger.ts";

/** int8 carries money: it must never pass through a double. Kept to our own clients, for Prisma reads int8 its own way. */
export const moneyTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === pg.types.builtins.INT8 && format !== "binary" ? BigInt : pg.types.getTypeParser(oid, format),
};

interface OpenPool {
  readonly connectionString: string;
  /** First on the search path. */
  readonly schema: string;
  readonly maxConnections: number;
  readonly applicationName: string;
  readonly log: Logger;
  /** Milliseconds; 0 leaves statements unbounded. */
  readonly statementTimeoutMs?: number;
}

/** A pool whose idle-connection errors are logged instead of ending the process. */
export const openPool = (options: OpenPool): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    max: options.maxConnections,
    application_name: options.applicationName,
    options: `-c search_path=${options.schema},public`,
    connectionTimeoutMillis: 3_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    types: moneyTypes,
    ...(options.statementTimeoutMs === undefined ? {} : { statement_timeout: options.statementTimeoutMs }),
  });
  pool.on("error", (error) => options.log.warn({ err: error }, "idle database connection lost"));
  pool.on("connect", (client) => {
    client.on("error", (error) => options.log.warn({ err: error }, "database connection lost"));
  });
  return pool;
};
