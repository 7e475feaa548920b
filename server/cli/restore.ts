import type { Command } from "commander";
import { confirmRestore } from "../domain/budgets/index.ts";
import { silentLogger } from "../platform/logger.ts";
import type { SumDifference, Sums } from "../platform/ledger/index.ts";
import type { Env } from "../platform/env.ts";
import { restoreDatabase } from "../process/restore-database.ts";
import { secureDatabases } from "../process/secure-databases.ts";
import { CliError } from "./cli-error.ts";
import { operatorAtConsole } from "./operator-at-console.ts";
import { openOperatorDatabase, type OperatorDatabase } from "./open-operator-database.ts";
import type { Terminal } from "./terminal.ts";

interface RestoreOptions {
  readonly dump?: string;
  readonly authDump?: string;
  readonly confirm?: string;
  readonly roles?: boolean;
}

type Configuration = () => { readonly env: Env; readonly dataDir: string };

const lines = (differences: readonly SumDifference[]): string =>
  differences
    .slice(0, 10)
    .map(({ what, counted, recorded }) => `\n  ${what}: ${recorded} recorded, ${counted} counted`)
    .join("");

const report = ({ operations, entries, open, budgets, rollups }: Sums, { say, failWith }: Terminal): void => {
  say(`✓ ${operations} operations and ${entries} entries are there; the end of ${open} is not known yet`);
  if (rollups.length > 0)
    say(`✓ hourly sums differed from their entries and are rebuilt when the gateway runs${lines(rollups)}`);
  else say("✓ hourly sums match their entries");
  if (budgets.length === 0) return say("✓ budgets match their holds and entries");
  say(`✗ ${budgets.length} counters of budgets differ from holds and entries${lines(budgets)}`);
  failWith(1);
};

const next = [
  "",
  "What was spent since the backup is not in this ledger, and keys used since then are not known to it. Before you go on:",
  "",
  "  1. Look up at each vendor what was billed after the backup.",
  "  2. Start Topolo Nexus (nothing that costs money is admitted yet), and lower budgets by that: npm run nexus -- budget set",
  "  3. npm run nexus -- doctor",
  '  4. npm run nexus -- restore --confirm "what was looked up and booked, for the audit trail"',
].join("\n");

const confirm = (note: string, { withOperator, say }: Terminal): Promise<void> =>
  withOperator(async ({ deps }) => {
    if (note.trim().length < 3) throw new CliError("--confirm takes what was looked up and booked, in words.");
    const outcome = await confirmRestore(deps, operatorAtConsole(), { note: note.trim().slice(0, 2_000) });
    if (outcome === "moved")
      throw new CliError("This database was moved or restored here since: run npm run nexus -- restore first.");
    say(
      outcome === "confirmed"
        ? "Calls that cost money are admitted again, in every process, from now on."
        : "Nothing is stopped: there is nothing to confirm.",
    );
  });

const restoreRoles = async (
  { env }: { readonly env: Env },
  { url }: OperatorDatabase,
  { say }: Terminal,
): Promise<void> => {
  const urls = { nexusUrl: url, authUrl: env.AUTH_DATABASE_URL ?? url };
  const done = await secureDatabases(urls, env.TOPOLO_AUTH_URL === undefined, silentLogger);
  for (const statement of done) say(`  ${statement}`);
  say(done.length === 0 ? "Roles and rights were in force." : "Roles and rights are in force.");
};

const restore = async (
  { env }: { readonly env: Env },
  { url, running }: OperatorDatabase,
  { dump, authDump }: RestoreOptions,
  terminal: Terminal,
): Promise<void> => {
  if (running) throw new CliError(`${running.what} (process ${running.pid}) is running: stop it first.`);
  if (authDump !== undefined && env.AUTH_DATABASE_URL === undefined)
    throw new CliError("--auth-dump is for a database of Auth's own: AUTH_DATABASE_URL is not set.");
  const authUrl = env.TOPOLO_AUTH_URL === undefined ? (env.AUTH_DATABASE_URL ?? url) : undefined;
  const { say, signal } = terminal;
  const sums = await restoreDatabase({ nexusUrl: url, authUrl, dump, authDump, signal, say });
  report(sums, terminal);
  say(next);
};

/** `nexus restore`: makes a restored database usable, and later lets it spend. */
export const restoreCommand = (program: Command, terminal: Terminal, configuration: Configuration): void => {
  program
    .command("restore")
    .description("after a restore from a backup: repair roles, verify sums, and stop spending until it is confirmed")
    .option("--dump <file>", "restore this dump of pg_dump first, into an empty database")
    .option("--auth-dump <file>", "the same for Auth's database, where AUTH_DATABASE_URL names one")
    .option("--roles", "only recreate the restricted roles and their rights; nothing is stopped")
    .option("--confirm <words>", "what was spent since the backup has been checked: allow calls that cost money again")
    .action(async (options: RestoreOptions) => {
      if (options.confirm !== undefined) return confirm(options.confirm, terminal);
      const config = configuration();
      const database = await openOperatorDatabase(config.env, config.dataDir, options.dump !== undefined);
      try {
        await (options.roles === true
          ? restoreRoles(config, database, terminal)
          : restore(config, database, options, terminal));
      } finally {
        await database.stop();
      }
    });
};
