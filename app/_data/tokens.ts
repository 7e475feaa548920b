import type { OperationAnswer } from "./answers.ts";

const sumOf = (units: NonNullable<OperationAnswer["units"]>, names: RegExp): number =>
  Object.entries(units).reduce((sum, [name, count]) => (names.test(name) ? sum + (count ?? 0) : sum), 0);

/** All tokens in and out of a call; undefined where nothing was metered. */
export const tokenCounts = (
  units: OperationAnswer["units"],
): { readonly input: number; readonly output: number } | undefined =>
  units === null ? undefined : { input: sumOf(units, /^(input|cache)/), output: sumOf(units, /^(output|reasoning)/) };
