import pg from "pg";
import type { Logger } from "../logger.ts";
import { boundedConfig, type Bounds } from "./bounded-config.ts";

/** int8 carries money: it must never pass through a double. Kept to our own clients, for Prisma reads int8 its own way. */
export const moneyTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === pg.types.builtins.INT8 && format !== "binary" ? BigInt : pg.types.getTypeParser(oid, format),
};

interface OpenPool extends Omit<Bounds, "statementTimeoutMs"> {
  readonly maxConnections: number;
  readonly log: Logger;
  readonly statementTimeoutMs?: number;
}

/** A pool in which no statement waits for ever, and whose idle-connection errors are logged instead of ending the process. */
export const openPool = ({ maxConnections, log, statementTimeoutMs = 10_000, ...bounds }: OpenPool): pg.Pool => {
  const pool = new pg.Pool({
    ...boundedConfig({ ...bounds, statementTimeoutMs }),
    max: maxConnections,
    idleTimeoutMillis: 30_000,
    types: moneyTypes,
  });
  pool.on("error", (error) => log.warn({ err: error }, "idle database connection lost"));
  pool.on("connect", (client) => {
    client.on("error", (error) => log.warn({ err: error }, "database connection lost"));
  });
  return pool;
};
