/** A limit for the models whose id matches; the first match counts. */
export type OutputLimits = readonly (readonly [RegExp, number])[];

/** The output limit for callers who name none: below every matching model's own, and small enough to be reserved. */
export const defaultOutputLimit =
  (limits: OutputLimits, otherwise: number) =>
  (model: string): number =>
    limits.find(([pattern]) => pattern.test(model))?.[1] ?? otherwise;
