/** Upper bounds of the classes in which the database counts latencies, in milliseconds; one more class is above them. */
export const latencyBounds = [
  25, 50, 75, 100, 150, 200, 300, 400, 500, 750, 1_000, 1_500, 2_000, 3_000, 4_000, 5_000, 7_500, 10_000, 15_000,
  20_000, 30_000, 60_000, 120_000,
] as const;

/** Decimal digits of a class in the number that holds all of them. */
const classSize = 10_000_000_000n;

/** How many calls were in each class, the fastest first. */
const countsOf = (histogram: string): readonly number[] => {
  const counts: number[] = [];
  for (let rest = BigInt(histogram); rest > 0n; rest /= classSize) counts.push(Number(rest % classSize));
  return counts;
};

/** The latency that a share of the calls did not exceed, placed evenly within its class; null where none is known. */
const quantileOf = (counts: readonly number[], share: number): number | null => {
  const all = counts.reduce((sum, count) => sum + count, 0);
  let before = 0;
  for (const [place, count] of counts.entries()) {
    if (count > 0 && before + count >= all * share) {
      const from = latencyBounds[place - 1] ?? 0;
      const to = latencyBounds[place] ?? from;
      return Math.round(from + ((all * share - before) / count) * (to - from));
    }
    before += count;
  }
  return null;
};

/** Median and 95th percentile of a histogram of the database. */
export const latenciesOf = (
  histogram: string,
): {
  readonly latencyP50Ms: number | null;
  readonly latencyP95Ms: number | null;
} => {
  const counts = countsOf(histogram);
  return {
    latencyP50Ms: quantileOf(counts, 0.5),
    latencyP95Ms: quantileOf(counts, 0.95),
  };
};
