const dayMs = 86_400_000;
/** Later than any calendar: what lasts so long lasts. */
const longestMs = 100 * 365 * dayMs;

/** When what is left is used up at a rate; undefined where it lasts until the end. */
export const runsOut = (left: bigint, nanosPerDay: bigint, now: number, end: number): Date | undefined => {
  if (left <= 0n) return new Date(now);
  if (nanosPerDay <= 0n) return undefined;
  const at = now + Number((left * BigInt(dayMs)) / nanosPerDay);
  return at < Math.min(end, now + longestMs) ? new Date(at) : undefined;
};
