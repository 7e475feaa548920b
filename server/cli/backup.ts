import { existsSync } from "node:fs";
import { chmod, rename, rm, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { connect } from "../platform/db/connect.ts";
import type { Env } from "../platform/env.ts";
import { findTool, runTool } from "../process/postgres-tools.ts";
import { CliError } from "./cli-error.ts";
import { openOperatorDatabase } from "./open-operator-database.ts";
import type { Terminal } from "./terminal.ts";

interface BackupOptions {
  readonly authDump?: string;
}

const majorOf = async (connectionString: string): Promise<number> => {
  const { client, close } = await connect({
    connectionString,
    applicationName: "nexus-cli",
    statementTimeoutMs: 10_000,
  });
  try {
    const { rows } = await client.query<{ n: number }>(
      "select current_setting('server_version_num')::int / 10000 as n",
    );
    return rows[0]?.n ?? 0;
  } finally {
    await close();
  }
};

/** One consistent moment of the schemas; the file is there when it is whole. */
const dump = async (url: string, schemas: readonly string[], file: string, terminal: Terminal): Promise<void> => {
  if (existsSync(file)) throw new CliError(`${file} is there already: name another file.`);
  const major = await majorOf(url);
  const path = await findTool("pg_dump", major);
  if (path === undefined)
    throw new CliError(
      `There is no pg_dump of PostgreSQL ${major} or newer on this machine: install the client programs of PostgreSQL ${major}, or stop the gateway and copy the whole data folder.`,
    );
  const draft = `${file}.part`;
  await rm(draft, { force: true });
  try {
    const only = schemas.map((schema) => `--schema=${schema}`);
    await runTool({
      path,
      args: ["--format=custom", "--no-owner", "--no-privileges", ...only, `--file=${draft}`],
      connectionString: url,
      signal: terminal.signal,
    });
    await chmod(draft, 0o600);
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
  const { size } = await stat(file);
  terminal.say(`${schemas.join(" and ")}: ${file}, ${(size / 1024).toFixed(0)} KiB`);
};

/** `nexus backup`: a dump that `nexus restore --dump` takes, made while the gateway runs. */
export const backupCommand = (
  program: Command,
  terminal: Terminal,
  configuration: () => { readonly env: Env; readonly dataDir: string },
): void => {
  program
    .command("backup <file>")
    .description("a dump of the database, while the gateway runs; needs pg_dump of the server's version")
    .option("--auth-dump <file>", "Auth's database, where AUTH_DATABASE_URL names one of its own")
    .action(async (file: string, { authDump }: BackupOptions) => {
      const { env, dataDir } = configuration();
      const ownAuth = env.TOPOLO_AUTH_URL === undefined && env.AUTH_DATABASE_URL !== undefined;
      if (ownAuth !== (authDump !== undefined))
        throw new CliError(
          ownAuth
            ? "Auth has a database of its own (AUTH_DATABASE_URL): name a file for it too, with --auth-dump."
            : "--auth-dump is for a database of Auth's own: AUTH_DATABASE_URL is not set.",
        );
      const database = await openOperatorDatabase(env, dataDir);
      try {
        const withAuth = env.TOPOLO_AUTH_URL === undefined && !ownAuth;
        await dump(database.url, withAuth ? ["nexus", "auth"] : ["nexus"], resolve(file), terminal);
        if (authDump !== undefined && env.AUTH_DATABASE_URL !== undefined)
          await dump(env.AUTH_DATABASE_URL, ["auth"], resolve(authDump), terminal);
      } finally {
        await database.stop();
      }
      terminal.say("The keys are not in it. Keep them elsewhere: docs/operations.md, Backup and restore.");
    });
};
