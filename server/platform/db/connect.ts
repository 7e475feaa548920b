import { Socket } from "node:net";
import pg from "pg";
import { boundedConfig, type Bounds } from "./bounded-config.ts";
import { answerWithin } from "./answer-within.ts";
import { refuseEarlyCommits } from "./require-primary.ts";

/** One connection outside of every pool. */
export interface Connection {
  readonly client: pg.Client;
  /** Ends the session; closes the socket if the server does not answer. */
  readonly close: () => Promise<void>;
  /** Closes the socket at once: whatever runs on it has an unknown outcome. */
  readonly discard: () => void;
}

interface Connect extends Bounds {
  readonly types?: pg.CustomTypesConfig;
  /** Called at most once, when the connection is lost. */
  readonly onLost?: (cause?: Error) => void;
}

const endMs = 1_000;

/** Connects within the bounds. Without `onLost` the next statement fails when the connection is lost. */
export const connect = async ({ types, onLost, ...bounds }: Connect): Promise<Connection> => {
  const socket = new Socket();
  const client = new pg.Client({
    ...boundedConfig(bounds),
    stream: () => socket,
    ...(types === undefined ? {} : { types }),
  });
  refuseEarlyCommits(client);
  // Until it is connected, a loss rejects the promise.
  let connected = false;
  const lose = (cause?: Error): void => {
    if (!connected) return;
    connected = false;
    onLost?.(cause);
  };
  client.on("error", lose);
  client.on("end", () => lose());
  const discard = (): void => {
    socket.destroy();
  };
  try {
    await client.connect();
  } catch (error) {
    discard();
    throw error;
  }
  connected = true;
  return {
    client,
    discard,
    close: () => answerWithin(client.end(), endMs).catch(discard),
  };
};
