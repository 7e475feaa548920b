import { readFile } from "node:fs/promises";
import { runMixedLoad } from "./mixed-load.ts";
import { processNameOf, treeOf } from "./cpu-time.ts";
import { gaugeOf } from "./metrics-page.ts";
import { startNexus, type RunningNexus } from "./nexus.ts";
import { setBudgets } from "./set-budgets.ts";
import { settings } from "./settings.ts";
import { startStreamUpstream } from "./streams.ts";

const { memorySeconds, workers } = settings;
const sampleMs = 1_000;
const mib = 1_048_576;

/** Memory at one moment, MiB. */
interface Sample {
  readonly atSeconds: number;
  readonly values: ReadonlyMap<string, number>;
}

/** Proportional memory: PostgreSQL's processes share most of theirs. */
const memoryOf = async (pid: number): Promise<number> => {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / 1_024;
};

const sample = async ({ pid, url }: RunningNexus, began: number): Promise<Sample> => {
  const values = new Map<string, number>();
  for (const each of await treeOf(pid)) {
    const name = await processNameOf(each);
    if (name !== "gateway" && name !== "PostgreSQL") continue;
    values.set(`${name} memory`, (values.get(`${name} memory`) ?? 0) + (await memoryOf(each)));
  }
  values.set("gateway heap", (await gaugeOf(url, "nexus_nodejs_heap_size_used_bytes")) / mib);
  return { atSeconds: (performance.now() - began) / 1_000, values };
};

/** Least squares, per second. */
const slopeOf = (points: readonly (readonly [number, number])[]): number => {
  const n = Math.max(points.length, 1);
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const over = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const under = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return under === 0 ? 0 : over / under;
};

/** Growth over the second half that is more than noise. */
const flatShare = 0.1;

const row = (name: string, samples: readonly Sample[]): string => {
  const points = samples.map(({ atSeconds, values }) => [atSeconds, values.get(name) ?? 0] as const);
  const later = points.slice(Math.floor(points.length / 2));
  const [start = 0, end = 0] = [points[0]?.[1], points.at(-1)?.[1]];
  const slope = slopeOf(later);
  const mean = later.reduce((sum, [, y]) => sum + y, 0) / Math.max(later.length, 1);
  const grown = slope * ((later.at(-1)?.[0] ?? 0) - (later[0]?.[0] ?? 0));
  return [
    name.padEnd(18),
    start.toFixed(1).padStart(8),
    end.toFixed(1).padStart(8),
    Math.max(...points.map(([, y]) => y))
      .toFixed(1)
      .padStart(8),
    `${(end / start).toFixed(2)}×`.padStart(8),
    (slope * 60).toFixed(2).padStart(11),
    `  ${grown > mean * flatShare ? "GROWING" : "flat"}`,
  ].join(" ");
};

/** Steady mixed load, and what it does to the memory of gateway and database. */
export const memory = async (): Promise<void> => {
  const upstream = await startStreamUpstream();
  try {
    const nexus = await startNexus({ upstream: upstream.url, workers });
    try {
      await setBudgets(nexus);
      await runMixedLoad({ ...nexus, seconds: Math.min(20, memorySeconds / 4) });
      const began = performance.now();
      const samples: Sample[] = [await sample(nexus, began)];
      let next: Promise<unknown> = Promise.resolve();
      const timer = setInterval(() => {
        next = next.then(async () => samples.push(await sample(nexus, began)));
      }, sampleMs);
      const { calls, unexpected } = await runMixedLoad({ ...nexus, seconds: memorySeconds }).finally(() =>
        clearInterval(timer),
      );
      await next;
      const told = [...calls].map(([kind, count]) => `${count} ${kind}`).join(", ");
      console.log(
        `  ${memorySeconds} s after warming up, ${workers} gateway process(es): ${told}; ${unexpected} unexpected answers\n`,
      );
      console.log("  MiB                   start      end      max    ratio  MiB/minute   in the second half");
      for (const name of ["gateway memory", "gateway heap", "PostgreSQL memory"])
        console.log(`  ${row(name, samples)}`);
    } finally {
      await nexus.stop();
    }
  } finally {
    await upstream.stop();
  }
};
