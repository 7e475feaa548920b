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

/** The most seconds that a vendor bills: they are rounded up, and two readers of a file may differ by a part of one. */
export const heldSeconds = (media: readonly MediumReadings[]): number | undefined => {
  const seconds = secondsOfMedia(media);
  return seconds === undefined ? undefined : Math.ceil(seconds) + 1;
};
