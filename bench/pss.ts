import { readFile } from "node:fs/promises";
import { processNameOf, treeOf } from "./cpu-time.ts";

/** Proportional memory of a process, MiB: what several share counts once. 0 once it has gone. */
export const pssOf = async (pid: number): Promise<number> => {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / 1_024;
};

/** The same of a process's tree, by kind of process. */
export const pssByKind = async (
  root: number,
  nameOf: (pid: number) => Promise<string> = processNameOf,
): Promise<ReadonlyMap<string, number>> => {
  const byName = new Map<string, number>();
  for (const pid of await treeOf(root)) {
    const pss = await pssOf(pid);
    if (pss === 0) continue;
    const name = await nameOf(pid);
    byName.set(name, (byName.get(name) ?? 0) + pss);
  }
  return byName;
};
