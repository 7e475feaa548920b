// Prints what script every page of the dashboard loads, and fails over the budget. Builds first where sources have changed.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ensureDashboardBuilt } from "../server/process/dashboard-build.ts";
import { projectRoot } from "../server/platform/own-files.ts";
import { inKilobytes, overWeight, weighPages, weightBudget } from "./page-weights.ts";

const next = join(projectRoot, "node_modules", "next", "dist", "bin", "next");

const build = async (folder: string): Promise<void> => {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
    NEXUS_DASHBOARD_BUILD: folder,
  };
  const { status } = spawnSync(process.execPath, [next, "build"], { cwd: projectRoot, env, stdio: "inherit" });
  if (status !== 0) throw new Error("the dashboard could not be built");
};

const pages = await weighPages(join(projectRoot, await ensureDashboardBuilt(projectRoot, build)));
const widest = Math.max(...pages.map(({ page }) => page.length));
const line = (page: string, ...cells: readonly string[]): void =>
  console.log(`${page.padEnd(widest)} ${cells.map((cell) => cell.padStart(9)).join("")}`);

line("gzip kB of script", "initial", "ours", "later");
for (const { page, initial, ours, later } of pages)
  line(page, inKilobytes(initial), inKilobytes(ours), inKilobytes(later));
line("at most", ...Object.values(weightBudget).map(inKilobytes));

const over = overWeight(pages);
for (const words of over) console.error(`✗ ${words}`);
process.exitCode = over.length > 0 ? 1 : 0;
