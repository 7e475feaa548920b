import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { productUnderTest } from "./product-under-test.ts";

const execute = promisify(execFile);

/** One command of the operators' line, on the product under test. */
export const operate = async (...args: readonly string[]): Promise<string> => {
  const { stdout } = await execute(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "server/cli/main.ts", ...args],
    { env: { ...process.env, NEXUS_DATA_DIR: productUnderTest().dataDir } },
  );
  return stdout;
};
