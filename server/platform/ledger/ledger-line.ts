import { Socket } from "node:net";
import { Client, type QueryConfig, type QueryResult, type QueryResultRow } from "pg";
import { moneyTypes } from "../db/pool.ts";
import { keepAlive, silenceSettings } from "../db/silence.ts";
import type { Logger } from "../logger.ts";
import { sqlOutcome } from "./sql-outcome.ts";
import { withinSilence } from "../db/within-silence.ts";

/** One connection to the primary that is made again, for ever, whenever it is lost. */
export interface LedgerLine {
  /** The live connection; waits for one while there is none. Rejects once the line is closed. */
  readonly client: () => Promise<Client>;
  /** Throws a connection away without a goodbye: whatever runs on it has an unknown outcome. */
  readonly discard: (client: Client) => void;
  /** One statement that may be repeated, after those asked for before it; a connection that stays silent is discarded. */
  readonly run: <Row extends QueryResultRow>(query: QueryConfig, limitMs: number) => Promise<QueryResult<Row>>;
  readonly connected: () => boolean;
  readonly close: () => Promise<void>;
}

interface OpenLedgerLine {
  readonly connectionString: string;
  readonly name: string;
  readonly requireDurability: boolean;
  /**
   * The server ends a statement after so long. None where commits may wait for a standby: a cancelled one would report
   * success too early.
   */
  readonly statementTimeoutMs?: number;
  readonly log: Logger;
}

/** The server would acknowledge commits that a crash can undo. */
export class NotDurable extends Error {
  override readonly name = "NotDurable";
}

const retryMs = 200;

const prepareMs = 5_000;
const goodbyeMs = 1_000;

const prepare = async (
  client: Client,
  { requireDurability, statementTimeoutMs = 0, log }: OpenLedgerLine,
): Promise<void> => {
  // Set here, because `options` in an address would win over those of the connection.
  const settings = Object.entries({
    lock_timeout: "2000",
    statement_timeout: String(statementTimeoutMs),
    ...silenceSettings,
  });
  const { rows } = await client.query<{ commit: string; fsync: string }>(
    `select current_setting('synchronous_commit') as commit, current_setting('fsync') as fsync,
            (select count(set_config(name, value, false)) from unnest($1::text[], $2::text[]) s (name, value))`,
    [settings.map(([name]) => name), settings.map(([, value]) => value)],
  );
  const [found] = rows;
  if (found && ["on", "remote_apply"].includes(found.commit) && found.fsync === "on") return;
  const message = `the ledger needs synchronous_commit=on and fsync=on; the server has ${found?.commit} and ${found?.fsync}`;
  if (requireDurability) throw new NotDurable(message);
  log.warn(message);
};

/** Connects once before it returns, so that a wrong address is known at start. */
export const openLedgerLine = async (options: OpenLedgerLine): Promise<LedgerLine> => {
  const { connectionString, name, log } = options;
  const sockets = new WeakMap<Client, Socket>();
  let current: Client | undefined;
  let connecting: Promise<Client> | undefined;
  let closed = false;

  const discard = (client: Client): void => {
    if (current === client) current = undefined;
    sockets.get(client)?.destroy();
  };

  const connect = async (): Promise<Client> => {
    const socket = new Socket();
    const client = new Client({
      connectionString,
      application_name: name,
      stream: () => socket,
      ...keepAlive,
      connectionTimeoutMillis: 3_000,
      types: moneyTypes,
    });
    sockets.set(client, socket);
    const lost = (cause?: Error): void => {
      if (current !== client) return;
      current = undefined;
      if (closed) return;
      log.warn({ err: cause, connection: name }, "ledger connection lost");
      void reconnect().catch(() => undefined);
    };
    client.on("error", lost);
    client.on("end", () => lost());
    try {
      await client.connect();
      await withinSilence(prepare(client, options), prepareMs);
    } catch (error) {
      socket.destroy();
      throw error;
    }
    if (closed) {
      socket.destroy();
      throw new Error("the ledger is closed");
    }
    current = client;
    return client;
  };

  const insist = async (): Promise<Client> => {
    let told = false;
    for (;;) {
      if (closed) throw new Error("the ledger is closed");
      try {
        const client = await connect();
        if (told) log.info({ connection: name }, "ledger connection restored");
        return client;
      } catch (error) {
        if (!told) log.error({ err: error, connection: name }, "ledger cannot connect; trying on");
        told = true;
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  };

  const reconnect = (): Promise<Client> => {
    connecting ??= insist().finally(() => {
      connecting = undefined;
    });
    return connecting;
  };

  const client = (): Promise<Client> => (current ? Promise.resolve(current) : reconnect());

  const runNow = async <Row extends QueryResultRow>(query: QueryConfig, limitMs: number): Promise<QueryResult<Row>> => {
    let used: Client | undefined;
    try {
      return await withinSilence(
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
      const open = current;
      current = undefined;
      if (open) await withinSilence(open.end(), goodbyeMs).catch(() => discard(open));
    },
  };
};
