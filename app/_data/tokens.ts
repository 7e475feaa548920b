import type { OperationAnswer } from "./answers.ts";

const inputClasses = [
  "input",
  "cacheRead",
  "cacheWrite5m",
  "cacheWrite1h",
  "cacheWrite30m",
  "cacheWrite12h",
  "inputAudio",
  "inputImage",
  "inputVideo",
] as const;
const outputClasses = ["output", "reasoning", "outputAudio", "outputImage"] as const;

/** All tokens in and out of a call; undefined where nothing was metered. */
export const tokenCounts = (
  units: OperationAnswer["units"],
): { readonly input: number; readonly output: number } | undefined =>
  units === null
    ? undefined
    : {
        input: inputClasses.reduce((sum, name) => sum + (units[name] ?? 0), 0),
        output: outputClasses.reduce((sum, name) => sum + (units[name] ?? 0), 0),
      };
