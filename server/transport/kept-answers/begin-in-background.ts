import type { CallContext } from "../../contracts/call-context.ts";
import {
  beginRunning,
  keepingBounds,
  keeperOf,
  keptId,
  readResponse,
  requireRoomToRun,
  type FoundResponse,
  type Owner,
  type RunningTurn,
  type WireObject,
} from "../../domain/responses/index.ts";
import { NexusError } from "../../errors.ts";
import { answerAsked, type AskedInDialect } from "../dialect/answer-in-dialect.ts";
import type { TextDialect } from "../dialect/dialect.ts";
import type { DoorReply } from "../door-request.ts";
import { BackgroundRun } from "./background-run.ts";
import type { RunningDoor } from "./background-runs.ts";
import { eventDocuments } from "./event-documents.ts";
import { followAnswer } from "./follow-answer.ts";
import { keptReply } from "./kept-reply.ts";
import type { KeptWire } from "./kept-wire.ts";

/** An answer that shall go on without its caller. */
export interface BeginInBackground<R extends { readonly model: string }> {
  readonly wire: KeptWire;
  readonly dialect: TextDialect<R>;
  readonly asking: Omit<AskedInDialect<R>, "onReserved">;
  /** What is kept of it before it has begun, by the id of its operation. */
  readonly turn: (operationId: string) => Omit<RunningTurn, "kind" | "responseId">;
  /** Its caller reads the events. */
  readonly streamed: boolean;
}

/** Refuses what could not be read later. */
export const requireKeeping = (store: boolean | null | undefined, byteLength: number): void => {
  // https://developers.openai.com/api/docs/guides/background#limits: "Background sampling requires store=true".
  // https://ai.google.dev/gemini-api/docs/interactions: `store=false` cannot be used with `background=true`.
  if (store === false)
    throw new NexusError("INVALID_INPUT", {
      message: "Background mode requires store to be true: the answer is read later.",
      issues: [{ field: "store", expected: "true or absent beside background" }],
    });
  const maxBytes = keepingBounds.bytesOfInput;
  if (byteLength > maxBytes)
    throw new NexusError("PAYLOAD_TOO_LARGE", {
      message: `A request in the background may have ${maxBytes} bytes: more are not kept.`,
      details: { maxBytes },
    });
};

/** The first answer of a key that was used before; undefined where it is no longer kept. */
const keptBefore = (
  { deps }: RunningDoor,
  owner: Owner,
  { kind }: KeptWire,
  operationId: string,
): Promise<FoundResponse | undefined> =>
  readResponse(deps, owner, kind, keptId(kind.prefix, operationId)).catch((error: unknown) => {
    if (NexusError.is(error) && error.code === "NOT_FOUND") return undefined;
    throw error;
  });

/** What a call that was made before ended with, of which nothing else is kept. */
const endedWith = async (wire: KeptWire, reply: DoorReply, operationId: string): Promise<WireObject> => {
  const wholeIn = wire.whole();
  let last: WireObject | undefined;
  for await (const document of eventDocuments(reply.body)) last = wholeIn(document) ?? last;
  if (last === undefined) throw new NexusError("ANSWER_LOST", { effect: "done", operationId });
  return last;
};

/**
 * Begins an answer that goes on without its caller. Its money is set aside, and it can be found, before anything is sent;
 * from then on it is a call like any other, whose events this process reads.
 */
export const beginInBackground = async <R extends { readonly model: string }>(
  door: RunningDoor,
  { wire, dialect, asking, turn: turnOf, streamed }: BeginInBackground<R>,
  ctx: CallContext,
): Promise<DoorReply> => {
  const { background: gateway, deps, runs } = door;
  const { kind } = wire;
  const owner = keeperOf(ctx);
  runs.requireRoom();
  await requireRoomToRun(deps, owner);
  const left = new AbortController();
  const reserved = Promise.withResolvers<BackgroundRun | { readonly first: string }>();

  const replyOf = (found: FoundResponse): DoorReply =>
    streamed
      ? followAnswer(
          door,
          found,
          { wire, owner, id: keptId(kind.prefix, found.rowId), after: -1, signal: asking.request.signal },
          ctx,
        )
      : keptReply(found.response, ctx);

  const begin = async (operationId: string): Promise<void> => {
    const turn: RunningTurn = { ...turnOf(operationId), kind, responseId: operationId };
    await beginRunning(deps, owner, turn);
    const run = new BackgroundRun({ door, wire, turn, requestId: ctx.requestId, leave: () => left.abort() });
    runs.add(run);
    reserved.resolve(run);
  };

  const replying = answerAsked(
    dialect,
    gateway,
    {
      ...asking,
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
    const first = await keptBefore(door, owner, wire, run.first);
    if (first !== undefined) return replyOf(first);
    const reply = await replying;
    return streamed ? reply : keptReply(await endedWith(wire, reply, run.first), ctx);
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
  return replyOf(await readResponse(deps, owner, kind, keptId(kind.prefix, run.responseId)));
};
