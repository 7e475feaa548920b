import { readFile, readdir } from "node:fs/promises";
import { basename } from "node:path";

const ticksPerSecond = 100;

/** CPU seconds a process has used so far, its own and the kernel's on its behalf; 0 once it has gone. */
export const cpuSeconds = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / ticksPerSecond;
};

/** The same with what it has inherited of children that have ended: nothing of a tree is lost when a part of it ends. */
const cpuSecondsWithEnded = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond;
};

const parentOf = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] ?? 0);
};

/** A process with all its descendants. */
export const treeOf = async (root: number): Promise<number[]> => {
  const pids = (await readdir("/proc")).map(Number).filter((pid) => pid > 0);
  const parents = new Map(
    await Promise.all(pids.map(async (pid): Promise<[number, number]> => [pid, await parentOf(pid)])),
  );
  const within = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at))
      if (at === root) return true;
    return false;
  };
  return pids.filter(within);
};

/** The first word of a process's command line that says what it is. */
export const processNameOf = async (pid: number): Promise<string> => {
  const command = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).replaceAll("\0", " ");
  if (command.includes("worker.ts")) return "gateway";
  if (command.includes("main.ts")) return "main and Auth";
  if (command.includes("postgres")) return "PostgreSQL";
  if (/\bnext(-server|\/dist\/)/.test(command)) return "dashboard";
  return basename(command.split(" ")[0] ?? "");
};

/** CPU microseconds per request by kind of process, over a piece of work. */
export const cpuPerRequest = async (
  root: number,
  work: () => Promise<number>,
): Promise<ReadonlyMap<string, number>> => {
  const spentIn = async (): Promise<Map<number, number>> =>
    new Map(
      await Promise.all(
        (await treeOf(root)).map(async (pid): Promise<[number, number]> => [pid, await cpuSecondsWithEnded(pid)]),
      ),
    );
  const before = await spentIn();
  const requests = await work();
  const after = await spentIn();
  const byName = new Map<string, number>();
  for (const [pid, spent] of after) {
    const used = (spent - (before.get(pid) ?? 0)) * 1e6;
    if (used > 0) {
      const name = await processNameOf(pid);
      byName.set(name, (byName.get(name) ?? 0) + used / Math.max(requests, 1));
    }
  }
  return byName;
};
