import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { nodeFlags, programFile } from "../scripts/toolchain.mjs";
import { productUnderTest } from "./product-under-test.ts";

const execute = promisify(execFile);

let compiled: string | undefined;
const program = (): string => (compiled ??= programFile("server/cli/main.ts"));

/** One command of the operators' line, as `npm run nexus` runs it, on the product under test. */
export const operate = async (...args: readonly string[]): Promise<string> => {
  const { stdout } = await execute(process.execPath, [...nodeFlags, program(), ...args], {
    env: { ...process.env, NEXUS_DATA_DIR: productUnderTest().dataDir },
  });
  return stdout;
};
