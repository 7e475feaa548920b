import { setTimeout as delay } from "node:timers/promises";
import type { CallContext } from "../../contracts/call-context.ts";
import { isEnded, readEvents, readResponse, type FoundResponse, type Owner } from "../../domain/responses/index.ts";
import type { DoorReply } from "../door-request.ts";
import type { RunningDoor } from "./background-runs.ts";
import type { KeptWire } from "./kept-wire.ts";

const lookMs = 500;
/** Looks without an event, until something is written. */
const quietLooks = 30;

interface Followed {
  readonly wire: KeptWire;
  readonly owner: Owner;
  /** As its caller names it. */
  readonly id: string;
  readonly after: number;
  readonly signal: AbortSignal;
}

/** The events that are kept, as another process keeps them. */
async function* keptEvents(
  { deps }: RunningDoor,
  { wire, owner, id, after, signal }: Followed,
): AsyncGenerator<string, void, void> {
  let last = after;
  let isTold = false;
  let quiet = 0;
  while (!signal.aborted) {
    // How it stands is read before the events: behind its end there are no more of them.
    const { status, response, rowId } = await readResponse(deps, owner, wire.kind, id);
    const { events, more } = await readEvents(deps, rowId, last);
    for (const text of events) {
      last += 1;
      isTold ||= wire.isEnding(text);
      yield text;
    }
    if (more) continue;
    if (isEnded(status)) {
      // Of a process that was lost nobody has written the end.
      const ending = status === "failed" && !isTold ? wire.ending(status, response) : undefined;
      if (ending !== undefined) yield wire.write(ending, last + 1);
      if (wire.done !== "") yield wire.done;
      return;
    }
    quiet = events.length > 0 ? 0 : quiet + 1;
    if (quiet % quietLooks === quietLooks - 1) yield wire.keepAlive;
    await delay(lookMs, undefined, { signal }).catch(() => undefined);
  }
}

/** A reply of events that are told from what is kept. */
export const keptEventsReply = (body: DoorReply["body"], { requestId }: Pick<CallContext, "requestId">): DoorReply => ({
  status: 200,
  headers: {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
    "x-request-id": requestId,
  },
  body,
});

/** The events of an answer behind one of them, and on as they come. */
export const followAnswer = (
  door: RunningDoor,
  { rowId }: Pick<FoundResponse, "rowId">,
  followed: Followed,
  ctx: Pick<CallContext, "requestId">,
): DoorReply => keptEventsReply(door.runs.get(rowId)?.events.follow(followed.after) ?? keptEvents(door, followed), ctx);
