import type { CallContext } from "../../contracts/call-context.ts";
import type { DoorReply } from "../door-request.ts";

/** An answer about what is kept, which costs nothing. */
export const keptReply = (body: unknown, ctx: Pick<CallContext, "requestId">): DoorReply => ({
  status: 200,
  headers: { "content-type": "application/json", "cache-control": "no-store", "x-request-id": ctx.requestId },
  body: JSON.stringify(body),
});
