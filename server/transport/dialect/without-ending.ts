import { ProviderError, type Streaming } from "../../contracts/provider.ts";

const newline = 10;
const eventEnd = Buffer.from("\n\n");

const closed = (event: Uint8Array): Uint8Array => (event.at(-1) === newline ? event : Buffer.concat([event, eventEnd]));

/** The vendor's stream stopped short: what came of it is no whole answer. */
export const endedEarly = (vendorRequestId: string | undefined): ProviderError =>
  new ProviderError({
    kind: "unknown",
    code: "PROVIDER_BAD_RESPONSE",
    about: "route",
    status: undefined,
    retryAfterMs: undefined,
    vendorRequestId,
    message: "The vendor's stream ended without its ending.",
  });

async function* dropEnding(
  streaming: Streaming<Uint8Array>,
  isEnding: (event: Uint8Array) => boolean,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const event of streaming.chunks) {
    if (!isEnding(event)) yield closed(event);
  }
  const { complete, vendorRequestId } = streaming.meter();
  if (!complete) throw endedEarly(vendorRequestId);
}

/**
 * A vendor's events without the ending, which the door itself sends once the call is settled. A stream that stops short
 * of its ending fails.
 */
export const withoutEnding = (
  streaming: Streaming<Uint8Array>,
  isEnding: (event: Uint8Array) => boolean,
): Streaming<Uint8Array> => ({ chunks: dropEnding(streaming, isEnding), meter: streaming.meter });
