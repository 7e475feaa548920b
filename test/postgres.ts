import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import pg, { escapeIdentifier, escapeLiteral } from "pg";
import type { TestProject } from "vitest/node";
import { ensureDatabase, startEmbeddedPostgres, type EmbeddedServer } from "../server/platform/db/embedded.ts";
import { migrate } from "../server/platform/db/migrate.ts";
import { silentLogger } from "../server/platform/logger.ts";
import { scanFiles } from "./canary-scan.ts";
import { ramFolder } from "./ram-folder.ts";
import { unmountBelow } from "./small-disk.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Superuser address of the server with `DATABASE` in place of the database's name. */
    postgresUrl: string;
    /** The vendor key of the whole run: it stands in no table and no log, or the run fails. */
    canaryKey: string;
    /** Where suites write their logs; searched for the vendor key when all are done. */
    logDir: string;
  }
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
};

/** Memory that runs which were killed have not given back. */
const removeLeftovers = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder)) {
    const pid = /^nexus-test-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    await unmountBelow(join(folder, name));
    await rm(join(folder, name), { recursive: true, force: true });
  }
};

/**
 * Suites open thousands of connections: that a password is hashed 4,096 times on both ends of each keeps nobody out of a
 * server on loopback that ends with the run. No database of a suite lives for as long as its tables would need a vacuum.
 */
const spareWork = async (server: EmbeddedServer): Promise<void> => {
  const address = new URL(server.urlOf("postgres"));
  const client = new pg.Client({ connectionString: address.href });
  await client.connect();
  try {
    await client.query("set scram_iterations = 1");
    await client.query(
      `alter role ${escapeIdentifier(address.username)} password ${escapeLiteral(decodeURIComponent(address.password))}`,
    );
    await client.query("alter system set autovacuum = off");
    await client.query("select pg_reload_conf()");
  } finally {
    await client.end();
  }
};

/**
 * One PostgreSQL for the whole run, with a migrated template from which each suite copies its own database, and one
 * vendor key, which nothing that a suite leaves behind may hold.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await ramFolder();
  await removeLeftovers(folder);
  const temporary = await mkdtemp(join(folder, `nexus-test-${process.pid}-`));
  // PostgreSQL's own user walks through it to what its suites hand over.
  await chmod(temporary, 0o711);
  // Of the suites too, whose processes inherit it.
  process.env["TMPDIR"] = temporary;
  const dataDir = await mkdtemp(join(temporary, "postgres-"));
  const server = await startEmbeddedPostgres({ dataDir, log: silentLogger, maxConnections: 300 });
  await spareWork(server);
  const template = await ensureDatabase(server, "template_nexus");
  const root = join(import.meta.dirname, "..", "prisma");
  await migrate({ connectionString: template, schema: "nexus", folder: join(root, "nexus") });
  await migrate({ connectionString: template, schema: "auth", folder: join(root, "auth") });
  const canaryKey = `sk-canary-${randomBytes(18).toString("base64url")}`;
  const logDir = await mkdtemp(join(temporary, "logs-"));
  project.provide("postgresUrl", server.urlOf("DATABASE"));
  project.provide("canaryKey", canaryKey);
  project.provide("logDir", logDir);
  return async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
    const { found } = await scanFiles(logDir, { name: "vendor key", secret: canaryKey });
    if (found.length > 0) throw new Error(`the vendor key of this run stands in ${found.join(", ")}`);
    await rm(temporary, { recursive: true, force: true });
  };
}
