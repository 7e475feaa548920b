import type { CallContext } from "../contracts/call-context.ts";
import { admit } from "./admit.ts";
import type { Gateway } from "./gateway.ts";
import type { AnswerRequest } from "./metered-request.ts";
import { pursue } from "./pursue.ts";
import { factsOf, recordAnswer } from "./record.ts";
import { replayAnswer, storedAnswerOf } from "./replay.ts";
import type { Reply } from "./reply.ts";
import { settlementOf, totalTokens } from "./settlement.ts";

/** The path of a metered call with one answer; its row is durable before the answer is given. */
export const call = async <R>(gateway: Gateway, request: AnswerRequest<R>, ctx: CallContext): Promise<Reply<R>> => {
  const end = gateway.underWay.begin();
  try {
    return await answerOf(gateway, request, ctx);
  } finally {
    end();
  }
};

const answerOf = async <R>(gateway: Gateway, request: AnswerRequest<R>, ctx: CallContext): Promise<Reply<R>> => {
  const admitted = await admit(gateway, request, ctx);
  if (admitted.kind === "replay") return replayAnswer(gateway, request, ctx, admitted.operationId);

  const { run } = request;
  const { value: answered, route, leg } = await pursue({ gateway, ctx, request, admitted, streamed: false, run });
  const settlement = settlementOf(gateway, {
    ctx,
    route,
    size: admitted.size,
    heldNanos: leg.heldNanos,
    metered: answered,
    deliveredBytes: answered.final ? 0 : request.encode(answered.result).byteLength,
    whole: true,
    callerLeft: ctx.signal.aborted,
  });
  const facts = factsOf(request, leg, route, settlement, answered);
  const reply: Reply<R> = {
    result: answered.result,
    facts,
    units: settlement.units,
    replayed: false,
    allowance: admitted.rate.allowance,
  };
  const answer =
    ctx.idempotencyKey === undefined
      ? undefined
      : storedAnswerOf(facts, settlement.units, request.encode(answered.result));
  await recordAnswer({
    gateway,
    ctx,
    request,
    leg,
    route,
    startedAtMs: admitted.startedAtMs,
    settlement,
    metered: answered,
    answer,
  });
  admitted.rate.correct(totalTokens(settlement.units));
  return reply;
};
