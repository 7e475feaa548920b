import type pg from "pg";
import { answerGraceMs, keepAlive, keepAliveSettings } from "./keep-alive.ts";

/** What a connection is for, and how long it may wait. */
export interface Bounds {
  readonly connectionString: string;
  /** As the server lists it. */
  readonly applicationName: string;
  /** First on the search path. */
  readonly schema?: string;
  /**
   * The server cancels a statement after so long; the client drops the connection a little later without an answer. Not
   * set where commits may wait for a standby, since a cancelled commit would report success too early: there the caller
   * keeps its own deadline.
   */
  readonly statementTimeoutMs: number | undefined;
  readonly lockTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
}

/** An address may name these too; it must not remove a limit. */
const ours = [
  "application_name",
  "statement_timeout",
  "query_timeout",
  "lock_timeout",
  "idle_in_transaction_session_timeout",
];

/** Options of every connection to PostgreSQL: limits on both sides, whatever its address says. */
export const boundedConfig = ({
  connectionString,
  applicationName,
  schema,
  statementTimeoutMs,
  lockTimeoutMs,
  connectTimeoutMs = 3_000,
}: Bounds): pg.ClientConfig => {
  const address = new URL(connectionString);
  const given = address.searchParams.get("options");
  for (const name of ["options", ...ours]) address.searchParams.delete(name);
  const settings = {
    ...(schema === undefined ? {} : { search_path: `${schema},public` }),
    ...keepAliveSettings,
    // Compiling our statements takes longer than running them.
    jit: "off",
    ...(statementTimeoutMs === undefined
      ? {}
      : {
          statement_timeout: String(statementTimeoutMs),
          idle_in_transaction_session_timeout: String(3 * statementTimeoutMs),
        }),
    ...(lockTimeoutMs === undefined ? {} : { lock_timeout: String(lockTimeoutMs) }),
  };
  // Of two settings of one name the server takes the last.
  const options = [given, ...Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`)];
  return {
    connectionString: address.href,
    application_name: applicationName,
    options: options.filter((option) => option !== null).join(" "),
    connectionTimeoutMillis: connectTimeoutMs,
    ...keepAlive,
    ...(statementTimeoutMs === undefined ? {} : { query_timeout: statementTimeoutMs + answerGraceMs }),
  };
};
