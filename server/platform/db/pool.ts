import pg from "pg";
import type { Logger } from "../logger.ts";
import { answerGraceMs, keepAlive, silenceOptions } from "./silence.ts";

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
  /** The server ends a statement after so long; a connection that says nothing for a little longer is replaced. */
  readonly statementTimeoutMs?: number;
}

/** A pool in which no statement waits for ever, and whose idle-connection errors are logged instead of ending the process. */
export const openPool = ({ statementTimeoutMs = 10_000, ...options }: OpenPool): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    max: options.maxConnections,
    application_name: options.applicationName,
    options: `-c search_path=${options.schema},public ${silenceOptions}`,
    connectionTimeoutMillis: 3_000,
    idleTimeoutMillis: 30_000,
    ...keepAlive,
    types: moneyTypes,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + answerGraceMs,
    idle_in_transaction_session_timeout: 3 * statementTimeoutMs,
  });
  pool.on("error", (error) => options.log.warn({ err: error }, "idle database connection lost"));
  pool.on("connect", (client) => {
    client.on("error", (error) => options.log.warn({ err: error }, "database connection lost"));
  });
  return pool;
};
