import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Makes the next thing that is written to a connection come byte by byte; what is written meanwhile comes behind it. */
export const dripReply = (socket: Socket, everyMs: number): void => {
  const write = socket.write.bind(socket);
  let waiting: Buffer[] | undefined;
  const drip = async (bytes: Buffer): Promise<void> => {
    for (const byte of bytes) {
      if (socket.destroyed) return;
      write(Buffer.of(byte));
      await sleep(everyMs);
    }
    Object.assign(socket, { write });
    if (!socket.destroyed) write(Buffer.concat(waiting ?? []));
  };
  const slowWrite = (chunk: Uint8Array | string): boolean => {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : Buffer.from(chunk);
    if (waiting === undefined) {
      waiting = [];
      void drip(bytes);
    } else waiting.push(bytes);
    return true;
  };
  Object.assign(socket, { write: slowWrite });
};
