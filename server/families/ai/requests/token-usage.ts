import type { TokenUsage } from "../../../contracts/ai/token-usage.ts";
import type { UnitClass, Units } from "../../../contracts/units.ts";

const inputClasses: readonly UnitClass[] = [
  "input",
  "cacheRead",
  "cacheReadAudio",
  "cacheReadImage",
  "cacheWrite5m",
  "cacheWrite1h",
  "cacheWrite30m",
  "cacheWrite12h",
  "inputAudio",
  "inputImage",
  "inputVideo",
];
const outputClasses: readonly UnitClass[] = ["output", "reasoning", "outputAudio", "outputImage"];

/** Null where none of the classes was reported: missing is not zero. */
const sum = (units: Units, classes: readonly UnitClass[]): number | null => {
  let total: number | null = null;
  for (const unitClass of classes) {
    const count = units[unitClass];
    if (count !== undefined) total = (total ?? 0) + count;
  }
  return total;
};

/** The typed doors' usage, whose totals include the classes that the ledger keeps apart. */
export const tokenUsageOf = (units: Units): TokenUsage => ({
  inputTokens: sum(units, inputClasses),
  outputTokens: sum(units, outputClasses),
  cachedInputTokens: units.cacheRead ?? null,
  reasoningTokens: units.reasoning ?? null,
  units: { ...units },
});
