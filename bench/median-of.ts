import type { Measured } from "./measured.ts";

/** The middle one; of an even number, the mean of the two in the middle. */
export const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? upper) + upper) / 2;
};

const byKind = (maps: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> =>
  new Map(
    [...new Set(maps.flatMap((map) => [...map.keys()]))].map((kind) => [
      kind,
      median(maps.map((map) => map.get(kind) ?? 0)),
    ]),
  );

/** The median of each figure on its own; errors and requests are of all rounds. */
export const medianOf = (rounds: readonly Measured[]): Measured => {
  const loads = rounds.map(({ load }) => load);
  const sum = (of: "errors" | "requests"): number => loads.reduce((total, load) => total + load[of], 0);
  return {
    load: {
      requestsPerSecond: median(loads.map(({ requestsPerSecond }) => requestsPerSecond)),
      p50Ms: median(loads.map(({ p50Ms }) => p50Ms)),
      p99Ms: median(loads.map(({ p99Ms }) => p99Ms)),
      p999Ms: median(loads.map(({ p999Ms }) => p999Ms)),
      errors: sum("errors"),
      requests: sum("requests"),
    },
    cpu: byKind(rounds.map(({ cpu }) => cpu)),
    pss: byKind(rounds.map(({ pss }) => pss)),
  };
};
