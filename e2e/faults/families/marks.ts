import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Which call an operation, or a vendor's key, was made for: written by the process that makes it, read by everybody. */
export interface Marks {
  readonly set: (name: string, callKey: string) => void;
  readonly callOf: (name: string | null) => string | undefined;
}

export const openMarks = (folder: string): Marks => {
  const known = new Map<string, string>();
  const fileOf = (name: string): string => join(folder, "marks", name);
  return {
    set: (name, callKey) => writeFileSync(fileOf(name), callKey),
    callOf: (name) => {
      if (name === null || !/^[\w-]+$/.test(name)) return undefined;
      const found = known.get(name);
      if (found !== undefined) return found;
      try {
        const callKey = readFileSync(fileOf(name), "utf8");
        known.set(name, callKey);
        return callKey;
      } catch {
        return undefined;
      }
    },
  };
};
