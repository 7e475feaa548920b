import { spawn } from "node:child_process";
import { once } from "node:events";
import type { RunningNexus } from "./nexus.ts";

const script = `
import { setBudgets } from "./bench/set-budgets.ts";
await setBudgets(JSON.parse(process.argv[1]));
`;

/** Sets the benchmarks' budgets by the code of the checkout that runs: another commit's database has another schema. */
export const setBudgetsOf = async (checkout: string, { dataDir, apiKey }: RunningNexus): Promise<void> => {
  const child = spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      "--input-type=module",
      "--eval",
      script,
      JSON.stringify({ dataDir, apiKey }),
    ],
    { cwd: checkout, stdio: ["ignore", "ignore", "inherit"] },
  );
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`the budgets of ${checkout} were not set`);
};
