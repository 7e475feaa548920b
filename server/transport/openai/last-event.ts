import { eventDocument } from "../dialect/event-document.ts";
import type { SseEnding } from "../dialect/metered-sse.ts";
import { openAiErrorBody } from "./encode-openai-error.ts";

/** Only what may be one is parsed: events can be large. */
const isOfType = (event: Uint8Array, type: string): boolean =>
  Buffer.from(event.buffer, event.byteOffset, event.byteLength).includes(type) &&
  eventDocument(event)?.["type"] === type;

/** How a stream ends whose last event, of this type, has all of the answer and its usage in it. */
export const lastEventEnding = (type: string, requestId: string): SseEnding => ({
  done: "",
  holdsBack: (event) => isOfType(event, type),
  failed: (error) => `event: error\ndata: ${openAiErrorBody(error, requestId)}\n\n`,
});
