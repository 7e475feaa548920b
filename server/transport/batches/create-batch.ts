import { ai } from "../../contracts/ai.ts";
import { batchIdOf } from "../../contracts/batch-id.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { beginBatch, requireBatch, runBatch, type StoredBatch } from "../../domain/batches/index.ts";
import { batchRequest } from "../../families/ai/index.ts";
import { startJob } from "../../gateway/start-job.ts";
import { newId } from "../../platform/ids.ts";
import { requireFileUse } from "../files/index.ts";
import { prepareAsked, type AskedBatch } from "./asked-batch.ts";
import type { BatchesDeps } from "./batches-deps.ts";

/**
 * Starts a batch: all its requests are checked and bounded, the most that they can cost together is set aside under one
 * operation, and then the vendor is asked. A repeat under the same idempotency key is given the first batch.
 */
export const createBatch = async (deps: BatchesDeps, given: CallContext, asked: AskedBatch): Promise<StoredBatch> => {
  requireFileUse(deps, given, ai.createBatch);
  // What acts is recognized by a key; clients of vendors need not have one, and then nobody repeats it.
  const ctx = { ...given, idempotencyKey: given.idempotencyKey ?? `batch-${newId()}` };
  const { endpoint, metadata } = asked;
  const { vendor, inputFile, ...prepared } = await prepareAsked(deps, ctx, asked);
  try {
    const { route, model, requests, largestNanos, digest } = prepared;
    const { organizationId, appId, userId, keyId } = ctx;
    const request = batchRequest({
      batchRoute: route,
      fingerprint: JSON.stringify([digest, Object.entries(metadata).toSorted(([a], [b]) => (a < b ? -1 : 1))]),
      outgoing: { endpoint, requests, metadata, bytes: prepared.file.bytes, read: prepared.file.read },
      begin: (operationId) =>
        beginBatch(deps.deps, {
          operationId,
          organizationId,
          appId,
          userId,
          keyId,
          vendor,
          credentialId: route.credential.id,
          credentialTier: route.credential.tier,
          endpoint,
          model,
          inputFile,
          metadata,
          largestNanos,
        }),
    });
    const { operationId } = await startJob(deps.gateway, request, ctx, ({ result: told, ...job }) =>
      runBatch(deps.deps, ctx, { ...job, told: { ...told, counts: { ...told.counts, total: requests } } }),
    );
    return await requireBatch(deps.deps, organizationId, batchIdOf(operationId));
  } finally {
    await prepared.file.close();
  }
};
