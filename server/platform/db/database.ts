import type pg from "pg";
import type { Logger } from "../logger.ts";
import { openPool } from "./pool.ts";

/** The management side of the Nexus database; the ledger keeps connections of its own. */
export interface Database {
  readonly pool: pg.Pool;
  readonly close: () => Promise<void>;
}

interface OpenDatabase {
  readonly connectionString: string;
  readonly log: Logger;
  readonly maxConnections?: number;
}

/** Opens the pool on schema `nexus`. */
export const openDatabase = ({ connectionString, log, maxConnections = 10 }: OpenDatabase): Database => {
  const pool = openPool({
    connectionString,
    schema: "nexus",
    maxConnections,
    applicationName: "nexus",
    log,
    statementTimeoutMs: 10_000,
  });
  return { pool, close: () => pool.end() };
};
