import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { OpenedCampaign } from "./open-campaign.ts";

interface Unended {
  readonly open: number;
  readonly uncertain: number;
  readonly queued: number;
}

const unended = async ({ scene }: OpenedCampaign): Promise<Unended | undefined> => {
  const { rows } = await scene.cluster.pool.query<Unended>(
    `select (select count(*)::int from nexus.operation where state = 'open') open,
            (select count(*)::int from nexus.operation where state = 'uncertain') uncertain,
            (select count(*)::int from nexus.rollup_queue) queued`,
  );
  return rows[0];
};

/** Waits until all has its end, and is in the rollups; doubts that are young stay doubts. */
export const awaitRecovery = async (deps: OpenedCampaign, print: (line: object) => void): Promise<void> => {
  const deadline = Date.now() + 150_000;
  for (;;) {
    const left = await unended(deps).catch(() => undefined);
    if (left && left.open === 0 && left.queued === 0) return print({ recovered: true, ...left });
    if (Date.now() > deadline) return print({ recovery: "did not finish in time", ...left });
    await sleep(1_000);
  }
};

/** Has the checker judge, from outside; true where it passes everything. */
export const judgeCampaign = async ({ files, scene }: OpenedCampaign, demand: readonly string[]): Promise<boolean> => {
  const checker = spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      join(import.meta.dirname, "check-ledger.ts"),
      "--database",
      scene.cluster.config.databaseUrl,
      "--vendor-log",
      files.vendor,
      "--client-log",
      files.client,
      "--sightings",
      files.sightings,
      "--disturbances",
      files.disturbances,
      "--run-log",
      files.run,
      ...demand,
    ],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  const [code]: unknown[] = await once(checker, "exit");
  return code === 0;
};
