import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startNexus, type RunningNexus, type StartNexus } from "./nexus.ts";
import { profileTop } from "./profile-top.ts";
import { setBudgets } from "./set-budgets.ts";

/** Loads the product once more under a profiler, and prints where its gateway's time goes. */
export const printProfile = async (
  options: Omit<StartNexus, "nodeFlags">,
  load: (nexus: RunningNexus) => Promise<unknown>,
): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), "nexus-profile-"));
  try {
    const nexus = await startNexus({ ...options, nodeFlags: ["--cpu-prof", `--cpu-prof-dir=${folder}`] });
    await setBudgets(nexus)
      .then(() => load(nexus))
      .finally(nexus.stop);
    const all = await Promise.all((await readdir(folder)).map((file) => profileTop(join(folder, file), 10)));
    // The busiest is a gateway's: the parent does next to nothing under load.
    const [busiest] = all.sort((a, b) => a.idleShare - b.idleShare);
    if (!busiest) return;
    console.log(`\n  Where a gateway process's own time goes (${(busiest.idleShare * 100).toFixed(0)} % idle):`);
    for (const { share, name } of busiest.lines) console.log(`  ${(share * 100).toFixed(1).padStart(5)} %  ${name}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
