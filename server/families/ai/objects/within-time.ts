import { createContext, Script } from "node:vm";

interface Timed {
  run?: () => unknown;
}

const timed: Timed = {};
const context = createContext(timed);
const script = new Script("run()");

/** Made by Node, so that it is an `Error` of whatever realm Node was started in. */
const ranOut = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";

/** What a computation gives, or undefined where it takes longer: V8 stops it, in the midst of a regular expression, too. */
export const withinTime = <T>(ms: number, compute: () => T): { readonly value: T } | undefined => {
  let value: { readonly value: T } | undefined;
  timed.run = () => {
    value = { value: compute() };
  };
  try {
    script.runInContext(context, { timeout: ms });
    return value;
  } catch (error) {
    if (ranOut(error)) return undefined;
    throw error;
  } finally {
    delete timed.run;
  }
};
