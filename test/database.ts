import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { scanTables } from "./canary-scan.ts";

/** A database of the suite's own, with all migrations applied. */
export interface TestDatabase {
  readonly url: string;
  /** Rejects, once the database is gone, where one of its tables held the vendor key of the run. */
  readonly drop: () => Promise<void>;
}

const administer = async (statement: string, database = "postgres"): Promise<void> => {
  const client = new pg.Client({ connectionString: inject("postgresUrl").replace("DATABASE", database) });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};

/** Copies the migrated template; PostgreSQL copies one at a time, so a busy template is tried again. */
export const createTestDatabase = async (): Promise<TestDatabase> => {
  const name = `test_${randomBytes(6).toString("hex")}`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await administer(`create database ${name} template template_nexus`);
      break;
    } catch (error) {
      if (attempt === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  // A copy is not at home, and may not spend, until somebody says so.
  await administer("select nexus.stop_spending('restored'), nexus.allow_spending()", name);
  const url = inject("postgresUrl").replace("DATABASE", name);
  return {
    url,
    drop: async () => {
      const { found, skipped } = await scanTables(url, inject("canaryKey"));
      await administer(`drop database if exists ${name} with (force)`);
      if (found.length > 0) throw new Error(`the vendor key of this run stands in ${found.join(", ")}`);
      if (skipped.length > 0) process.emitWarning(`not searched for the vendor key: ${skipped.join(", ")}`);
    },
  };
};
