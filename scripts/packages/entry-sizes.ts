import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";

/** What an entry point adds to an app, minified and compressed, with what it depends on beside its peers. */
export interface EntrySize {
  readonly entry: string;
  readonly bytes: number;
  readonly budget: number;
}

const kilobyte = 1_000;

/** Most bytes of each entry point. Whoever needs more says here why. */
const budgets: Readonly<Record<string, number>> = {
  ".": 14 * kilobyte,
  // Models of five kinds: texts, vectors, images, speech, transcripts.
  "./ai-sdk": 9 * kilobyte,
  "./email": 1 * kilobyte,
  // standardwebhooks and what it signs with.
  "./events": 16 * kilobyte,
  "./payments": 2 * kilobyte,
  "./react-query": 1 * kilobyte,
  // The schemas of every input, for tests alone.
  "./testing": 48 * kilobyte,
};

const isPeer = (peers: readonly string[], id: string): boolean =>
  peers.some((peer) => id === peer || id.startsWith(`${peer}/`));

const sizeOf = async (folder: string, entry: string, peers: readonly string[]): Promise<number> => {
  const bundle = await rolldown({
    cwd: folder,
    input: `@topolo/nexus-client${entry.slice(1)}`,
    platform: entry === "./events" || entry === "./testing" ? "node" : "browser",
    external: (id) => isPeer(peers, id) || id.startsWith("node:"),
    onLog: () => undefined,
  });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  await bundle.close();
  return output.reduce((sum, part) => sum + (part.type === "chunk" ? gzipSync(part.code).byteLength : 0), 0);
};

/** Measures every entry point of the client that is installed in a folder. */
export const measureEntries = async (
  folder: string,
  { entries, peers }: { readonly entries: readonly string[]; readonly peers: readonly string[] },
): Promise<readonly EntrySize[]> => {
  const sizes: EntrySize[] = [];
  for (const entry of entries) {
    const budget = budgets[entry];
    if (budget === undefined) throw new Error(`${entry} has no size budget.`);
    sizes.push({ entry, budget, bytes: await sizeOf(folder, entry, peers) });
  }
  return sizes;
};

/** One line for each entry point. */
export const sizeTable = (sizes: readonly EntrySize[]): string =>
  sizes
    .map(({ entry, bytes, budget }) => {
      const mark = bytes > budget ? "✗" : "✓";
      return `${mark} ${entry.padEnd(14)} ${(bytes / kilobyte).toFixed(1).padStart(6)} kB gzip of ${budget / kilobyte} kB`;
    })
    .join("\n");
