import { PrismaPg } from "@prisma/adapter-pg";
import type pg from "pg";
import { PrismaClient } from "../../../prisma/generated/nexus/client.ts";
import type { Logger } from "../logger.ts";
import { openPool } from "./pool.ts";

/** The management side of the Nexus database; the ledger keeps connections of its own. */
export interface Database {
  readonly pool: pg.Pool;
  readonly prisma: PrismaClient;
  readonly close: () => Promise<void>;
}

interface OpenDatabase {
  readonly connectionString: string;
  readonly log: Logger;
  readonly maxConnections?: number;
}

/** Opens the pool on schema `nexus`, and Prisma over the same pool. */
export const openDatabase = ({ connectionString, log, maxConnections = 10 }: OpenDatabase): Database => {
  const pool = openPool({
    connectionString,
    schema: "nexus",
    maxConnections,
    applicationName: "nexus",
    log,
    statementTimeoutMs: 10_000,
  });
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { schema: "nexus" }) });
  return {
    pool,
    prisma,
    close: async () => {
      await prisma.$disconnect();
      await pool.end();
    },
  };
};
