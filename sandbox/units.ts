/** The disjoint classes in which the emulated vendors bill. */
export type UnitClass =
  | "input"
  | "cacheRead"
  | "cacheReadAudio"
  | "cacheReadImage"
  | "cacheWrite5m"
  | "cacheWrite1h"
  | "output"
  | "reasoning"
  | "inputAudio"
  | "outputAudio"
  | "inputImage"
  | "outputImage"
  | "image"
  | "megapixel"
  | "character"
  | "second"
  | "videoSecond"
  | "videoSecond1080p"
  | "videoSecond4k"
  | "search"
  | "request";

/** Billed units by class. */
export type Units = { [K in UnitClass]?: number };

/** Units as a correct reader takes them from the wire, or null where any number is unusable. */
export function usableUnits(units: { [K in UnitClass]?: unknown }): Units | null {
  const usable: Units = {};
  for (const [unit, value] of Object.entries(units)) {
    if (value === undefined || value === null) continue;
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > 1e12) return null;
    Object.assign(usable, { [unit]: value });
  }
  return usable;
}
