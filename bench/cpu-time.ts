import { readFile, readdir } from "node:fs/promises";

const ticksPerSecond = 100;

/** CPU seconds a process has used so far, its own and the kernel's on its behalf; 0 once it has gone. */
export const cpuSeconds = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / ticksPerSecond;
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
  if (command.includes("main.ts")) return "parent and auth";
  if (command.includes("postgres")) return "PostgreSQL";
  return command.split(" ")[0] ?? "";
};

/** CPU microseconds per request by kind of process, over a piece of work. */
export const cpuPerRequest = async (
  root: number,
  work: () => Promise<number>,
): Promise<ReadonlyMap<string, number>> => {
  const pids = await treeOf(root);
  const before = await Promise.all(pids.map(cpuSeconds));
  const requests = await work();
  const after = await Promise.all(pids.map(cpuSeconds));
  const byName = new Map<string, number>();
  for (const [index, pid] of pids.entries()) {
    const used = ((after[index] ?? 0) - (before[index] ?? 0)) * 1e6;
    if (used > 0) {
      const name = await processNameOf(pid);
      byName.set(name, (byName.get(name) ?? 0) + used / Math.max(requests, 1));
    }
  }
  return byName;
};
