import type pg from "pg";
import type { PrismaClient } from "../../../prisma/generated/auth/client.ts";
import { connect, type Connection } from "../../platform/db/connect.ts";
import { openPool } from "../../platform/db/pool.ts";
import { runtimeAddress } from "../../platform/db/runtime-address.ts";
import type { Logger } from "../../platform/logger.ts";

type AuthPrisma = PrismaClient<never, { organization: { permissionsVersion: true; admissionLimitNanos: true } }>;

/** The database of Auth: Prisma for ordinary reads of management, `pg` for transactions, validation and what a start reads. */
export interface AuthDatabase {
  readonly pool: pg.Pool;
  /** Loaded when it is first asked for: it takes 80 MB, which an Auth that only signs people in never pays. */
  readonly prisma: () => Promise<AuthPrisma>;
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

/** int8 leaves this process's driver as BigInt, which Prisma does not accept; versions and money are read with pg. */
const openPrisma = async (pool: pg.Pool): Promise<AuthPrisma> => {
  const [{ PrismaClient: Client }, { prismaAdapter }] = await Promise.all([
    import("../../../prisma/generated/auth/client.ts"),
    import("../../platform/db/prisma-adapter.ts"),
  ]);
  return new Client({
    adapter: prismaAdapter(pool, "auth"),
    omit: { organization: { permissionsVersion: true, admissionLimitNanos: true } },
  });
};

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
  let prisma: Promise<AuthPrisma> | undefined;
  return {
    pool,
    prisma: () => (prisma ??= openPrisma(pool)),
    connect: (options) => connect({ connectionString: address, ...options }),
    close: async () => {
      await (await prisma)?.$disconnect();
      await pool.end();
    },
  };
};
