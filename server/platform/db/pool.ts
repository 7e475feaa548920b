import { callbackify } from "node:util";
import pg from "pg";
import type { Logger } from "../logger.ts";
import { NoAnswer } from "./answer-within.ts";
import { boundedConfig, type Bounds } from "./bounded-config.ts";
import { refuseEarlyCommits, requirePrimary } from "./require-primary.ts";

/** int8 carries money and must never become a double. Set on our own clients only: Prisma reads int8 in its own way. */
export const moneyTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === pg.types.builtins.INT8 && format !== "binary" ? BigInt : pg.types.getTypeParser(oid, format),
};

interface OpenPool extends Omit<Bounds, "statementTimeoutMs"> {
  readonly maxConnections: number;
  readonly log: Logger;
  readonly statementTimeoutMs?: number;
}

/** The error of pg itself has no class and no code. */
const isNoAnswer = (error: unknown): boolean =>
  error instanceof NoAnswer || (error instanceof Error && error.message === "Query read timeout");

/**
 * If one connection no longer answers, the idle ones beside it will not either. They are closed, or each would cost one
 * caller a whole time-out.
 */
const replaceSilent = (pool: pg.Pool): void => {
  const idle = new Set<pg.PoolClient>();
  pool.on("acquire", (client) => idle.delete(client));
  pool.on("remove", (client) => idle.delete(client));
  pool.on("release", (error, client) => {
    if (!error) idle.add(client);
    else if (isNoAnswer(error)) {
      for (const { connection } of idle)
        connection.stream.destroy(new Error("another connection of the pool did not answer"));
    }
  });
};

/** A pool in which no statement waits for ever; errors of idle connections are logged and do not end the process. */
export const openPool = ({ maxConnections, log, statementTimeoutMs = 10_000, ...bounds }: OpenPool): pg.Pool => {
  const pool = new pg.Pool({
    ...boundedConfig({ ...bounds, statementTimeoutMs }),
    max: maxConnections,
    idleTimeoutMillis: 30_000,
    types: moneyTypes,
    // Before anybody gets it: behind an address may be several servers, of which one is the primary.
    verify: callbackify(requirePrimary),
  });
  replaceSilent(pool);
  pool.on("error", (error) => log.warn({ err: error }, "idle database connection lost"));
  pool.on("connect", (client) => {
    refuseEarlyCommits(client);
    client.on("error", (error) => log.warn({ err: error }, "database connection lost"));
  });
  return pool;
};
