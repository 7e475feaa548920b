import type { Command } from "commander";
import { readDatabaseEnv, type Env } from "../platform/env.ts";
import { silentLogger } from "../platform/logger.ts";
import { requireSupportedServer } from "../platform/db/supported-server.ts";
import { secureAuth, secureDatabases } from "../process/secure-databases.ts";
import { migrateAuth, migrateDatabases, type Databases } from "../process/start-database.ts";
import { CliError } from "./cli-error.ts";
import type { Terminal } from "./terminal.ts";

interface MigrateOptions {
  readonly only?: string;
}

/** Which schemas a command brings to the present. */
type Part = "nexus" | "auth" | "both";

const partOf = (only: string | undefined, env: Env): Part => {
  if (only === undefined) return env.TOPOLO_AUTH_URL === undefined ? "both" : "nexus";
  if (only === "nexus" || only === "auth") return only;
  throw new CliError(`--only is nexus or auth, not "${only}".`);
};

const addressesIn = ({ DATABASE_URL, AUTH_DATABASE_URL }: Env, part: Part): Databases => {
  const nexusUrl = DATABASE_URL ?? (part === "auth" ? AUTH_DATABASE_URL : undefined);
  if (nexusUrl === undefined)
    throw new CliError(
      "DATABASE_URL is not set. The embedded database needs no command: each start brings it to the present.",
    );
  return {
    nexusUrl,
    authUrl: AUTH_DATABASE_URL ?? nexusUrl,
    embedded: false,
    adopted: false,
    stop: async () => undefined,
  };
};

/** `nexus migrate`: brings a database to the present before the processes of a release start, as a start of them would. */
export const migrateCommand = (
  program: Command,
  { say }: Terminal,
  environment: Readonly<Record<string, string | undefined>>,
): void => {
  program
    .command("migrate")
    .description("apply migrations, and make roles and rights, before a release starts; needs the database alone")
    .option("--only <schema>", "nexus or auth; both otherwise, or nexus alone where TOPOLO_AUTH_URL names another Auth")
    .action(async ({ only }: MigrateOptions) => {
      const env = readDatabaseEnv(environment);
      const part = partOf(only, env);
      const databases = addressesIn(env, part);
      if (part !== "auth") await requireSupportedServer(databases.nexusUrl, silentLogger);
      if (part !== "nexus") await requireSupportedServer(databases.authUrl, silentLogger);
      const applied =
        part === "auth"
          ? (await migrateAuth(databases, silentLogger)).length
          : await migrateDatabases(databases, part === "both", silentLogger);
      say(applied === 0 ? "Migrations are up to date." : `${applied} migrations were applied.`);
      const done =
        part === "auth"
          ? await secureAuth(databases, silentLogger)
          : await secureDatabases(databases, part === "both", silentLogger);
      for (const statement of done) say(`  ${statement}`);
      say("Roles and rights are in force.");
    });
};
