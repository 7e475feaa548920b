import type { UsageNote } from "../../contracts/vendor-call.ts";
import type { Units } from "../../contracts/units.ts";
import { total, type Counts } from "./counts.ts";

/** A usage object understood. */
export interface UsageReading {
  /** Disjoint units; null where no number was reported. */
  readonly units: Units | null;
  /** Both input and output were reported. */
  readonly whole: boolean;
  readonly notes: readonly UsageNote[];
}

/** Where a vendor counts its reasoning: within the reported output, beside it, or as its total shows. */
export type ReasoningPlace = "inside" | "beside" | "by total";

/** Numbers as a vendor reports them, not yet disjoint. */
export interface ToldUsage {
  /** All that went in, its named parts included. */
  readonly input: number | undefined;
  readonly inputParts: readonly (number | undefined)[];
  /** All that came out, its named parts included. */
  readonly output: number | undefined;
  readonly outputParts: readonly (number | undefined)[];
  readonly reasoning: number | undefined;
  readonly reasoningPlace: ReasoningPlace;
  readonly total: number | undefined;
}

/** What of input and output belongs to none of their named parts; undefined where it was not reported. */
export interface Remainders {
  readonly input: number | undefined;
  readonly output: number | undefined;
}

/** Named parts lie within their whole; where they are too large for that, they stand next to it and all is kept. */
const without = (whole: number, parts: number): number => (parts > whole ? whole : whole - parts);

interface Sides {
  readonly input: number;
  readonly inputParts: number;
  readonly output: number;
  readonly outputParts: number;
  readonly reasoning: number;
}

interface SidesReading {
  readonly input: number;
  readonly output: number;
  readonly partsBeside: boolean;
  /** What the total would be, were this the right reading. */
  readonly sum: number;
}

const read = (sides: Sides, partsBeside: boolean, reasoningBeside: boolean): SidesReading => {
  const { inputParts, outputParts, reasoning } = sides;
  const input = partsBeside ? sides.input : without(sides.input, inputParts);
  const output = without(sides.output, outputParts + (reasoningBeside ? 0 : reasoning));
  return { input, output, partsBeside, sum: input + inputParts + output + outputParts + reasoning };
};

/** The other ways to read two known sides, each dearer than the one before. */
const unusual = (sides: Sides, reasoningBeside: boolean): readonly SidesReading[] => [
  read(sides, false, true),
  read(sides, true, reasoningBeside),
  read(sides, true, true),
];

/**
 * The most plausible reading of numbers that may contradict each other. Every number is kept: the reading in which the
 * vendor's total comes out right goes before the usual one, and what no reading explains is taken at its dearer.
 */
export const remaindersOf = (told: ToldUsage, counts: Counts): Remainders => {
  const inputParts = total(told.inputParts) ?? 0;
  const outputParts = total(told.outputParts) ?? 0;
  const reasoning = told.reasoning ?? 0;
  const { input, output, reasoningPlace: place } = told;
  const tooMuch = reasoning > 0 && output !== undefined && outputParts + reasoning > output;
  const beside = place === "beside" || tooMuch;
  if (inputParts > (input ?? inputParts) || outputParts > (output ?? outputParts))
    counts.notes.add("inconsistent_usage");
  if (place === "inside" && tooMuch) counts.notes.add("inconsistent_usage");

  if (input !== undefined && output !== undefined) {
    const sides = { input, inputParts, output, outputParts, reasoning };
    const usual = read(sides, false, beside);
    if (told.total === undefined || told.total === usual.sum) return usual;
    const fitting = unusual(sides, beside).find(({ sum }) => sum === told.total);
    // An undeclared place is what the total is there to tell; anything else it contradicts is worth a note.
    if (fitting === undefined || fitting.partsBeside || place !== "by total") counts.notes.add("inconsistent_usage");
    // Some servers leave thinking out of the output they tell, and only their total has it.
    return fitting ?? { input: usual.input, output: usual.output + Math.max(told.total - usual.sum, 0) };
  }

  counts.notes.add("incomplete_usage");
  const known = {
    input: input === undefined ? undefined : without(input, inputParts),
    output: output === undefined ? undefined : without(output, outputParts + (beside ? 0 : reasoning)),
  };
  if (told.total === undefined) return known;
  const left = told.total - (known.input ?? 0) - inputParts - (known.output ?? 0) - outputParts - reasoning;
  if (left < 0) {
    counts.notes.add("inconsistent_usage");
    return known;
  }
  // A total alone is taken for output, which costs more.
  return output === undefined ? { input: known.input ?? 0, output: left } : { input: left, output: known.output };
};

/** A reading of units; null units where nothing was reported. */
export const readingOf = (units: Units, whole: boolean, { notes }: Counts): UsageReading => {
  const told = Object.keys(units).length > 0;
  return { units: told ? units : null, whole: told && whole, notes: [...notes] };
};
