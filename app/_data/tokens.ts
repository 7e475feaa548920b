import type { OperationAnswer } from "./answers.ts";

const sumOf = (units: NonNullable<OperationAnswer["units"]>, names: RegExp): number =>
  Object.entries(units).reduce((sum, [name, count]) => (names.test(name) ? sum + (count ?? 0) : sum), 0);

const inNames = /^(input|cache)/;
const outNames = /^(output|reasoning)/;

/** All tokens in and out of a call; undefined where none were metered: it was not billed, or by something else. */
export const tokenCounts = (
  units: OperationAnswer["units"],
): { readonly input: number; readonly output: number } | undefined =>
  units !== null && Object.keys(units).some((name) => inNames.test(name) || outNames.test(name))
    ? { input: sumOf(units, inNames), output: sumOf(units, outNames) }
    : undefined;
