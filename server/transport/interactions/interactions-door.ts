import type { CallContext } from "../../contracts/call-context.ts";
import {
  deleteResponse,
  interactionKind,
  isEnded,
  keeperOf,
  readResponse,
  rowIdOf,
  type FoundResponse,
  type WireObject,
} from "../../domain/responses/index.ts";
import { NexusError } from "../../errors.ts";
import { invalidField } from "../dialect/translation-limits.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import {
  BackgroundRuns,
  cancelAnswer,
  followAnswer,
  keptEventsReply,
  keptReply,
  openRunningDoor,
  requireUse,
  type KeptDoorDeps,
  type RunningDoor,
} from "../kept-answers/index.ts";
import { createInteraction } from "./create-interaction.ts";
import { interactionsWire } from "./interactions-wire.ts";
import { replayedEvents } from "./replayed-events.ts";

const requireMethod = ({ method, path }: DoorRequest, ...allow: readonly string[]): void => {
  if (allow.includes(method)) return;
  throw new NexusError("METHOD_NOT_ALLOWED", {
    message: `${path.slice(0, 200)} answers to ${allow.join(" and ")}.`,
    details: { allow: [...allow] },
  });
};

const truth: Readonly<Record<string, boolean>> = { true: true, false: false, "": false };

const switchIn = ({ query }: DoorRequest, name: string): boolean => {
  const value = truth[query.get(name)?.toLowerCase() ?? "false"];
  if (value === undefined) throw invalidField(name, "true or false");
  return value;
};

/** An interaction as it is read: with what came in with it only where that is asked for. */
const toldOf = ({ response, input }: Pick<FoundResponse, "response" | "input">, withInput: boolean): WireObject =>
  withInput ? { ...response, input } : response;

const retrieve = async (door: RunningDoor, request: DoorRequest, id: string, ctx: CallContext): Promise<DoorReply> => {
  const owner = keeperOf(ctx);
  const withInput = switchIn(request, "include_input");
  const streams = switchIn(request, "stream");
  const last = request.query.get("last_event_id") ?? "";
  if (last !== "" && !streams) throw invalidField("last_event_id", "absent without stream=true");
  if (!/^\d{0,9}$/.test(last)) throw invalidField("last_event_id", "the event_id of an event");
  const after = last === "" ? -1 : Number(last);
  const found = await readResponse(door.deps, owner, interactionKind, id);
  if (!streams) return keptReply(toldOf(found, withInput), ctx);
  if (found.streamed === true)
    return followAnswer(door, found, { wire: interactionsWire, owner, id, after, signal: request.signal }, ctx);
  if (!isEnded(found.status))
    throw invalidField(
      "stream",
      "false: one in the background that was begun without stream is read once it has ended",
    );
  return keptEventsReply(replayedEvents(found.response, after), ctx);
};

/** Google's clients for Python and Node.js ask at one each. */
export const interactionPaths = ["/v1beta/interactions", "/v1/interactions"] as const;

/** Google's interactions. Errors are thrown, to be encoded by `googleErrorReply`. */
export const createInteractionsDoor = (
  outer: KeptDoorDeps,
  backgroundTimeoutMs: number,
  runs = new BackgroundRuns(outer.deps),
): ((request: DoorRequest, ctx: CallContext) => Promise<DoorReply>) => {
  const door = openRunningDoor(outer, backgroundTimeoutMs, runs);
  return async (request, ctx) => {
    const [id, member, ...more] = request.path.split("/").slice(3);
    if (id === undefined) {
      requireMethod(request, "POST");
      return createInteraction(door, request, ctx);
    }
    await requireUse(door.gateway, ctx);
    if (member === undefined) {
      requireMethod(request, "GET", "DELETE");
      if (request.method === "GET") return retrieve(door, request, id, ctx);
      await deleteResponse(door.deps, keeperOf(ctx), interactionKind, id);
      // Nobody can read it any more.
      await door.runs.get(rowIdOf("int", id) ?? "")?.cancel();
      return keptReply({}, ctx);
    }
    if (member === "cancel" && more.length === 0) {
      requireMethod(request, "POST");
      return keptReply(await cancelAnswer(door, interactionKind, { request, id }, ctx), ctx);
    }
    throw new NexusError("NOT_FOUND", { message: `There is no ${request.path.slice(0, 200)} here.` });
  };
};
