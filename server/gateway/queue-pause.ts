import type { QueuedFacts } from "./reservation.ts";

const firstPauseMs = 2_000;
const longestPauseMs = 300_000;

/** After how long something that came back without effect is tried again: doubled each time, and never at once for many. */
export const queuePauseMs = (
  { tries }: Pick<QueuedFacts, "tries">,
  retryAfterMs = 0,
  random: () => number = Math.random,
): number => {
  const pause = Math.min(firstPauseMs * 2 ** Math.min(tries, 16), longestPauseMs);
  return Math.max(pause * (0.75 + random() / 2), retryAfterMs);
};
