import { setTimeout as delay } from "node:timers/promises";
import type { CallContext } from "../../contracts/call-context.ts";
import { askToCancel, isEnded, keepingBounds, keeperOf, readResponse } from "../../domain/responses/index.ts";
import { NexusError } from "../../errors.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import type { RunningDoor } from "./background-runs.ts";
import { keptReply } from "./kept-pages.ts";

const lookMs = 250;

/** Ends a response in the background; one that has ended stays what it is. */
export const cancelResponse = async (
  door: RunningDoor,
  request: DoorRequest,
  id: string,
  ctx: CallContext,
): Promise<DoorReply> => {
  const { deps, runs } = door;
  const owner = keeperOf(ctx);
  const found = await readResponse(deps, owner, id);
  // https://developers.openai.com/api/reference/resources/responses/methods/cancel: "Only responses created with the background parameter set to true can be cancelled."
  if (found.response["background"] !== true)
    throw new NexusError("INVALID_INPUT", {
      message:
        "Only responses that were created with background: true can be cancelled; leave the connection of another one.",
      issues: [{ field: "id", expected: "a response that was created with background: true" }],
    });
  if (isEnded(found.status)) return keptReply(found.response, ctx);
  const run = runs.get(found.rowId);
  if (run === undefined) {
    // Another process has it: it looks once a second, or is lost, which shows in time.
    await askToCancel(deps, owner, found.rowId);
    const until = deps.clock.monotonic() + keepingBounds.aliveMs + lookMs;
    while (!request.signal.aborted && deps.clock.monotonic() < until) {
      if (isEnded((await readResponse(deps, owner, id)).status)) break;
      await delay(lookMs, undefined, { signal: request.signal }).catch(() => undefined);
    }
  } else await run.cancel();
  return keptReply((await readResponse(deps, owner, id)).response, ctx);
};
