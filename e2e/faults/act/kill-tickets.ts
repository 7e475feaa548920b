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

/** A ticket that is gone was taken by a process that killed itself. */
export const killsMade = async (
  folder: string,
  runs: readonly Doomed[],
): Promise<Readonly<Partial<Record<KillPoint, number>>>> => {
  const left = new Set(await readdir(folder));
  const kills: Partial<Record<KillPoint, number>> = {};
  for (const { kill, name } of runs) {
    if (kill === undefined || left.has(basename(ticketFile(folder, kill, name)))) continue;
    kills[kill] = (kills[kill] ?? 0) + 1;
  }
  return kills;
};
