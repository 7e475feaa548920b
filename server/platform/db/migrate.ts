import { setTimeout as pause } from "node:timers/promises";
import { DatabaseError, type Client } from "pg";
import { applyNext, type MigrationStep } from "./apply-migration.ts";
import { connect, type Connection } from "./connect.ts";
import { MigrationError } from "./migration-error.ts";
import { readMigrations, readRecords, stateOf, type MigrationState } from "./migration-history.ts";
import { watchSession } from "./watch-session.ts";
import { answerWithin } from "./answer-within.ts";

interface Migrate {
  readonly connectionString: string;
  readonly schema: string;
  /** Folder with `schema.prisma` and `migrations/`. */
  readonly folder: string;
}

/** How long a start waits. Every limit ends in an error that names what is in the way. */
interface Patience {
  /** For a table in use. Calls queue behind a migration that waits, so it does not wait long. */
  readonly lockMs?: number;
  /** For trying again while tables are in use or the database is away. */
  readonly retryMs?: number;
  /** For another process that is migrating. */
  readonly turnMs?: number;
  /** For a server that does not answer. */
  readonly silenceMs?: number;
}

type MigrateWith = Migrate & Patience & { readonly onStep?: (step: MigrationStep) => void };

const rollbackMs = 1_000;

/** For one statement: an index on a large table takes long. Meanwhile the server is asked whether it is still working. */
const statementMs = 60 * 60_000;
const lookMs = 10_000;

/** Processes that start at once migrate one after the other. */
const migrationLock = 0x6e6578;

const open = ({ connectionString, schema }: Migrate, statementTimeoutMs: number): Promise<Connection> =>
  connect({
    connectionString,
    applicationName: `nexus-migrations ${schema}`,
    statementTimeoutMs,
    connectTimeoutMs: 5_000,
  });

/** Compares the folder with the database, changing nothing. */
export const migrationState = async (options: Migrate): Promise<MigrationState> => {
  const { client, close } = await open(options, lookMs);
  try {
    return stateOf(await readMigrations(options.folder), await readRecords(client, options.schema));
  } finally {
    await close();
  }
};

/** The longest open transactions, which use the tables that stay in use. */
const longest = async (client: Client): Promise<string> => {
  const { rows } = await client.query<{ line: string }>(
    `select format('process %s (%s, for %s s)', pid, coalesce(nullif(application_name, ''), usename), extract(epoch from clock_timestamp() - xact_start)::int) as line
       from pg_stat_activity where datname = current_database() and xact_start is not null and pid <> pg_backend_pid()
      order by xact_start limit 3`,
  );
  return rows.map(({ line }) => line).join(", ");
};

/** Takes the migration lock for this transaction, waiting if another process has it. */
const takeTurn = async (client: Client, schema: string, turnMs: number): Promise<void> => {
  for (const began = performance.now(); ; await pause(200)) {
    const { rows } = await client.query<{ mine: boolean }>("select pg_try_advisory_xact_lock($1) as mine", [
      migrationLock,
    ]);
    if (rows[0]?.mine === true) return;
    if (performance.now() - began < turnMs) continue;
    const holder = await client.query<{ line: string }>(
      `select format('process %s of the database (%s, from %s)', a.pid, coalesce(nullif(a.application_name, ''), a.usename), coalesce(host(a.client_addr), 'this machine')) as line
         from pg_locks l join pg_stat_activity a using (pid)
        where l.locktype = 'advisory' and l.granted and l.classid = 0 and l.objid = $1 and l.database = (select oid from pg_database where datname = current_database())`,
      [migrationLock],
    );
    throw new MigrationError(
      `Another process migrates this database and is not done after ${Math.round(turnMs / 1_000)} s: ${holder.rows[0]?.line ?? "it ended just now"}. ` +
        `Nothing of schema ${schema} was changed by this start. Wait for that one and start again; if it hangs, end its session with pg_terminate_backend, which rolls it back whole.`,
    );
  }
};

/** One migration: script and record are committed together, or neither is. */
const oneStep = async (client: Client, options: MigrateWith): Promise<MigrationStep | undefined> => {
  await client.query("begin");
  try {
    await client.query(`set local lock_timeout = ${options.lockMs ?? 2_000}`);
    // If this start is paused in the middle, the server ends the session and frees the tables.
    await client.query("set local idle_in_transaction_session_timeout = 60000");
    await takeTurn(client, options.schema, options.turnMs ?? 120_000);
    const step = await applyNext(client, options.schema, options.folder);
    await client.query("commit");
    return step;
  } catch (error) {
    await answerWithin(client.query("rollback"), rollbackMs).catch(() => undefined);
    throw error;
  }
};

/** A table or row is in use by another transaction. */
const isBusy = (error: unknown): boolean =>
  error instanceof DatabaseError && (error.code === "55P03" || (error.code ?? "").startsWith("40"));

const lostCodes = new Set(["ECONNRESET", "EPIPE", "ETIMEDOUT", "ECONNREFUSED", "57P01", "57P02", "57P03", "25P03"]);

/** The connection was lost: the step was rolled back, or committed without an answer. */
const isLost = (error: unknown): boolean =>
  error instanceof Error &&
  (/^Connection terminated|^timeout expired|^no answer|is not queryable$/.test(error.message) ||
    ("code" in error && typeof error.code === "string" && (lostCodes.has(error.code) || error.code.startsWith("08"))));

/**
 * Applies pending migrations in order and returns their names. One that an earlier start left half recorded is recorded if
 * the database has what it makes, and applied if not. Throws a MigrationError that says in what state the database is.
 */
export const migrate = async (options: MigrateWith): Promise<readonly string[]> => {
  const { connectionString, schema, retryMs = 60_000, silenceMs = 30_000, onStep } = options;
  const done: string[] = [];
  let met = false;
  for (const began = performance.now(); ; await pause(250 + Math.random() * 500)) {
    const isInTime = (): boolean => performance.now() - began < retryMs;
    let connection: Connection | undefined;
    try {
      connection = await open(options, statementMs);
      const { client } = connection;
      met = true;
      await watchSession({ connectionString, client, silenceMs }, async () => {
        for (let step = await oneStep(client, options); step; step = await oneStep(client, options)) {
          done.push(step.name);
          onStep?.(step);
        }
      });
      return done;
    } catch (error) {
      if ((isBusy(error) || (met && isLost(error))) && isInTime()) continue;
      if (!isBusy(error) || connection === undefined) throw error;
      const holders = await longest(connection.client).catch(() => "");
      throw new MigrationError(
        `The tables of schema ${schema} stayed in use for ${Math.round(retryMs / 1_000)} s, so the next migration could not be applied. Nothing of it is there. ` +
          `Open for longest: ${holders || "nothing any more"}. Let these end, or end them with pg_terminate_backend, and start again.`,
        { cause: error },
      );
    } finally {
      await connection?.close();
    }
  }
};
