/**
 * Why the cost of a call is unknown: it was sent, and no complete answer came. `timeout` a time limit passed,
 * a vendor that hung or dripped included. `cut` the connection broke, or the answer ended before its usage.
 * `unreadable` a complete answer could not be parsed. `too_large` the answer exceeded the size limit.
 * `server_error` the vendor failed in a way that it does not document as unbilled. `left` the caller left, and the stream was not
 * drained. `process_lost` the process that made the call was killed, or paused for so long that another process ended its calls.
 */
export const doubts = ["timeout", "cut", "unreadable", "too_large", "server_error", "left", "process_lost"] as const;

/** `result.doubt` of the row, from when the hold is kept as `uncertain`; it stays after the call is resolved. */
export type Doubt = (typeof doubts)[number];

/** Whether the vendor's status shows that it acted: one that began a successful answer did. */
export const effectOfStatus = (status: number | null | undefined): "done" | "unknown" =>
  typeof status === "number" && status >= 200 && status < 300 ? "done" : "unknown";
