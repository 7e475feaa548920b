import { setTimeout as delay } from "node:timers/promises";
import type { CallContext } from "../../contracts/call-context.ts";
import {
  askToCancel,
  askToCancelAnswer,
  isEnded,
  keepingBounds,
  keeperOf,
  readKeptAnswer,
  readResponse,
  requireEndable,
  type FoundResponse,
  type KeptKind,
  type KeptStatus,
  type ReadAnswer,
  type ResponsesDeps,
  type WireObject,
} from "../../domain/responses/index.ts";
import { NexusError } from "../../errors.ts";
import type { DoorRequest } from "../door-request.ts";
import type { RunningDoor } from "./background-runs.ts";

const lookMs = 250;

/** Refuses what its caller waits for. */
const requireBackground = ({ name }: KeptKind, background: boolean): void => {
  // https://developers.openai.com/api/reference/resources/responses/methods/cancel: "Only responses created with the background parameter set to true can be cancelled."
  // https://ai.google.dev/api/interactions-api: "This only applies to background interactions that are still running."
  if (background) return;
  throw new NexusError("INVALID_INPUT", {
    message: `Only what was created with background: true can be cancelled; leave the connection of another ${name}.`,
    issues: [{ field: "id", expected: `of what was created with background: true` }],
  });
};

/** Until the process that was asked to end an answer has, or is lost, which shows in time. */
const untilEnded = async (
  { clock }: Pick<ResponsesDeps, "clock">,
  signal: AbortSignal,
  look: () => Promise<{ readonly status: KeptStatus }>,
): Promise<void> => {
  const until = clock.monotonic() + keepingBounds.aliveMs + lookMs;
  while (!signal.aborted && clock.monotonic() < until) {
    if (isEnded((await look()).status)) return;
    await delay(lookMs, undefined, { signal }).catch(() => undefined);
  }
};

/** Ends an answer in the background for whoever may, by whichever API it was asked for. */
export const cancelKeptAnswer = async (deps: ResponsesDeps, ctx: CallContext, id: string): Promise<ReadAnswer> => {
  const look = (): Promise<ReadAnswer> => readKeptAnswer(deps, ctx, id);
  const found = await look();
  requireEndable(found);
  requireBackground(found.kind, found.background);
  if (isEnded(found.status)) return found;
  await askToCancelAnswer(deps, ctx, found);
  await untilEnded(deps, ctx.signal, look);
  return look();
};

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
  requireBackground(kind, found.background);
  if (isEnded(found.status)) return found.response;
  const run = runs.get(found.rowId);
  if (run === undefined) {
    // Another process has it, and looks once a second.
    await askToCancel(deps, found.rowId);
    await untilEnded(deps, request.signal, look);
  } else await run.cancel();
  return (await look()).response;
};
