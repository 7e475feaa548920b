import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { Logger } from "../platform/logger.ts";

/** How many connections may be open at once. */
export interface ConnectionLimits {
  /** Beyond it whoever asks is told to come again, and the connection ends. */
  readonly answered: number;
  /** Beyond it the connection ends at once, with the same words, whatever it was about to ask. */
  readonly held: number;
}

/** Connections of the ledger, to Auth and to the database, files, and what Node holds itself. */
const ownDescriptors = 64;

/**
 * What a limit of open files has room for: a call holds a connection to its caller and one to its vendor. Without a free
 * descriptor the system closes what comes without a word, and nothing can be sent to a vendor either.
 */
export const limitsFor = (openFiles: number): ConnectionLimits => {
  const room = Math.max(8, openFiles - ownDescriptors);
  return { answered: Math.floor(room * 0.45), held: Math.ceil(room * 0.55) };
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

/** Counts a server's connections; says of one whether it came when there was no room. */
export const keepRoom = (
  server: Server,
  { answered, held }: ConnectionLimits,
  refuseAtOnce: (socket: Socket) => void,
  log: Logger,
): ((socket: Socket) => boolean) => {
  let open = 0;
  let toldAt = -Infinity;
  const late = new WeakSet<Socket>();
  const tell = (): void => {
    if (performance.now() - toldAt < tellAgainMs) return;
    toldAt = performance.now();
    log.error(
      { open, limit: answered },
      "connections are refused: raise this process's limit of open files (ulimit -n, LimitNOFILE), or start more processes",
    );
  };
  server.on("connection", (socket: Socket) => {
    open += 1;
    socket.once("close", () => (open -= 1));
    if (open <= answered) return;
    // Those that only wait for their next request make room first.
    server.closeIdleConnections();
    late.add(socket);
    tell();
    if (open > held) refuseAtOnce(socket);
  });
  return (socket) => late.has(socket);
};
