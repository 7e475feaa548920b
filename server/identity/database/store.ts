import { PrismaPg } from "@prisma/adapter-pg";
import type pg from "pg";
import { PrismaClient } from "../../../prisma/generated/auth/client.ts";
import { openPool } from "../../platform/db/pool.ts";
import type { Logger } from "../../platform/logger.ts";

type AuthPrisma = PrismaClient<never, { organization: { permissionsVersion: true } }>;

/** The database of Auth: Prisma for ordinary reads, `pg` for transactions and for validation. */
export interface AuthDatabase {
  readonly pool: pg.Pool;
  readonly prisma: AuthPrisma;
  readonly close: () => Promise<void>;
}

interface OpenAuthDatabase {
  readonly connectionString: string;
  readonly log: Logger;
  readonly maxConnections: number;
}

/** Whether the connecting user may act as the role that owns nothing. */
const mayActAsApp = async (pool: pg.Pool): Promise<boolean> => {
  const { rows } = await pool.query<{ may: boolean }>(
    "select exists (select from pg_roles where rolname = 'auth_app' and pg_has_role(current_user, oid, 'member')) as may",
  );
  return rows[0]?.may === true;
};

/** Opens the pool on schema `auth`, under the role `auth_app` where the migration could make it. */
export const openAuthDatabase = async ({
  connectionString,
  log,
  maxConnections,
}: OpenAuthDatabase): Promise<AuthDatabase> => {
  const probe = openPool({ connectionString, schema: "auth", maxConnections: 1, applicationName: "topolo-auth", log });
  let asApp: boolean;
  try {
    asApp = await mayActAsApp(probe);
  } finally {
    await probe.end();
  }
  if (!asApp) log.warn("Auth runs as the connecting database user: role auth_app is not available to it");
  const address = new URL(connectionString);
  if (asApp) address.searchParams.set("options", "-c search_path=auth,public -c role=auth_app");
  const pool = openPool({
    connectionString: address.href,
    schema: "auth",
    maxConnections,
    applicationName: "topolo-auth",
    log,
    statementTimeoutMs: 10_000,
  });
  // int8 leaves this process's driver as BigInt, which Prisma does not accept; versions are read with pg.
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool, { schema: "auth" }),
    omit: { organization: { permissionsVersion: true } },
  });
  return {
    pool,
    prisma,
    close: async () => {
      await prisma.$disconnect();
      await pool.end();
    },
  };
};
