import { ensureCompiled } from "../scripts/toolchain.mjs";
import { compiledVariable } from "./compiled-program.ts";

/** Compiles the product's programs once for all suites that start them, as `npm start` does. */
export default function setup(): void {
  const folder = ensureCompiled();
  if (folder === undefined) throw new Error("the programs could not be compiled");
  process.env[compiledVariable] = folder;
}
