import { ai } from "../../contracts/ai.ts";
import type { BatchView } from "../../contracts/ai/batches.ts";
import { isUnderWay } from "../../contracts/batch-status.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { fileIdOf } from "../../contracts/file-id.ts";
import {
  listStoredBatches,
  lookAtBatchSoon,
  requireBatch,
  type PageOfBatches,
  type StoredBatch,
} from "../../domain/batches/index.ts";
import { mayAsk } from "../../gateway/authorize-and-reserve.ts";
import type { BatchesDeps } from "./batches-deps.ts";

/** What is known of a batch. Its vendor is asked soon where it has not ended: whoever asks waits for that. */
export const readBatch = async ({ gateway, deps }: BatchesDeps, ctx: CallContext, id: string): Promise<StoredBatch> => {
  await mayAsk(gateway, { operation: ai.getBatch }, ctx);
  const batch = await requireBatch(deps, ctx.organizationId, id);
  if (batch.endedAt === null) await lookAtBatchSoon(deps, batch);
  return batch;
};

/** A page of the organization's batches. */
export const readBatches = async (
  { gateway, deps }: BatchesDeps,
  ctx: CallContext,
  page: PageOfBatches,
): Promise<{ readonly batches: readonly StoredBatch[]; readonly more: boolean }> => {
  await mayAsk(gateway, { operation: ai.listBatches }, ctx);
  return listStoredBatches(deps, ctx.organizationId, page);
};

/** Where a batch stands as callers see it: it has ended once its answers can be read, and it is charged. */
export const shownStatus = ({ told, endedAt }: StoredBatch): StoredBatch["told"]["status"] =>
  endedAt === null && !isUnderWay(told.status) ? "finalizing" : told.status;

const dateOf = (seconds: number | undefined): string | null =>
  seconds === undefined ? null : new Date(seconds * 1_000).toISOString();

const fileOf = (rowId: string | null): string | null => (rowId === null ? null : fileIdOf(rowId));

/** A batch as callers see it. */
export const viewBatch = (batch: StoredBatch): BatchView => ({
  id: batch.id,
  operationId: batch.operationId,
  provider: batch.vendor,
  model: batch.model,
  endpoint: batch.endpoint,
  status: shownStatus(batch),
  counts: batch.told.counts,
  faults: batch.told.faults.map(({ code, message, line }) => ({ code, message, line: line ?? null })),
  fileId: fileOf(batch.inputFile),
  answersFileId: fileOf(batch.answersFile),
  errorsFileId: fileOf(batch.errorsFile),
  metadata: { ...batch.metadata },
  credentialTier: batch.credentialTier,
  appId: batch.appId,
  userId: batch.userId,
  heldNanoUsd: batch.heldNanos.toString(),
  costNanoUsd: batch.endedAt === null ? null : (batch.costNanos ?? 0n).toString(),
  createdAt: batch.createdAt.toISOString(),
  expiresAt: dateOf(batch.told.times.expiresAt),
  endedAt: batch.endedAt?.toISOString() ?? null,
});
