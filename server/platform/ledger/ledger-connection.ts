import type { Client, QueryConfig, QueryResult, QueryResultRow } from "pg";
import { connect as open, type Connection } from "../db/connect.ts";
import { moneyTypes } from "../db/pool.ts";
import { requirePrimary } from "../db/require-primary.ts";
import type { Logger } from "../logger.ts";
import { sqlOutcome } from "./sql-outcome.ts";
import { answerWithin } from "../db/answer-within.ts";

/** One connection to the primary that is opened again whenever it is lost, until it is closed. */
export interface LedgerConnection {
  /** The live client; waits while there is none. Rejects once this is closed. */
  readonly client: () => Promise<Client>;
  /** Drops a client at once: whatever runs on it has an unknown outcome. */
  readonly discard: (client: Client) => void;
  /** Runs one repeatable statement after those before it. A client that does not answer in time is dropped. */
  readonly run: <Row extends QueryResultRow>(query: QueryConfig, limitMs: number) => Promise<QueryResult<Row>>;
  readonly connected: () => boolean;
  readonly close: () => Promise<void>;
}

interface OpenLedgerConnection {
  readonly connectionString: string;
  readonly name: string;
  readonly requireDurability: boolean;
  /**
   * The server cancels a statement after so long. Not set where commits may wait for a standby: a cancelled commit would
   * report success too early.
   */
  readonly statementTimeoutMs?: number;
  readonly log: Logger;
}

/** The server acknowledges commits that a crash can undo. */
export class NotDurable extends Error {
  override readonly name = "NotDurable";
}

const retryMs = 200;

/** A session of ours at the server. */
interface Backend {
  readonly pid: number;
  readonly start: string;
}

const backendOf = async (client: Client): Promise<Backend | undefined> => {
  const { rows } = await client.query<Backend>(
    "select pid, backend_start::text as start from pg_stat_activity where pid = pg_backend_pid()",
  );
  return rows[0];
};

/**
 * Ends a session that nobody listens to any more. One whose commit waits for a standby does not notice that by itself, and
 * each attempt would leave one more.
 */
const endBackend = async (client: Client, { pid, start }: Backend): Promise<void> => {
  // The session's own user, and not the role that it acts under, may end a session of that user.
  await client.query("set role none");
  await client.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where pid = $1 and backend_start = $2::timestamptz",
    [pid, start],
  );
  await client.query("reset role");
};

/**
 * Waits until all that can be seen here is on the standby that commits wait for. After a crash of the primary, and where a
 * wait was cut short, what was never acknowledged can be seen all the same: a repeat would be told that it is done, and a
 * failover would undo it.
 */
const awaitReplication = (client: Client): Promise<unknown> =>
  client.query("select pg_logical_emit_message(true, 'nexus', '')");

const prepareMs = 5_000;
const lockTimeoutMs = 2_000;

const requireDurable = async (client: Client, { requireDurability, log }: OpenLedgerConnection): Promise<void> => {
  const { rows } = await client.query<{ commit: string; fsync: string }>(
    "select current_setting('synchronous_commit') as commit, current_setting('fsync') as fsync",
  );
  const [found] = rows;
  if (found && ["on", "remote_apply"].includes(found.commit) && found.fsync === "on") return;
  const message = `the ledger needs synchronous_commit=on and fsync=on; the server has ${found?.commit} and ${found?.fsync}`;
  if (requireDurability) throw new NotDurable(message);
  log.warn(message);
};

/** Connects once before it returns, so that a wrong address fails at start. */
export const openLedgerConnection = async (options: OpenLedgerConnection): Promise<LedgerConnection> => {
  const { connectionString, name, log } = options;
  let current: Connection | undefined;
  let connecting: Promise<Client> | undefined;
  let closed = false;

  const opened = new WeakMap<Client, Connection>();
  /** Of the last connection. */
  let left: Backend | undefined;
  const discard = (client: Client): void => {
    if (current?.client === client) current = undefined;
    opened.get(client)?.discard();
  };

  const connect = async (): Promise<Client> => {
    const connection = await open({
      connectionString,
      applicationName: name,
      statementTimeoutMs: options.statementTimeoutMs,
      lockTimeoutMs,
      types: moneyTypes,
      onLost: (cause) => {
        if (current !== connection) return;
        current = undefined;
        if (closed) return;
        log.warn({ err: cause, connection: name }, "ledger connection lost");
        void reconnect().catch(() => undefined);
      },
    });
    const { client } = connection;
    const prepare = async (): Promise<void> => {
      await requirePrimary(client);
      await requireDurable(client, options);
      if (left) await endBackend(client, left);
      left = await backendOf(client);
      await awaitReplication(client);
    };
    try {
      await answerWithin(prepare(), prepareMs);
      if (closed) throw new Error("the ledger is closed");
    } catch (error) {
      connection.discard();
      throw error;
    }
    opened.set(client, connection);
    current = connection;
    return client;
  };

  const connectUntilDone = async (): Promise<Client> => {
    let logged = false;
    for (;;) {
      if (closed) throw new Error("the ledger is closed");
      try {
        const client = await connect();
        if (logged) log.info({ connection: name }, "ledger connection restored");
        return client;
      } catch (error) {
        if (!logged) log.error({ err: error, connection: name }, "ledger cannot connect; trying again");
        logged = true;
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  };

  const reconnect = (): Promise<Client> => {
    connecting ??= connectUntilDone().finally(() => {
      connecting = undefined;
    });
    return connecting;
  };

  const client = (): Promise<Client> => (current ? Promise.resolve(current.client) : reconnect());

  const runNow = async <Row extends QueryResultRow>(query: QueryConfig, limitMs: number): Promise<QueryResult<Row>> => {
    let used: Client | undefined;
    try {
      return await answerWithin(
        client().then((live) => {
          used = live;
          return live.query<Row>(query);
        }),
        limitMs,
      );
    } catch (error) {
      if (used && sqlOutcome(error) === "unknown") discard(used);
      throw error;
    }
  };
  let last: Promise<unknown> = Promise.resolve();

  await connect();
  return {
    client,
    discard,
    run: <Row extends QueryResultRow>(query: QueryConfig, limitMs: number) => {
      const work = last.then(() => runNow<Row>(query, limitMs));
      last = work.catch(() => undefined);
      return work;
    },
    connected: () => current !== undefined,
    close: async () => {
      closed = true;
      const connection = current;
      current = undefined;
      await connection?.close();
    },
  };
};
