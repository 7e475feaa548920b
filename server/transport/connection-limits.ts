import { readFileSync } from "node:fs";
import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import type { Logger } from "../platform/logger.ts";

/** How many connections may be open at once. */
export interface ConnectionLimits {
  /** Connections that have asked for something; beyond it a request gets 503 with `retry-after`, and the connection ends. */
  readonly answered: number;
  /** All of them; beyond it the one that has been silent for longest, or the newest, ends at once with the same words. */
  readonly held: number;
}

/** Connections of the ledger, to Auth and to the database, files, and what Node holds itself. */
const ownDescriptors = 64;

/**
 * What a limit of open files has room for: a call holds a connection to its caller and one to its vendor. Without a free
 * descriptor the system closes what comes without a word, and nothing can be sent to a vendor either. The rest is for those
 * of whom it is not known yet what they ask for: a health check among a flood of others needs a moment to be read.
 */
export const limitsFor = (openFiles: number): ConnectionLimits => {
  const room = Math.max(8, openFiles - ownDescriptors);
  return { answered: Math.floor(room * 0.35), held: Math.ceil(room * 0.65) };
};

/** Of this process; where the system does not tell, it is taken to have no limit. */
const openFilesLimit = (): number => {
  try {
    return Number(/^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1] ?? Infinity);
  } catch {
    return Infinity;
  }
};

export const connectionLimits = (): ConnectionLimits => limitsFor(openFilesLimit());

const tellAgainMs = 60_000;

/**
 * Counts a server's connections; says of one whether it asked when there was no room. Those without a request make
 * room for newcomers, oldest first, and only where all that may be held are: whoever asks soon, a health check above all, is
 * heard while connections flood in.
 */
export const keepRoom = (
  server: Server,
  { answered, held }: ConnectionLimits,
  refuseAtOnce: (socket: Socket) => void,
  log: Logger,
): ((socket: Socket) => boolean) => {
  let open = 0;
  let asking = 0;
  /** Those whose first bytes have been looked for, and from whom no whole request has come; oldest first. */
  const silent = new Set<Socket>();
  const asked = new WeakSet<Socket>();
  const late = new WeakSet<Socket>();
  let toldAt = -Infinity;
  const tell = (): void => {
    if (performance.now() - toldAt < tellAgainMs) return;
    toldAt = performance.now();
    log.error(
      { open, limit: answered },
      "connections are refused: raise this process's limit of open files (ulimit -n, LimitNOFILE), or start more processes",
    );
  };
  // What came with a connection is read in the turn of the loop after the one that took it.
  const listenFor = (socket: Socket): void => {
    setImmediate(() =>
      setImmediate(() => {
        if (!asked.has(socket) && !socket.destroyed) silent.add(socket);
      }),
    );
  };
  // Before the request is handled.
  server.prependListener("request", ({ socket }: IncomingMessage) => {
    if (asked.has(socket)) return;
    asked.add(socket);
    silent.delete(socket);
    asking += 1;
    if (asking <= answered) return;
    // Idle connections are closed to make room for new ones.
    server.closeIdleConnections();
    late.add(socket);
    tell();
  });
  server.on("connection", (socket: Socket) => {
    open += 1;
    socket.once("close", () => {
      open -= 1;
      if (asked.has(socket)) asking -= 1;
      silent.delete(socket);
    });
    listenFor(socket);
    if (open <= held) return;
    server.closeIdleConnections();
    const [oldest = socket] = silent;
    silent.delete(oldest);
    tell();
    refuseAtOnce(oldest);
  });
  return (socket) => late.has(socket);
};
