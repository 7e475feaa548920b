import type { MediumReadings } from "../../contracts/media.ts";

/** The longest that any reading says; undefined where one could not be measured. */
export const secondsOfMedia = (media: readonly MediumReadings[]): number | undefined => {
  let most = 0;
  for (const reading of media.flat()) {
    if (reading.seconds === undefined) return undefined;
    most = Math.max(most, reading.seconds);
  }
  return most;
};
