import { EventEmitter } from "node:events";
import pg from "pg";
import type { Logger } from "../logger.ts";
import { keepAlive } from "./silence.ts";
import { withinSilence } from "./within-silence.ts";

/** Tells which tables have changed: by notification at once, by polling versions where one was missed. */
export interface ChangeFeed {
  /** Calls back with no detail; the listener reads what it needs. Returns a function that ends the subscription. */
  readonly on: (topic: string, listener: () => void) => () => void;
  readonly close: () => Promise<void>;
}

interface OpenChangeFeed {
  readonly connectionString: string;
  readonly log: Logger;
  readonly pollMs?: number;
}

const reconnectMs = 1_000;
/** A feed that is asked and says nothing for so long is taken for lost. */
const answerMs = 5_000;
const goodbyeMs = 1_000;

/** Holds one connection of its own and reconnects for as long as it is open. */
export const openChangeFeed = async ({
  connectionString,
  log,
  pollMs = 5_000,
}: OpenChangeFeed): Promise<ChangeFeed> => {
  const emitter = new EventEmitter().setMaxListeners(0);
  const versions = new Map<string, bigint>();
  let client: pg.Client | undefined;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  const poll = async (connection: pg.Client): Promise<void> => {
    const { rows } = await connection.query<{ topic: string; version: bigint }>(
      "select topic, version from nexus.change_version",
    );
    for (const { topic, version } of rows) {
      const seen = versions.get(topic);
      versions.set(topic, version);
      if (seen !== version) emitter.emit(topic);
    }
  };

  const connect = async (): Promise<void> => {
    const fresh = new pg.Client({
      connectionString,
      application_name: "nexus-changes",
      ...keepAlive,
      connectionTimeoutMillis: 3_000,
      query_timeout: answerMs,
    });
    const end = (): Promise<void> => withinSilence(fresh.end(), goodbyeMs).catch(() => undefined);
    const lost = (error?: Error): void => {
      if (client !== fresh || closed) return;
      client = undefined;
      log.warn({ err: error }, "change feed lost; reconnecting");
      timer = setTimeout(again, reconnectMs);
    };
    fresh.on("error", lost);
    fresh.on("end", () => lost());
    fresh.on("notification", ({ payload }) => {
      if (payload) emitter.emit(payload);
    });
    await fresh.connect();
    try {
      await fresh.query("listen nexus_change");
      await poll(fresh);
    } catch (error) {
      await end();
      throw error;
    }
    if (closed) return end();
    client = fresh;
    const tick = async (): Promise<void> => {
      if (client !== fresh || closed) return;
      try {
        await poll(fresh);
        timer = setTimeout(() => void tick(), pollMs);
      } catch (error) {
        lost(error instanceof Error ? error : undefined);
        await end();
      }
    };
    timer = setTimeout(() => void tick(), pollMs);
  };

  const again = (): void => {
    if (closed) return;
    connect().catch((error: unknown) => {
      log.warn({ err: error }, "change feed cannot connect");
      timer = setTimeout(again, reconnectMs);
    });
  };

  await connect();
  return {
    on: (topic, listener) => {
      emitter.on(topic, listener);
      return () => emitter.off(topic, listener);
    },
    close: async () => {
      closed = true;
      clearTimeout(timer);
      if (client) await withinSilence(client.end(), goodbyeMs).catch(() => undefined);
    },
  };
};
