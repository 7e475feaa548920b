import type { UnitClass, Units } from "../../contracts/units.ts";
import { isRecord } from "./json.ts";

/** No call uses a billion of anything; a larger number is a fault of the vendor, not a bill. */
const absurd = 1_000_000_000;

class UnusableCount extends Error {}

/** A count off the wire: undefined when absent or null. Anything but a plausible integer makes the usage unusable. */
export const countAt = (usage: unknown, key: string): number | undefined => {
  const value = isRecord(usage) ? usage[key] : undefined;
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > absurd)
    throw new UnusableCount(key);
  return value;
};

/** What is left of a total after its named parts; parts larger than the total make the usage unusable. */
export const rest = (total: number, ...parts: readonly (number | undefined)[]): number => {
  const left = parts.reduce<number>((sum, part) => sum - (part ?? 0), total);
  if (left < 0) throw new UnusableCount("parts exceed the total");
  return left;
};

/** Runs a parser; null for usage that cannot be used. */
export const usable = <T>(parse: () => T | null): T | null => {
  try {
    return parse();
  } catch (error) {
    if (error instanceof UnusableCount) return null;
    throw error;
  }
};

/** Units without the classes that were not reported. */
export const unitsOf = (counts: { readonly [K in UnitClass]?: number | undefined }): Units => {
  const units: { [K in UnitClass]?: number } = {};
  for (const [name, count] of Object.entries(counts)) {
    if (count !== undefined) units[asClass(name)] = count;
  }
  return units;
};

/** The parameter's type admits unit classes alone. */
const asClass = (name: string): UnitClass => name as UnitClass;
