import { join } from "node:path";

/**
 * For the environment of a process of ours that a test starts: the code is compiled once, however many are started, which is
 * half the time of a start. What changed is compiled anew.
 */
export const compiledCode = {
  NODE_COMPILE_CACHE:
    process.env["NODE_COMPILE_CACHE"] ?? join(import.meta.dirname, "..", "node_modules", ".cache", "compiled"),
};
