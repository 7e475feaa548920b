import { setTimeout as delay } from "node:timers/promises";
import type { CallContext } from "../../contracts/call-context.ts";
import {
  askToCancel,
  beginRunning,
  isEnded,
  keepingBounds,
  keeperOf,
  readResponse,
  requireRoomToRun,
  rowIdOf,
  type FoundResponse,
  type Owner,
} from "../../domain/responses/index.ts";
import { NexusError } from "../../errors.ts";
import { answerAsked } from "../dialect/answer-in-dialect.ts";
import { invalidField } from "../dialect/translation-limits.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { BackgroundRun } from "./background-run.ts";
import type { RunningDoor } from "./background-runs.ts";
import type { AskedResponse } from "./create-response.ts";
import { eventDocuments } from "./event-documents.ts";
import { followResponse } from "./follow-response.ts";
import { keptReply } from "./kept-pages.ts";
import { resolveItems } from "./resolve-items.ts";
import { conversationOf, emptyResponse, responseIdOf } from "./response-object.ts";
import { responsesDialect } from "./responses-dialect.ts";

const requireKeeping = ({ asked, byteLength }: AskedResponse): void => {
  // https://developers.openai.com/api/docs/guides/background#limits: "Background sampling requires store=true".
  if (asked.store === false)
    throw new NexusError("INVALID_INPUT", {
      message: "Background mode requires store to be true: the response is read later.",
      issues: [{ field: "store", expected: "true or absent beside background" }],
    });
  const maxBytes = keepingBounds.bytesOfInput;
  if (byteLength > maxBytes)
    throw new NexusError("PAYLOAD_TOO_LARGE", {
      message: `A request in the background may have ${maxBytes} bytes: more are not kept.`,
      details: { maxBytes },
    });
};

/** A response as it is asked for: whole, or its events. */
const replyOf = (
  door: RunningDoor,
  owner: Owner,
  found: FoundResponse,
  { asked: { stream }, request: { signal } }: Pick<AskedResponse, "asked" | "request">,
  ctx: CallContext,
): DoorReply =>
  stream === true
    ? followResponse(door, found, { owner, id: responseIdOf(found.rowId), after: -1, signal }, ctx)
    : keptReply(found.response, ctx);

/** The first response of a key that was used before; undefined where it is no longer kept. */
const keptBefore = (door: RunningDoor, owner: Owner, operationId: string): Promise<FoundResponse | undefined> =>
  readResponse(door.deps, owner, responseIdOf(operationId)).catch((error: unknown) => {
    if (NexusError.is(error) && error.code === "NOT_FOUND") return undefined;
    throw error;
  });

/**
 * Begins a response that goes on without its caller. Its money is set aside, and it can be found, before anything is sent;
 * from then on it is a call like any other, whose events this process reads.
 */
export const createBackgroundResponse = async (
  door: RunningDoor,
  making: AskedResponse,
  ctx: CallContext,
): Promise<DoorReply> => {
  const { gateway, deps, runs } = door;
  const { body, asked, byteLength, request } = making;
  const owner = keeperOf(ctx);
  requireKeeping(making);
  runs.requireRoom();
  await requireRoomToRun(deps, owner);
  const { history, own, addedBytes } = await resolveItems(deps, owner, asked);
  const conversation = conversationOf(asked);
  const { previous_response_id: previous } = asked;
  const left = new AbortController();
  const reserved = Promise.withResolvers<BackgroundRun | { readonly first: string }>();

  const begin = async (operationId: string): Promise<void> => {
    const origin = { operationId, nowMs: gateway.clock.now(), model: asked.model };
    const turn = {
      responseId: operationId,
      previousId: typeof previous === "string" ? rowIdOf("resp", previous) : undefined,
      conversationId: conversation === undefined ? undefined : rowIdOf("conv", conversation),
      response: { ...emptyResponse(asked, origin), status: "queued" },
      input: own,
      streamed: asked.stream === true,
    };
    await beginRunning(deps, owner, turn);
    const run = new BackgroundRun({ door, turn, requestId: ctx.requestId, leave: () => left.abort() });
    runs.add(run);
    reserved.resolve(run);
  };

  const replying = answerAsked(
    responsesDialect({ request: asked, items: [...history, ...own] }),
    gateway,
    {
      body,
      asked,
      byteLength: byteLength + addedBytes,
      request,
      onReserved: async (operationId, isRepeat) => {
        if (isRepeat) reserved.resolve({ first: operationId });
        else await begin(operationId);
      },
    },
    { ...ctx, signal: left.signal },
  );
  replying.catch((error: unknown) => reserved.reject(error));
  const run = await reserved.promise;
  if ("first" in run) {
    const first = await keptBefore(door, owner, run.first);
    return first === undefined ? replying : replyOf(door, owner, first, making, ctx);
  }

  const done = gateway.underWay.begin();
  void replying
    .then(
      (reply) => run.follow(eventDocuments(reply.body)),
      (error: unknown) => run.fail(error),
    )
    .then(() => run.ended())
    .finally(() => {
      runs.remove(run);
      done();
    });
  return replyOf(door, owner, await readResponse(deps, owner, responseIdOf(run.responseId)), making, ctx);
};

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
  const found = await readResponse(door.deps, owner, id);
  if (!stream) return keptReply(found.response, ctx);
  // https://developers.openai.com/api/docs/guides/background#limits: "You can only start a new stream from a background response if you created it with stream=true."
  if (found.response["background"] !== true || found.streamed !== true)
    throw invalidField(
      "stream",
      "false: only a response that was created with background and stream can be streamed again",
    );
  const from = after === null ? -1 : Number(after);
  return followResponse(door, found, { owner, id, after: from, signal: request.signal }, ctx);
};
