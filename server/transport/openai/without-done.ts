import { ProviderError, type Streaming } from "../../contracts/provider.ts";

const done = Buffer.from("[DONE]");
const data = Buffer.from("data:");
const newline = 10;
const eventEnd = Buffer.from("\n\n");

/** Native streams come in whole events; the ending is one of its own. */
const isDone = (event: Uint8Array): boolean => {
  if (event.byteLength > 32) return false;
  const bytes = Buffer.from(event.buffer, event.byteOffset, event.byteLength);
  return bytes.indexOf(data) === 0 && bytes.indexOf(done) > 0;
};

const closed = (event: Uint8Array): Uint8Array => (event.at(-1) === newline ? event : Buffer.concat([event, eventEnd]));

async function* dropDone(streaming: Streaming<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  for await (const event of streaming.chunks) {
    if (!isDone(event)) yield closed(event);
  }
  if (streaming.meter().complete) return;
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
