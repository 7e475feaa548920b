/** Where a batch stands: first those in which its vendor still works on it. */
export const batchStatuses = [
  "validating",
  "in_progress",
  "finalizing",
  "cancelling",
  "completed",
  "failed",
  "expired",
  "cancelled",
] as const;
export type BatchStatus = (typeof batchStatuses)[number];

const working: ReadonlySet<BatchStatus> = new Set(["validating", "in_progress", "finalizing", "cancelling"]);

/** Whether the vendor will say more of it. */
export const isUnderWay = (status: BatchStatus): boolean => working.has(status);
