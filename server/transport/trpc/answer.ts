import type { StreamPart } from "../../contracts/ai/stream-text.ts";
import type { TokenUsage } from "../../contracts/ai/token-usage.ts";
import { modelFactsOf, type ModelFacts } from "../../contracts/nexus-facts.ts";
import type { VendorStreamPart } from "../../contracts/ai-vendor.ts";
import { tokenUsageOf } from "../../families/ai/index.ts";
import type { ActRequest, AnswerRequest, StreamRequest } from "../../families/family.ts";
import { call, stream } from "../../gateway/call.ts";
import type { Reply } from "../../gateway/reply.ts";
import type { ProcedureContext } from "./init.ts";
import { streamPartsOf } from "./stream-parts.ts";

/** Runs a request through the call path and keeps its facts for the answer's headers. */
export const answer = async <R>(
  { call: ctx, deps, notes }: ProcedureContext,
  request: AnswerRequest<R> | ActRequest<R>,
): Promise<Reply<R>> => {
  const reply = await call(deps.gateway, request, ctx);
  notes.facts = reply.facts;
  notes.replayed = reply.replayed;
  notes.allowance = reply.allowance;
  return reply;
};

/** The same path for a streamed answer; it is settled when the last part has been read, or the caller has left. */
export const answerInParts = async (
  { call: ctx, deps, notes }: ProcedureContext,
  request: StreamRequest<VendorStreamPart>,
): Promise<AsyncIterableIterator<StreamPart, void>> => {
  const reply = await stream(deps.gateway, request, ctx);
  notes.start = reply.start;
  notes.replayed = reply.replayed;
  notes.allowance = reply.allowance;
  return streamPartsOf(reply, ctx.signal);
};

/** What an operation answers: the vendor's answer, with its usage and the facts of the call. */
export const outputOf = <R extends object>({
  result,
  units,
  facts,
}: Reply<R>): R & { usage: TokenUsage; nexus: ModelFacts } => ({
  ...result,
  usage: tokenUsageOf(units),
  nexus: modelFactsOf(facts),
});
