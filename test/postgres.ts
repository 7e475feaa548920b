import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { ensureDatabase, startEmbeddedPostgres } from "../server/platform/db/embedded.ts";
import { migrate } from "../server/platform/db/migrate.ts";
import { silentLogger } from "../server/platform/logger.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Superuser address of the server with `DATABASE` in place of the database's name. */
    postgresUrl: string;
  }
}

/** One PostgreSQL for the whole run, with a migrated template from which each suite copies its own database. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), "nexus-test-"));
  const server = await startEmbeddedPostgres({ dataDir, log: silentLogger, maxConnections: 300 });
  const template = await ensureDatabase(server, "template_nexus");
  const root = join(import.meta.dirname, "..", "prisma");
  await migrate({ connectionString: template, schema: "nexus", folder: join(root, "nexus") });
  await migrate({ connectionString: template, schema: "auth", folder: join(root, "auth") });
  project.provide("postgresUrl", server.urlOf("DATABASE"));
  return async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
