import type { CallContext } from "../../contracts/call-context.ts";
import { keeperOf, readResponse, responseKind } from "../../domain/responses/index.ts";
import { invalidField } from "../dialect/translation-limits.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { followAnswer, keptReply, type RunningDoor } from "../kept-answers/index.ts";
import { responsesWire } from "./responses-wire.ts";

const truth: Readonly<Record<string, boolean>> = { true: true, false: false };

/** A response as its caller asks for it: whole, or its events behind one of them. */
export const retrieveResponse = async (
  door: RunningDoor,
  request: DoorRequest,
  id: string,
  ctx: CallContext,
): Promise<DoorReply> => {
  const owner = keeperOf(ctx);
  const stream = truth[request.query.get("stream") ?? "false"];
  if (stream === undefined) throw invalidField("stream", "true or false");
  const after = request.query.get("starting_after");
  if (after !== null && !/^\d{1,9}$/.test(after))
    throw invalidField("starting_after", "the sequence_number of an event");
  const found = await readResponse(door.deps, owner, responseKind, id);
  if (!stream) return keptReply(found.response, ctx);
  // https://developers.openai.com/api/docs/guides/background#limits: "You can only start a new stream from a background response if you created it with stream=true."
  if (!found.background || found.streamed !== true)
    throw invalidField(
      "stream",
      "false: only a response that was created with background and stream can be streamed again",
    );
  const from = after === null ? -1 : Number(after);
  return followAnswer(door, found, { wire: responsesWire, owner, id, after: from, signal: request.signal }, ctx);
};
