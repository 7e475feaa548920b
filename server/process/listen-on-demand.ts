import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { pipeline } from "node:stream";
import type { Logger } from "../platform/logger.ts";

/** A process that answers on a loopback port. */
export interface Served {
  readonly port: number;
  readonly stop: (deadlineMs: number) => Promise<void>;
}

interface ListenOnDemand {
  /** Resolves when there is somebody to answer; with undefined where there is nobody yet. */
  readonly start: () => Promise<Served | undefined>;
  /** Stopped when nobody has said anything for so long, and nobody waits for an answer. */
  readonly idleMs: number;
  readonly log: Logger;
}

const graceMs = 5_000;

/**
 * A loopback port whose first connection starts the process behind it. Connections wait until it answers, and are ended
 * where it cannot start; what was said on them meanwhile reaches it.
 */
export const listenOnDemand = async ({ start, idleMs, log }: ListenOnDemand): Promise<Served> => {
  const sockets = new Set<Socket>();
  /** Connections on which the caller had the last word: nobody leaves them, however long the answer takes. */
  const unanswered = new Set<Socket>();
  let running: Promise<Served | undefined> | undefined;
  let ending: Promise<void> = Promise.resolve();
  let heardAt = performance.now();
  let stopped = false;
  const hear = (): void => void (heardAt = performance.now());

  const begin = async (): Promise<Served | undefined> => {
    await ending;
    return start();
  };
  const end = (deadlineMs: number): Promise<void> => {
    const ended = running;
    running = undefined;
    if (ended)
      ending = ended
        .then((served) => served?.stop(deadlineMs))
        .catch((error: unknown) => log.warn({ err: error }, "what was started on demand did not stop cleanly"));
    return ending;
  };

  const portBehind = async (): Promise<number | undefined> => {
    const begun = (running ??= begin());
    const served = await begun.catch((error: unknown) => {
      if (!stopped && running === begun) log.error({ err: error }, "what was asked for on demand did not start");
      return undefined;
    });
    // The next connection tries again.
    if (served === undefined && running === begun) running = undefined;
    return served?.port;
  };

  const pass = async (socket: Socket): Promise<void> => {
    const port = await portBehind();
    if (port === undefined) {
      socket.destroy();
      return;
    }
    hear();
    if (socket.destroyed) return;
    const behind = connect(port, "127.0.0.1");
    socket.on("data", () => {
      hear();
      unanswered.add(socket);
    });
    behind.on("data", () => {
      hear();
      unanswered.delete(socket);
    });
    pipeline(socket, behind, socket, () => undefined);
  };

  const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
    hear();
    sockets.add(socket);
    unanswered.add(socket);
    socket.on("close", () => {
      sockets.delete(socket);
      unanswered.delete(socket);
    });
    socket.on("error", () => undefined);
    void pass(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");

  const timer = setInterval(
    () => {
      if (!running || unanswered.size > 0 || performance.now() - heardAt < idleMs) return;
      // Kept for later requests, which now find a new process.
      for (const socket of sockets) socket.destroy();
      void end(graceMs);
    },
    Math.min(idleMs / 4, 60_000),
  );
  timer.unref();

  return {
    port: address.port,
    stop: async (deadlineMs) => {
      stopped = true;
      clearInterval(timer);
      server.close();
      for (const socket of sockets) socket.destroy();
      await end(deadlineMs);
    },
  };
};
