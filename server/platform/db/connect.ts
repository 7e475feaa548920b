import { Socket } from "node:net";
import pg from "pg";
import { boundedConfig, type Bounds } from "./bounded-config.ts";
import { withinSilence } from "./within-silence.ts";

/** One connection outside of every pool. */
export interface Connection {
  readonly client: pg.Client;
  /** Says goodbye, and leaves where nobody answers. */
  readonly close: () => Promise<void>;
  /** Leaves at once: whatever runs on it has an unknown outcome. */
  readonly discard: () => void;
}

interface Connect extends Bounds {
  readonly types?: pg.CustomTypesConfig;
  /** Told at most once that the connection is lost. */
  readonly onLost?: (cause?: Error) => void;
}

const goodbyeMs = 1_000;

/** Connects within the bounds. A loss that nobody listens to is told by the next statement. */
export const connect = async ({ types, onLost, ...bounds }: Connect): Promise<Connection> => {
  const socket = new Socket();
  const client = new pg.Client({
    ...boundedConfig(bounds),
    stream: () => socket,
    ...(types === undefined ? {} : { types }),
  });
  // Before it is connected, a loss is told by the rejection.
  let live = false;
  const lose = (cause?: Error): void => {
    if (!live) return;
    live = false;
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
  live = true;
  return {
    client,
    discard,
    close: () => withinSilence(client.end(), goodbyeMs).catch(discard),
  };
};
