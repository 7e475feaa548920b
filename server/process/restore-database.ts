import { setTimeout as pause } from "node:timers/promises";
import type pg from "pg";
import { connect } from "../platform/db/connect.ts";
import { verifySums, type Sums } from "../platform/ledger/index.ts";
import { silentLogger } from "../platform/logger.ts";
import { requireSupportedServer } from "../platform/db/supported-server.ts";
import { StartError } from "./explain-start-error.ts";
import { findTool, runTool, toolSession } from "./postgres-tools.ts";
import { secureDatabases } from "./secure-databases.ts";
import { migrateDatabases } from "./start-database.ts";

interface RestoreDatabase {
  readonly nexusUrl: string;
  /** Undefined: Auth is a remote one, with a database and backups of its own. */
  readonly authUrl: string | undefined;
  readonly dump: string | undefined;
  /** Of Auth's database, where that is another one. */
  readonly authDump: string | undefined;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/** Adding up a large ledger takes its time. */
const patienceMs = 3_600_000;

const withClient = async <T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const { client, close } = await connect({
    connectionString,
    applicationName: "nexus-restore",
    statementTimeoutMs: patienceMs,
  });
  try {
    return await work(client);
  } finally {
    await close();
  }
};

const sessions = `
  select count(*) filter (where application_name = any ($1))::int as users, count(*) filter (where application_name = $2)::int as tools
    from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;

const ofTheProduct = ["nexus-book", "nexus-reserve", "nexus-settle", "topolo-auth"];

/** A running gateway would write into what is being looked at; a program left by a run that was killed is waited for. */
const requireUnused = (url: string, { say, signal }: RestoreDatabase): Promise<void> =>
  withClient(url, async (client) => {
    for (let told = false; !signal.aborted; told = true) {
      const { rows } = await client.query<{ users: number; tools: number }>(sessions, [ofTheProduct, toolSession]);
      if ((rows[0]?.users ?? 0) > 0)
        throw new StartError(
          "A gateway or Topolo Auth is connected to this database: stop it first, on every machine, and run this again.",
        );
      if (rows[0]?.tools === 0) return;
      if (!told) say("  waiting for a backup or restore that is under way …");
      await pause(500);
    }
    throw new StartError("Interrupted: run it again.");
  });

/** What a dump would be restored into. */
type Target = "empty" | "restored" | "in use";

const isEmpty = async (client: pg.Client): Promise<boolean> => {
  const { rows } = await client.query<{ empty: boolean }>(
    "select not exists (select from pg_class where relnamespace in (to_regnamespace('nexus'), to_regnamespace('auth'))) as empty",
  );
  return rows[0]?.empty === true;
};

/** A ledger that was restored is stopped, or is not at home where it is. */
const targetOf = (url: string): Promise<Target> =>
  withClient(url, async (client) => {
    if (await isEmpty(client)) return "empty";
    const { rows } = await client.query<{ ledger: boolean }>(
      "select to_regprocedure('nexus.nexus_spending_stop()') is not null as ledger",
    );
    if (rows[0]?.ledger !== true) return "in use";
    const stop = await client.query<{ stop: string | null }>("select nexus.nexus_spending_stop() as stop");
    return stop.rows[0]?.stop === null ? "in use" : "restored";
  });

/** Auth's own database tells nothing of itself: it is what its ledger is. */
const authTargetOf = async (url: string, ledger: Target): Promise<Target> =>
  (await withClient(url, isEmpty)) ? "empty" : ledger === "restored" ? "restored" : "in use";

/** One dump, and the database it is meant for. */
interface DumpInto {
  readonly url: string;
  readonly dump: string;
  readonly target: Target;
  /** The setting that names the database. */
  readonly setting: "DATABASE_URL" | "AUTH_DATABASE_URL";
}

/** All of them are looked at before any is changed. */
const dumpsOf = async ({ nexusUrl, authUrl, dump, authDump }: RestoreDatabase): Promise<readonly DumpInto[]> => {
  const ledger = await targetOf(nexusUrl);
  const dumps: DumpInto[] = [];
  if (dump !== undefined) dumps.push({ url: nexusUrl, dump, target: ledger, setting: "DATABASE_URL" });
  if (authDump !== undefined && authUrl !== undefined) {
    const target = await authTargetOf(authUrl, ledger);
    dumps.push({ url: authUrl, dump: authDump, target, setting: "AUTH_DATABASE_URL" });
  }
  const inUse = dumps.find(({ target }) => target === "in use");
  if (inUse)
    throw new StartError(
      `The database of ${inUse.setting} is not empty: nothing was changed. Make a new one (create database …), name it in ${inUse.setting}, and run this again; or, where the dump is in it already, without --${inUse.setting === "DATABASE_URL" ? "dump" : "auth-dump"}.`,
    );
  return dumps;
};

/** One transaction: whatever happens meanwhile, the dump is in the database or nothing of it is. */
const restoreDump = async (
  { url, dump, target, setting }: DumpInto,
  { say, signal }: RestoreDatabase,
): Promise<void> => {
  // A run that was killed after the dump was in, or another dump: the database does not tell.
  if (target === "restored")
    return say(
      `! The database of ${setting} holds what was restored already, so ${dump} was not read: going on with what is there. For another dump make a new database (create database …) and name it in ${setting}.`,
    );
  const major = await withClient(url, async (client) => {
    // Looking at a database may have made its schemas.
    await client.query("drop schema if exists nexus restrict; drop schema if exists auth restrict");
    const { rows } = await client.query<{ n: number }>(
      "select current_setting('server_version_num')::int / 10000 as n",
    );
    return rows[0]?.n ?? 0;
  });
  const path = await findTool("pg_restore", major);
  if (path === undefined)
    throw new StartError(
      `There is no pg_restore of PostgreSQL ${major} or newer on this machine: install the client programs of PostgreSQL ${major}, or restore the dump elsewhere and run this without --dump.`,
    );
  await runTool({
    path,
    args: ["--no-owner", "--no-privileges", "--single-transaction", dump],
    connectionString: url,
    signal,
  });
  say(`✓ ${dump} is restored`);
};

const foreignOwners = (url: string): Promise<readonly string[]> =>
  withClient(url, async (client) => {
    const { rows } = await client.query<{ owner: string }>(
      `select distinct relowner::regrole::text as owner from pg_class
        where relnamespace in (to_regnamespace('nexus'), to_regnamespace('auth')) and not pg_has_role(current_user, relowner, 'usage')`,
    );
    return rows.map(({ owner }) => owner);
  });

const requireOwner = async (url: string): Promise<void> => {
  const owners = await foreignOwners(url);
  if (owners.length > 0)
    throw new StartError(
      `Tables belong to ${owners.join(", ")}, and this user may not act as that: restore with --no-owner as the user of DATABASE_URL, or let an administrator run: reassign owned by ${owners.join(", ")} to the user of DATABASE_URL.`,
    );
};

/** Stops spending, makes this place the database's home, and adds everything up. */
const takeIn = (url: string): Promise<Sums> =>
  withClient(url, async (client) => {
    await client.query("select nexus.stop_spending('restored')");
    await client.query("begin isolation level repeatable read");
    const found = await verifySums(client);
    await client.query("commit");
    // Sums of months that were dropped are all that is left of them.
    if (found.rollups.length > 0)
      await client.query("select case when nexus.rebuildable_rollups() then nexus.rebuild_rollups() end");
    return found;
  });

/**
 * Makes a restored database one that the gateway can use. Every step looks at what is there, so that it can be killed
 * anywhere and run again. Nothing may be spent before `confirmRestore`.
 */
export const restoreDatabase = async (options: RestoreDatabase): Promise<Sums> => {
  const { nexusUrl, authUrl = nexusUrl, say } = options;
  const urls = [...new Set([nexusUrl, authUrl])];
  for (const url of urls) {
    await requireSupportedServer(url, silentLogger);
    await requireUnused(url, options);
  }
  for (const dump of await dumpsOf(options)) await restoreDump(dump, options);
  for (const url of urls) await requireOwner(url);
  const withAuth = options.authUrl !== undefined;
  const applied = await migrateDatabases({ nexusUrl, authUrl }, withAuth, silentLogger);
  say(applied === 0 ? "✓ migrations are up to date" : `✓ ${applied} migrations were applied`);
  const done = await secureDatabases({ nexusUrl, authUrl }, withAuth, silentLogger);
  say(
    done.length === 0
      ? "✓ restricted roles are in force"
      : `✓ restricted roles were put in force (${done.length} statements)`,
  );
  const sums = await takeIn(nexusUrl);
  say("✓ nothing that costs money is admitted until this restore is confirmed");
  return sums;
};
