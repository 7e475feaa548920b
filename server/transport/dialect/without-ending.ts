import { parseSseEvent, type SseEvent } from "../../contracts/sse-event.ts";
import type { ProviderError, Streaming } from "../../contracts/vendor-call.ts";
import { unusableAnswer } from "./unusable-answer.ts";

/** Endings are short; nothing larger is read for it. */
const maxEndingBytes = 1_024;

/** The vendor's stream stopped short: what came of it is no whole answer. */
export const endedEarly = (vendorRequestId: string | undefined): ProviderError =>
  unusableAnswer("cut", vendorRequestId, "The vendor's stream ended before it was complete.");

async function* dropEnding(
  streaming: Streaming<Uint8Array>,
  isEnding: (event: SseEvent) => boolean,
): AsyncGenerator<Uint8Array, void, void> {
  let over = false;
  for await (const bytes of streaming.chunks) {
    over ||= bytes.byteLength <= maxEndingBytes && isEnding(parseSseEvent(Buffer.from(bytes), true));
    // What comes after the ending is read for its numbers alone.
    if (!over) yield bytes;
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
  isEnding: (event: SseEvent) => boolean,
): Streaming<Uint8Array> => ({ chunks: dropEnding(streaming, isEnding), meter: streaming.meter });
