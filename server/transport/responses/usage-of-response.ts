import type { UnitClass, Units } from "../../contracts/units.ts";

const given: readonly UnitClass[] = [
  "input",
  "cacheRead",
  "cacheWrite5m",
  "cacheWrite1h",
  "cacheWrite30m",
  "cacheWrite12h",
  "inputAudio",
  "inputImage",
  "inputVideo",
];
const written: readonly UnitClass[] = ["cacheWrite5m", "cacheWrite1h", "cacheWrite30m", "cacheWrite12h"];
const made: readonly UnitClass[] = ["output", "reasoning", "outputAudio", "outputImage"];

const sum = (units: Units, classes: readonly UnitClass[]): number =>
  classes.reduce((total, unitClass) => total + (units[unitClass] ?? 0), 0);

/** OpenAI's usage of a response, whose totals include the classes that Nexus keeps apart. */
export const usageOfResponse = (units: Units) => {
  const inputTokens = sum(units, given);
  const outputTokens = sum(units, made);
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: units.cacheRead ?? 0, cache_write_tokens: sum(units, written) },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: units.reasoning ?? 0 },
    total_tokens: inputTokens + outputTokens,
  };
};
