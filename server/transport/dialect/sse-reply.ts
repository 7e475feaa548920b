import type { Gateway } from "../../gateway/gateway.ts";
import type { StreamReply } from "../../gateway/reply.ts";
import type { DoorReply } from "../door-request.ts";
import { dialectStreamHeaders } from "./dialect-headers.ts";
import { meteredSse, type SseEnding } from "./metered-sse.ts";

interface StreamedAnswer {
  readonly reply: StreamReply<Uint8Array>;
  readonly ending: SseEnding;
  readonly requestId: string;
  /** Settings that are known not to be carried out as asked. */
  readonly warnings?: Iterable<string>;
}

/** A metered stream of events as the answer of a dialect. */
export const sseReply = (
  { log }: Pick<Gateway, "log">,
  { reply, ending, requestId, warnings = [] }: StreamedAnswer,
): DoorReply => {
  const { start, replayed, allowance } = reply;
  // Nobody may be waiting for it.
  reply.end.catch(() => undefined);
  return {
    status: 200,
    headers: dialectStreamHeaders({ start, replayed, allowance }, requestId, warnings),
    body: meteredSse({ reply, ending, log }),
  };
};
