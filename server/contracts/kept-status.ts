/** How an answer that is kept stands: first those that go on. */
export const keptStatuses = ["queued", "in_progress", "completed", "incomplete", "failed", "cancelled"] as const;
export type KeptStatus = (typeof keptStatuses)[number];

/** Nothing of it changes any more. */
export const isEnded = (status: KeptStatus): boolean => status !== "queued" && status !== "in_progress";
