import { setTimeout as delay } from "node:timers/promises";
import type { CallContext } from "../../contracts/call-context.ts";
import {
  askToCancel,
  isEnded,
  keepingBounds,
  keeperOf,
  readResponse,
  type FoundResponse,
  type KeptKind,
  type WireObject,
} from "../../domain/responses/index.ts";
import { NexusError } from "../../errors.ts";
import type { DoorRequest } from "../door-request.ts";
import type { RunningDoor } from "./background-runs.ts";

const lookMs = 250;

/** Ends an answer in the background, and says what it is then; one that has ended stays what it is. */
export const cancelAnswer = async (
  { deps, runs }: RunningDoor,
  kind: KeptKind,
  { request, id }: { readonly request: Pick<DoorRequest, "signal">; readonly id: string },
  ctx: CallContext,
): Promise<WireObject> => {
  const owner = keeperOf(ctx);
  const look = (): Promise<FoundResponse> => readResponse(deps, owner, kind, id);
  const found = await look();
  // https://developers.openai.com/api/reference/resources/responses/methods/cancel: "Only responses created with the background parameter set to true can be cancelled."
  // https://ai.google.dev/api/interactions-api: "This only applies to background interactions that are still running."
  if (!found.background)
    throw new NexusError("INVALID_INPUT", {
      message: `Only what was created with background: true can be cancelled; leave the connection of another ${kind.name}.`,
      issues: [{ field: "id", expected: `of what was created with background: true` }],
    });
  if (isEnded(found.status)) return found.response;
  const run = runs.get(found.rowId);
  if (run === undefined) {
    // Another process has it: it looks once a second, or is lost, which shows in time.
    await askToCancel(deps, owner, found.rowId);
    const until = deps.clock.monotonic() + keepingBounds.aliveMs + lookMs;
    while (!request.signal.aborted && deps.clock.monotonic() < until) {
      if (isEnded((await look()).status)) break;
      await delay(lookMs, undefined, { signal: request.signal }).catch(() => undefined);
    }
  } else await run.cancel();
  return (await look()).response;
};
