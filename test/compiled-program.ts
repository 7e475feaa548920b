import { join } from "node:path";

/** Where the programs of this run are compiled; the suites' processes inherit it. */
export const compiledVariable = "NEXUS_TEST_PROGRAMS";

/** The file that starts a program of the product: compiled as `npm start` runs it, or its source outside of a run of suites. */
export const compiledProgram = (source: string): string => {
  const compiled = process.env[compiledVariable];
  return compiled === undefined
    ? join(import.meta.dirname, "..", source)
    : join(compiled, source.replace(/\.ts$/, ".mjs"));
};
