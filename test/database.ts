import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { handedOutCanaryKey } from "./canary-key.ts";
import { scanTables } from "./canary-scan.ts";

/** A database of the suite's own, with all migrations applied. */
export interface TestDatabase {
  readonly url: string;
  /** Rejects, once the database is gone, where one of its tables held the vendor key of the run. */
  readonly drop: () => Promise<void>;
}

/** A database to copy: it is made once in a run, from the migrated one, by whoever needs it first. */
export interface Template {
  readonly name: string;
  readonly fill: (url: string) => Promise<void>;
  /** Statements that make a copy look as if it had been filled just now. */
  readonly refresh?: string;
}

const migrated = "template_nexus";

const urlOf = (database: string): string => inject("postgresUrl").replace("DATABASE", database);

const runIn = async <T>(database: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: urlOf(database) });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

let administrators: pg.Pool | undefined;
/** Suites of one process share the session that makes and drops their databases: opening one costs more than its statement. */
const administrator = (): pg.Pool => {
  if (administrators === undefined) {
    administrators = new pg.Pool({ connectionString: urlOf("postgres"), max: 1, allowExitOnIdle: true });
    // The server ends when all suites have; a statement that fails for it says so itself.
    administrators.on("error", () => undefined);
  }
  return administrators;
};

/**
 * PostgreSQL copies a database for one at a time, so one that is busy is tried again. Copying files takes half the time of
 * writing them to the log as well, which nobody needs who can make the copy again.
 */
const copy = async (client: pg.Client | pg.Pool, from: string, to: string): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query(`create database ${to} template ${from} strategy file_copy`);
      return;
    } catch (error) {
      if (attempt === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
};

const ready = new Map<string, Promise<void>>();

/** Makes a template whole or not at all, and for all processes of the run. */
const ensureTemplate = ({ name, fill }: Template): Promise<void> => {
  const known = ready.get(name);
  if (known) return known;
  const making = runIn("postgres", async (client) => {
    await client.query("select pg_advisory_lock(hashtext($1))", [name]);
    const { rowCount } = await client.query("select 1 from pg_database where datname = $1", [name]);
    if (rowCount === 1) return;
    const draft = `${name}_draft`;
    await client.query(`drop database if exists ${draft} with (force)`);
    await copy(client, migrated, draft);
    await fill(urlOf(draft));
    await client.query(`alter database ${draft} rename to ${name}`);
  });
  ready.set(name, making);
  return making;
};

/** Copies the migrated database, or a template made from it. */
export const createTestDatabase = async (template?: Template): Promise<TestDatabase> => {
  if (template) await ensureTemplate(template);
  const name = `test_${randomBytes(6).toString("hex")}`;
  await copy(administrator(), template?.name ?? migrated, name);
  // A copy is not at home, and may not spend, until somebody says so.
  await runIn(name, (client) =>
    client.query(`select nexus.stop_spending('restored'), nexus.allow_spending(); ${template?.refresh ?? ""}`),
  );
  const url = urlOf(name);
  return {
    url,
    drop: async () => {
      const secret = handedOutCanaryKey();
      const { found, skipped } = secret === undefined ? { found: [], skipped: [] } : await scanTables(url, secret);
      await administrator().query(`drop database if exists ${name} with (force)`);
      if (found.length > 0) throw new Error(`the vendor key of this run stands in ${found.join(", ")}`);
      if (skipped.length > 0) process.emitWarning(`not searched for the vendor key: ${skipped.join(", ")}`);
    },
  };
};
