/**
 * Why the cost of a call is unknown: it was sent, and no complete answer came. `timeout` a time limit passed,
 * a vendor that hung or dripped included. `cut` the connection broke, or the answer ended before its usage.
 * `unreadable` an answer came whole, but is not what it should be. `too_large` the answer was larger than is read.
 * `server_error` the vendor failed in a way that it does not document as unbilled. `left` the caller left, and nobody
 * read on. `process_lost` the process that made the call was killed, or paused for so long that another gave it up.
 */
export const doubts = ["timeout", "cut", "unreadable", "too_large", "server_error", "left", "process_lost"] as const;

/** Stands on the row as `result.doubt`, from when the hold is kept as `uncertain` until for good: however it ended. */
export type Doubt = (typeof doubts)[number];

/** Whether a vendor was seen to act by the status that it answered with: one that began a good answer did. */
export const effectOfStatus = (status: number | null | undefined): "done" | "unknown" =>
  typeof status === "number" && status >= 200 && status < 300 ? "done" : "unknown";
