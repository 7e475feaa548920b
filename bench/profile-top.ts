import { readFile } from "node:fs/promises";

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** One line of a profile: its own time, as a share of the time that was not idle. */
export interface ProfileLine {
  readonly share: number;
  readonly name: string;
}

/** The profile is V8's own format. */
const parseProfile = (text: string): Profile => JSON.parse(text) as Profile;

const nameOf = ({ functionName, url, lineNumber }: Profile["nodes"][number]["callFrame"]): string => {
  const file = url
    .replace(/^.*\/node_modules\//, "")
    .replace(/^file:\/\/.*\/(?=server\/)/, "")
    .replace(/^node:/, "node:");
  return `${functionName || "(anonymous)"} ${file ? `${file}:${lineNumber + 1}` : ""}`.trim();
};

/** The functions with the most time of their own. */
export const profileTop = async (
  file: string,
  count: number,
): Promise<{ readonly lines: ProfileLine[]; readonly idleShare: number }> => {
  const { nodes, samples, timeDeltas } = parseProfile(await readFile(file, "utf8"));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const own = new Map<string, number>();
  let total = 0;
  let idle = 0;
  samples.forEach((id, index) => {
    const node = byId.get(id);
    const spent = timeDeltas[index] ?? 0;
    if (!node) return;
    total += spent;
    if (node.callFrame.functionName === "(idle)") {
      idle += spent;
      return;
    }
    const name = nameOf(node.callFrame);
    own.set(name, (own.get(name) ?? 0) + spent);
  });
  const busy = Math.max(total - idle, 1);
  const lines = [...own]
    .sort((a, b) => b[1] - a[1])
    .slice(0, count)
    .map(([name, spent]) => ({ share: spent / busy, name }));
  return { lines, idleShare: idle / Math.max(total, 1) };
};
