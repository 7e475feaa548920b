import type { CallContext } from "../contracts/call-context.ts";
import { NexusError } from "../errors.ts";
import type { ActRequest, AnswerRequest, StreamRequest } from "../families/family.ts";
import { authorizeAndReserve } from "./authorize-and-reserve.ts";
import { askingOf } from "./begin-act.ts";
import { endCall } from "./end-call.ts";
import { followStream, openStream } from "./follow-stream.ts";
import type { Gateway } from "./gateway.ts";
import type { Reply, StreamReply } from "./reply.ts";
import { replayAnswer, replayStream } from "./replay.ts";
import { isReplay, type Replay, type Reservation } from "./reservation.ts";
import { tryRoutes } from "./try-routes.ts";

/** The path of a metered call with one answer; its row is durable before the answer is given. */
export const call = async <A>(
  gateway: Gateway,
  request: AnswerRequest<A> | ActRequest<A>,
  ctx: CallContext,
): Promise<Reply<A>> => {
  const end = gateway.underWay.begin();
  try {
    const reserved = await authorizeAndReserve(gateway, request, ctx);
    if (isReplay(reserved)) return await replayAnswer(gateway, request, ctx, reserved.replayOf);

    const { value: answered, reservation } = await tryRoutes(gateway, reserved, askingOf(gateway, request));
    const { facts, units } = await endCall(gateway, reservation, {
      end: "settle",
      metered: answered,
      deliveredBytes: answered.final ? 0 : request.encode(answered.result).byteLength,
      whole: true,
      callerLeft: ctx.signal.aborted,
      errorCode: "unfit" in request ? request.unfit?.(answered.result) : undefined,
      reply: () => request.encode(answered.result),
    });
    return { result: answered.result, facts, units, replayed: false, allowance: reservation.rate.allowance };
  } finally {
    end();
  }
};

/** Nothing has been sent: where its caller cannot take it, nothing is. */
const tellReserved = async <C>(
  gateway: Gateway,
  { onReserved }: StreamRequest<C>,
  reserved: Reservation | Replay,
): Promise<void> => {
  if (onReserved === undefined) return;
  if (isReplay(reserved)) return onReserved(reserved.replayOf, true);
  try {
    await onReserved(reserved.operationId, false);
  } catch (error) {
    const { code } = NexusError.from(error);
    await endCall(gateway, reserved, { end: "release", failure: undefined, errorCode: code });
    throw error;
  }
};

/** The same path for a streamed answer; its row is durable when the stream has ended. */
export const stream = async <C>(
  gateway: Gateway,
  request: StreamRequest<C>,
  ctx: CallContext,
): Promise<StreamReply<C>> => {
  const end = gateway.underWay.begin();
  try {
    const reserved = await authorizeAndReserve(gateway, request, ctx);
    await tellReserved(gateway, request, reserved);
    const reply = isReplay(reserved)
      ? await replayStream(gateway, request, ctx, reserved.replayOf)
      : followStream(gateway, request, await tryRoutes(gateway, reserved, openStream(request)));
    reply.end.then(end, end);
    return reply;
  } catch (error) {
    end();
    throw error;
  }
};
