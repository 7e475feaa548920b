import type { UsageNote } from "../../contracts/vendor-call.ts";
import type { UnitClass, Units } from "../../contracts/units.ts";
import { isRecord } from "./json.ts";

/** No call uses so much of anything; a larger number is a fault of the vendor, not a bill. */
const absurd = 50_000_000;

const wholeNumber = /^\s*(\d{1,9})(?:\.0*)?\s*$/;

/** The number that a value is, or that its text says; NaN for anything else. */
export const numberOf = (value: unknown): number => {
  if (typeof value === "number") return value;
  const digits = typeof value === "string" ? wholeNumber.exec(value)?.[1] : undefined;
  return digits === undefined ? Number.NaN : Number(digits);
};

/** A plausible count: a whole number that is neither negative nor absurd. */
export const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= absurd;

/** The counts of one usage object, each read alone: a field that is no count is left out and noted. */
export class Counts {
  readonly notes = new Set<UsageNote>();

  /** The count at a key; undefined when absent, null or no plausible whole number. */
  at(usage: unknown, key: string): number | undefined {
    const value = isRecord(usage) ? usage[key] : undefined;
    if (value === undefined || value === null || value === "") return undefined;
    const count = numberOf(value);
    if (!isCount(count)) {
      this.notes.add("unusable_count");
      return undefined;
    }
    // Adding turns the negative zero into the plain one.
    return count + 0;
  }

  /** The largest of the counts at several places where vendors put the same one. */
  largest(...places: readonly (readonly [usage: unknown, key: string])[]): number | undefined {
    let most: number | undefined;
    for (const [usage, key] of places) {
      const count = this.at(usage, key);
      if (count !== undefined && (most === undefined || count > most)) most = count;
    }
    return most;
  }

  /** The sum of one count over several objects. */
  sum(parts: readonly unknown[], key: string): number | undefined {
    return total(parts.map((part) => this.at(part, key)));
  }
}

/** The sum of what is known; undefined when nothing is. */
export const total = (counts: readonly (number | undefined)[]): number | undefined => {
  const known = counts.filter((count) => count !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, count) => sum + count, 0);
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
