import { Readable } from "node:stream";

const chunkBytes = 16 * 1024;

interface Track {
  /** The server has asked for the message: the first bytes leave. */
  readonly onBegin: () => void;
  /** The last byte is handed over: the dot that ends the message may be on its way. */
  readonly onEnd: () => void;
}

/** A message that tells how far it has been read, which is all that is known of how far it has got. */
export const trackedMessage = (message: Buffer, { onBegin, onEnd }: Track): Readable => {
  let at = 0;
  return new Readable({
    highWaterMark: chunkBytes,
    read() {
      if (at === 0) onBegin();
      if (at >= message.length) {
        onEnd();
        this.push(null);
        return;
      }
      const chunk = message.subarray(at, at + chunkBytes);
      at += chunk.length;
      this.push(chunk);
    },
  });
};
