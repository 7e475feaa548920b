import type { Random } from "../e2e/faults/seeded.ts";

interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** Standard deviations between which 99 % of a normal distribution lie. */
const width = 2 * 2.5758;

/** A log-normally distributed number, 99 % of which would lie within the bounds; the others are drawn again. */
export const drawLogNormal = (random: Random, { least, most }: Bounds): number => {
  const mean = (Math.log(least) + Math.log(most)) / 2;
  const deviation = (Math.log(most) - Math.log(least)) / width;
  for (;;) {
    // Box-Muller; 1 - u keeps the logarithm finite.
    const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    const drawn = Math.exp(mean + deviation * normal);
    if (drawn >= least && drawn <= most) return drawn;
  }
};
