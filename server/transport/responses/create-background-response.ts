import type { CallContext } from "../../contracts/call-context.ts";
import {
  beginRunning,
  keepingBounds,
  keeperOf,
  readResponse,
  requireRoomToRun,
  rowIdOf,
  type FoundResponse,
  type Owner,
  type WireObject,
} from "../../domain/responses/index.ts";
import { NexusError } from "../../errors.ts";
import { answerAsked } from "../dialect/answer-in-dialect.ts";
import type { DoorReply } from "../door-request.ts";
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

/** What a call that was made before ended with, of which nothing else is kept. */
const endedWith = async (reply: DoorReply, operationId: string): Promise<WireObject> => {
  let last: unknown;
  for await (const { response } of eventDocuments(reply.body)) last = response ?? last;
  if (typeof last !== "object" || last === null) throw new NexusError("ANSWER_LOST", { effect: "done", operationId });
  return { ...last };
};

/**
 * Begins a response that goes on without its caller. Its money is set aside, and it can be found, before anything is sent;
 * from then on it is a call like any other, whose events this process reads.
 */
export const createBackgroundResponse = async (
  door: RunningDoor,
  making: AskedResponse,
  ctx: CallContext,
): Promise<DoorReply> => {
  const { background: gateway, deps, runs } = door;
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
    if (first !== undefined) return replyOf(door, owner, first, making, ctx);
    const reply = await replying;
    return asked.stream === true ? reply : keptReply(await endedWith(reply, run.first), ctx);
  }

  const done = gateway.underWay.begin();
  door.metrics.responsesRunning.inc();
  void replying
    .then(
      (reply) => run.follow(eventDocuments(reply.body)),
      (error: unknown) => run.fail(error),
    )
    .then(() => run.ended())
    .finally(() => {
      runs.remove(run);
      door.metrics.responsesRunning.dec();
      done();
    });
  return replyOf(door, owner, await readResponse(deps, owner, responseIdOf(run.responseId)), making, ctx);
};
