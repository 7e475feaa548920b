import type { CallContext } from "../../contracts/call-context.ts";
import { keeperOf, rowIdOf } from "../../domain/responses/index.ts";
import type { DoorReply } from "../door-request.ts";
import { beginInBackground, requireKeeping, type RunningDoor } from "../kept-answers/index.ts";
import type { AskedResponse } from "./create-response.ts";
import { resolveItems } from "./resolve-items.ts";
import { conversationOf, emptyResponse } from "./response-object.ts";
import { responsesDialect } from "./responses-dialect.ts";
import { responsesWire } from "./responses-wire.ts";

/** Begins a response that goes on without its caller. */
export const createBackgroundResponse = async (
  door: RunningDoor,
  { body, asked, byteLength, request }: AskedResponse,
  ctx: CallContext,
): Promise<DoorReply> => {
  requireKeeping(asked.store, byteLength);
  const { history, own, addedBytes } = await resolveItems(door.deps, keeperOf(ctx), asked);
  const conversation = conversationOf(asked);
  const { previous_response_id: previous } = asked;
  const streamed = asked.stream === true;
  return beginInBackground(
    door,
    {
      wire: responsesWire,
      dialect: responsesDialect({ request: asked, items: [...history, ...own] }),
      asking: { body, asked, byteLength: byteLength + addedBytes, request },
      turn: (operationId) => ({
        previousId: typeof previous === "string" ? rowIdOf("resp", previous) : undefined,
        conversationId: conversation === undefined ? undefined : rowIdOf("conv", conversation),
        response: {
          ...emptyResponse(asked, { operationId, nowMs: door.background.clock.now(), model: asked.model }),
          status: "queued",
        },
        input: own,
        streamed,
      }),
      streamed,
    },
    ctx,
  );
};
