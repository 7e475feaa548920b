import { ai } from "../../contracts/ai.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { RouteTarget } from "../../families/family.ts";
import { requireFileUse } from "../files/index.ts";
import { prepareAsked, type AskedBatch } from "./asked-batch.ts";
import type { BatchesDeps } from "./batches-deps.ts";

/** The most that a batch can cost, and who would carry it out: all its requests are read, and nothing is kept or sent. */
export const estimateBatch = async (
  deps: BatchesDeps,
  ctx: CallContext,
  asked: AskedBatch,
): Promise<{ readonly target: RouteTarget; readonly boundNanos: bigint }> => {
  requireFileUse(deps, ctx, ai.createBatch);
  const { route, file } = await prepareAsked(deps, ctx, asked);
  await file.close();
  return { target: route.target, boundNanos: route.bound() };
};
