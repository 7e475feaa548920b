import { ai } from "../../contracts/ai.ts";
import type { AiVendorBatches } from "../../contracts/ai-vendor-batches.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { VendorIo } from "../../contracts/vendor-call.ts";
import type { OperationOf } from "../../contracts/operation.ts";
import { noteCancelled, requireBatch, type StoredBatch } from "../../domain/batches/index.ts";
import { NexusError } from "../../errors.ts";
import { fileRequest } from "../../families/ai/index.ts";
import { ask } from "../../gateway/ask.ts";
import { requireFileUse } from "../files/index.ts";
import type { BatchesDeps } from "./batches-deps.ts";

/** Asks a batch's vendor something that is free, with the credential that the batch was started with. */
export const askOfBatch = async <A>(
  { gateway }: BatchesDeps,
  ctx: CallContext,
  batch: StoredBatch,
  {
    operation,
    mostAnswerBytes,
    run,
  }: {
    readonly operation: OperationOf<"read">;
    readonly mostAnswerBytes?: number;
    readonly run: (batches: AiVendorBatches, io: VendorIo) => Promise<A>;
  },
): Promise<A> => {
  const { answer } = await ask(
    gateway,
    fileRequest({
      operation,
      place: { file: batch },
      ...(mostAnswerBytes === undefined ? {} : { mostAnswerBytes }),
      ask: ({ batches, io }) => {
        if (batches !== undefined) return run(batches, io);
        throw new NexusError("INTERNAL", { cause: new Error(`${batch.vendor} takes no batches any more`) });
      },
    }),
    ctx,
  );
  return answer;
};

/** Cancels a batch at its vendor, which may take a while to end it; what was answered by then is charged. */
export const cancelBatch = async (deps: BatchesDeps, ctx: CallContext, id: string): Promise<StoredBatch> => {
  requireFileUse(deps, ctx, ai.cancelBatch);
  const { organizationId } = ctx;
  const batch = await requireBatch(deps.deps, organizationId, id);
  if (batch.endedAt !== null)
    throw new NexusError("CONFLICT", {
      message: `${id} has ended: it is ${batch.told.status}.`,
      details: { kind: "batch_ended", status: batch.told.status },
    });
  const { vendorBatchId } = batch.told;
  const told = await askOfBatch(deps, ctx, batch, {
    operation: ai.cancelBatch,
    run: (batches, io) => batches.cancel(vendorBatchId, io),
  });
  await noteCancelled(deps.deps, ctx, batch, told);
  return requireBatch(deps.deps, organizationId, id);
};
