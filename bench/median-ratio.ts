import type { Measured } from "./measured.ts";

interface Pair {
  readonly ours: Measured;
  readonly theirs: Measured;
}

/** The rates of ours as multiples of theirs, of rounds in turn: what else the machine does falls on both. */
export const medianRatio = (rounds: readonly Pair[]): string => {
  const ratios = rounds.map(({ ours, theirs }) => ours.load.requestsPerSecond / theirs.load.requestsPerSecond);
  const median = ratios.toSorted((a, b) => a - b)[Math.floor(ratios.length / 2)] ?? 0;
  return `${median.toFixed(2)}×`;
};
