import { batchOperationOf } from "../../contracts/batch-id.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { selectBatch, type StoredBatch } from "./store.ts";

/** A batch of the organization; NOT_FOUND for every other, whosever it is. */
export const requireBatch = async (
  { db }: Pick<Deps, "db">,
  organizationId: string,
  batchId: string,
): Promise<StoredBatch> => {
  const operationId = batchOperationOf(batchId);
  const batch = operationId === undefined ? undefined : await selectBatch(db.pool, organizationId, operationId);
  if (batch !== undefined) return batch;
  throw new NexusError("NOT_FOUND", { message: `There is no batch '${batchId.slice(0, 64)}'.` });
};
