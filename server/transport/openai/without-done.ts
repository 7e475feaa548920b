import { ProviderError, type Streaming } from "../../contracts/provider.ts";

const done = Buffer.from("data: [DONE]");
const newline = 10;

/** Where the ending begins in a chunk: at the start of a line, and never far from the chunk's own end. */
const doneAt = (bytes: Buffer): number => {
  const at = bytes.lastIndexOf(done);
  return at > 0 && bytes[at - 1] !== newline ? -1 : at;
};

/** How many of the last bytes may be the beginning of the ending. */
const openTail = (bytes: Buffer): number => {
  const tail = bytes.subarray(bytes.lastIndexOf(newline) + 1);
  return tail.length > 0 && tail.length < done.length && done.subarray(0, tail.length).equals(tail) ? tail.length : 0;
};

const asBuffer = (chunk: Uint8Array): Buffer => Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);

async function* dropDone(streaming: Streaming<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  let held: Buffer | undefined;
  let ended = false;
  for await (const chunk of streaming.chunks) {
    // Past the ending nothing is passed on, but the vendor is read to its end.
    if (ended) continue;
    const bytes: Buffer = held ? Buffer.concat([held, chunk]) : asBuffer(chunk);
    const at = doneAt(bytes);
    ended = at >= 0;
    const open = ended ? 0 : openTail(bytes);
    held = open > 0 ? bytes.subarray(bytes.length - open) : undefined;
    const passed = bytes.subarray(0, ended ? at : bytes.length - open);
    if (passed.length > 0) yield passed;
  }
  if (ended || streaming.meter().complete) return;
  throw new ProviderError({
    kind: "unknown",
    code: "PROVIDER_BAD_RESPONSE",
    about: "route",
    status: undefined,
    retryAfterMs: undefined,
    vendorRequestId: streaming.meter().vendorRequestId,
    message: "The vendor's stream ended without its ending.",
  });
}

/**
 * A vendor's stream without its `[DONE]`, which the door itself sends once the call is settled. A stream that stops
 * short of its ending fails.
 */
export const withoutDone = (streaming: Streaming<Uint8Array>): Streaming<Uint8Array> => ({
  chunks: dropDone(streaming),
  meter: streaming.meter,
});
