import pg from "pg";
import type { Logger } from "../logger.ts";
import { Silence } from "./within-silence.ts";
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

/** pg's own has no class and no code. */
const isSilence = (error: unknown): boolean =>
  error instanceof Silence || (error instanceof Error && error.message === "Query read timeout");

/**
 * What has silenced one connection has met those beside it too. None of them is handed out again, or each would cost one
 * caller its whole patience.
 */
const replaceSilent = (pool: pg.Pool): void => {
  const idle = new Set<pg.PoolClient>();
  pool.on("acquire", (client) => idle.delete(client));
  pool.on("remove", (client) => idle.delete(client));
  pool.on("release", (error, client) => {
    if (!error) idle.add(client);
    else if (isSilence(error)) {
      for (const { connection } of idle) connection.stream.destroy(new Error("silent, like another one of its pool"));
    }
  });
};

/** A pool in which no statement waits for ever, and whose idle-connection errors are logged instead of ending the process. */
export const openPool = ({ maxConnections, log, statementTimeoutMs = 10_000, ...bounds }: OpenPool): pg.Pool => {
  const pool = new pg.Pool({
    ...boundedConfig({ ...bounds, statementTimeoutMs }),
    max: maxConnections,
    idleTimeoutMillis: 30_000,
    types: moneyTypes,
  });
  replaceSilent(pool);
  pool.on("error", (error) => log.warn({ err: error }, "idle database connection lost"));
  pool.on("connect", (client) => {
    client.on("error", (error) => log.warn({ err: error }, "database connection lost"));
  });
  return pool;
};
