import type { MeasuredMedium, MediumKind, MediumReadings } from "../../contracts/media.ts";
import type { UnitClass, Units } from "../../contracts/units.ts";
import type { MediumTokens } from "../../contracts/vendor-bounds.ts";
import { dearestClass, dearestPrice, unpriced, type PriceSet } from "../../domain/pricing/index.ts";
import { NexusError } from "../../errors.ts";
import type { ModelRoute } from "./model-route.ts";

type InputClass = MediumTokens["unitClass"];
type TextClasses = readonly [UnitClass, ...UnitClass[]];

/** What a medium of unknown size may be metered in. */
const classesOfKind: Readonly<Record<MediumKind, readonly [InputClass, ...InputClass[]]>> = {
  image: ["inputImage"],
  audio: ["inputAudio"],
  video: ["inputVideo", "inputAudio"],
  document: ["input", "inputImage"],
  other: ["input", "inputImage", "inputVideo"],
};

const nameOf = ({ model, priceSet }: ModelRoute): string => `${priceSet.vendor}/${model}`;

/** Catalogues round context windows down: 1,000,000 stands for 2^20. */
const windowOf = ({ contextWindow }: PriceSet): number | undefined =>
  contextWindow === null ? undefined : Math.ceil(contextWindow * 1.05);

const notTaken = (route: ModelRoute, { kind, field }: MeasuredMedium): NexusError =>
  new NexusError("CAPABILITY_MISSING", {
    message: `${nameOf(route)} takes no ${kind === "other" ? "such part" : kind}.`,
    details: { model: nameOf(route), missing: kind },
    issues: [{ field, expected: "absent" }],
  });

const notBounded = (route: ModelRoute, { kind, field }: MeasuredMedium): NexusError =>
  new NexusError("CAPABILITY_MISSING", {
    message: `What this ${kind === "other" ? "part" : kind} costs at ${nameOf(route)} cannot be known beforehand: its size cannot be measured, and the model's context window is not known.`,
    details: { model: nameOf(route), missing: kind },
    issues: [{ field, expected: "the file itself as data, whose length or pages can be measured" }],
  });

/** Tokens that are billed in one of these classes. */
interface Possible {
  readonly classes: readonly [InputClass, ...InputClass[]];
  readonly tokens: number;
}

/** Everything the model takes, where its documentation or the catalogue says how much that is. */
const wholeInput = (medium: MeasuredMedium, route: ModelRoute): Possible => {
  const classes = classesOfKind[medium.kind];
  const tokens = route.vendor.bounds.inputTokensMax(route.model) ?? windowOf(route.priceSet);
  if (tokens !== undefined) return { classes, tokens };
  const priced = [...classes, "input" as const].some(
    (unitClass) => (dearestPrice(route.priceSet, unitClass) ?? 0n) > 0n,
  );
  if (priced) throw notBounded(route, medium);
  return { classes, tokens: 0 };
};

/** Puts tokens into the dearest class that they may be billed in. Sound is never billed as anything else. */
const pricedUnits = (all: readonly Possible[], { priceSet }: ModelRoute, text: TextClasses, field: string): Units => {
  let units: Units = {};
  for (const { classes, tokens } of all) {
    if (classes.includes("inputAudio") && dearestPrice(priceSet, "inputAudio") === undefined)
      throw unpriced(priceSet, "inputAudio", field);
    units = addUnits(units, { [dearestClass([...text, ...classes], priceSet)]: tokens });
  }
  return units;
};

const costOfUnits = (units: Units, set: PriceSet): bigint => {
  let total = 0n;
  for (const [unitClass, count] of entriesOf(units)) total += BigInt(count) * (dearestPrice(set, unitClass) ?? 0n);
  return total;
};

/** Keys of units are unit classes. */
const entriesOf = (units: Units): readonly (readonly [UnitClass, number])[] =>
  Object.entries(units) as readonly (readonly [UnitClass, number])[];

/** Units of both. */
export const addUnits = (one: Units, other: Units): Units => {
  const sum: Partial<Record<UnitClass, number>> = { ...one };
  for (const [unitClass, count] of entriesOf(other)) sum[unitClass] = (sum[unitClass] ?? 0) + count;
  return sum;
};

const documented = ({ unitClass, tokens }: MediumTokens): Possible => ({ classes: [unitClass], tokens });

const unitsOfMedium = (readings: MediumReadings, route: ModelRoute, text: TextClasses): Units => {
  let most: Units | undefined;
  for (const reading of readings) {
    const tokens = route.vendor.bounds.medium(reading, route.model);
    if (tokens === "refused") continue;
    const possible = tokens?.map(documented) ?? [wholeInput(reading, route)];
    const units = pricedUnits(possible, route, text, reading.field);
    if (most === undefined || costOfUnits(units, route.priceSet) > costOfUnits(most, route.priceSet)) most = units;
  }
  if (most === undefined) throw notTaken(route, readings[0]);
  return most;
};

/**
 * The most that media can be metered at on a route, each read in the dearest way. Together they are no more than a
 * documented input limit. Refuses what can be neither measured nor bounded, and sound that has no price.
 */
export const mediaUnitsOf = (route: ModelRoute, text: TextClasses): Units => {
  let units: Units = {};
  for (const readings of route.size.media) units = addUnits(units, unitsOfMedium(readings, route, text));
  const limit = route.vendor.bounds.inputTokensMax(route.model);
  const counted = entriesOf(units);
  const total = counted.reduce((sum, [, count]) => sum + count, 0);
  if (limit === undefined || total <= limit) return units;
  const [first, ...others] = counted.map(([unitClass]) => unitClass);
  return first === undefined ? units : { [dearestClass([first, ...others], route.priceSet)]: limit };
};
