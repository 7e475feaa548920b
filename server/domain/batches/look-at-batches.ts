import type { VendorBatch } from "../../contracts/ai-vendor-batches.ts";
import type { Deps } from "../../platform/deps.ts";
import { deleteUntaken, hastenRow, renewRow, tellRow } from "../jobs/index.ts";
import { claimDue, type StoredBatch } from "./store.ts";

/** A vendor is asked no more often than that because somebody waits. */
const hastyMs = 1_000;
const atOnce = 1_000;

/** Gives batches that are to be asked after to this process, until the lease has run out. */
export const claimBatches = (
  { db }: Pick<Deps, "db">,
  leaseMs: number,
  limit: number,
): Promise<readonly StoredBatch[]> => claimDue(db.pool, leaseMs, limit);

/** Keeps a batch for this process for longer, with what its vendor said meanwhile. */
export const keepBatch = (
  { db }: Pick<Deps, "db">,
  { operationId }: Pick<StoredBatch, "operationId">,
  leaseMs: number,
  told?: VendorBatch,
): Promise<void> => renewRow(db.pool, "ai_batch", operationId, leaseMs, told);

/** Notes what a vendor said of a batch, if it could be asked, and when it is asked next. */
export const noteTold = (
  { db }: Pick<Deps, "db">,
  { operationId }: Pick<StoredBatch, "operationId">,
  told: VendorBatch | undefined,
  afterMs: number,
): Promise<void> => tellRow(db.pool, "ai_batch", operationId, told, afterMs);

/** Has a batch looked at soon: somebody waits for its end. */
export const lookAtBatchSoon = (
  { db }: Pick<Deps, "db">,
  { operationId }: Pick<StoredBatch, "operationId">,
): Promise<void> => hastenRow(db.pool, "ai_batch", operationId, hastyMs);

/** Forgets batches that no vendor took. Says how many. */
export const pruneBatches = async ({ db }: Pick<Deps, "db">): Promise<number> => {
  let pruned = 0;
  for (let last = atOnce; last >= atOnce; pruned += last) last = await deleteUntaken(db.pool, "ai_batch", atOnce);
  return pruned;
};
