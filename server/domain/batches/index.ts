export { noteCancelled } from "./cancelled-batch.ts";
export { endBatch, type AnswersFile } from "./end-batch.ts";
export { listStoredBatches } from "./list-stored-batches.ts";
export { claimBatches, keepBatch, lookAtBatchSoon, noteTold, pruneBatches } from "./look-at-batches.ts";
export { requireBatch } from "./require-batch.ts";
export { beginBatch, runBatch, runFoundBatch } from "./run-batch.ts";
export type { NewBatch, PageOfBatches, StoredBatch } from "./store.ts";
