import { EventEmitter } from "node:events";
import type { Logger } from "../logger.ts";
import { connect as open, type Connection } from "./connect.ts";

/** Reports which tables have changed: at once by notification, or by polling versions if one was missed. */
export interface ChangeFeed {
  /** Calls back without detail; the listener reads what it needs. Returns a function that ends the subscription. */
  readonly on: (topic: string, listener: () => void) => () => void;
  readonly close: () => Promise<void>;
}

interface OpenChangeFeed {
  readonly connectionString: string;
  readonly log: Logger;
  readonly pollMs?: number;
}

const reconnectMs = 1_000;
/** A feed that does not answer for so long is lost. */
const answerMs = 5_000;

/** Holds one connection of its own and reconnects for as long as it is open. */
export const openChangeFeed = async ({
  connectionString,
  log,
  pollMs = 5_000,
}: OpenChangeFeed): Promise<ChangeFeed> => {
  const emitter = new EventEmitter().setMaxListeners(0);
  const versions = new Map<string, bigint>();
  let current: Connection | undefined;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  const poll = async ({ client }: Connection): Promise<void> => {
    const { rows } = await client.query<{ topic: string; version: bigint }>(
      "select topic, version from nexus.change_version",
    );
    for (const { topic, version } of rows) {
      const seen = versions.get(topic);
      versions.set(topic, version);
      if (seen !== version) emitter.emit(topic);
    }
  };

  const connect = async (): Promise<void> => {
    let failed: Error | undefined;
    const fresh = await open({
      connectionString,
      applicationName: "nexus-changes",
      statementTimeoutMs: answerMs,
      onLost: (cause) => {
        failed = cause ?? new Error("the connection was closed");
        lost(fresh, failed);
      },
    });
    fresh.client.on("notification", ({ payload }) => {
      if (payload) emitter.emit(payload);
    });
    try {
      await fresh.client.query("listen nexus_change");
      await poll(fresh);
      if (failed) throw failed;
    } catch (error) {
      fresh.discard();
      throw error;
    }
    if (closed) return fresh.close();
    current = fresh;
    const tick = async (): Promise<void> => {
      if (current !== fresh || closed) return;
      try {
        await poll(fresh);
        timer = setTimeout(() => void tick(), pollMs);
      } catch (error) {
        lost(fresh, error);
        fresh.discard();
      }
    };
    timer = setTimeout(() => void tick(), pollMs);
  };

  const lost = (connection: Connection, error: unknown): void => {
    if (current !== connection || closed) return;
    current = undefined;
    log.warn({ err: error }, "change feed lost; reconnecting");
    timer = setTimeout(again, reconnectMs);
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
      await current?.close();
    },
  };
};
