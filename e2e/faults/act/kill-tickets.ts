import { readdir, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { ticketFile, type KillPoint } from "./acting-family.ts";

/** A run, and where the process is to die that acts for it. */
interface Doomed {
  readonly name: string;
  readonly kill: KillPoint | undefined;
}

/** Tells processes where to kill themselves: whichever takes a ticket dies. */
export const writeTickets = async (folder: string, runs: readonly Doomed[]): Promise<void> => {
  for (const { kill, name } of runs) if (kill !== undefined) await writeFile(ticketFile(folder, kill, name), "");
};

/** The runs whose process has not died: their tickets are still there. */
export const sparedOf = async <R extends Doomed>(folder: string, runs: readonly R[]): Promise<readonly R[]> => {
  const left = new Set(await readdir(folder));
  return runs.filter(({ kill, name }) => kill !== undefined && left.has(basename(ticketFile(folder, kill, name))));
};

/** A ticket that is gone was taken by a process that killed itself. */
export const killsMade = async (
  folder: string,
  runs: readonly Doomed[],
): Promise<Readonly<Partial<Record<KillPoint, number>>>> => {
  const spared = new Set(await sparedOf(folder, runs));
  const kills: Partial<Record<KillPoint, number>> = {};
  for (const run of runs) {
    if (run.kill === undefined || spared.has(run)) continue;
    kills[run.kill] = (kills[run.kill] ?? 0) + 1;
  }
  return kills;
};
