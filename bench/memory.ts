import { setTimeout as sleep } from "node:timers/promises";
import { checkBooks } from "./books.ts";
import { chatBody } from "./chat-body.ts";
import { chatUrlOf } from "./contender.ts";
import { processNameOf } from "./cpu-time.ts";
import { gaugeOf } from "./metrics-page.ts";
import { runMixedLoad } from "./mixed-load.ts";
import { startNexus, type RunningNexus } from "./nexus.ts";
import { pssByKind } from "./pss.ts";
import { setBudgets } from "./set-budgets.ts";
import { settings } from "./settings.ts";
import { slopeOf } from "./slope-of.ts";
import { startStreamUpstream } from "./start-stream-upstream.ts";
import { waitFor } from "./upstream.ts";
import { runLoad } from "./wrk.ts";

const { memorySeconds, seconds, connections, workers, dashboard } = settings;
/** Seldom enough that looking, for which the kernel walks every page, is no load of its own. */
const sampleMs = Math.max(1_000, memorySeconds * 2);
/** After which a start has ended its work. */
const calmMs = 15_000;
const mib = 1_048_576;

/** Proportional memory by kind of process, MiB; of the gateway's kind, that which stands by is its own. */
const memoryOf = async ({ pid, workerPids }: RunningNexus): Promise<ReadonlyMap<string, number>> => {
  const working = new Set(await workerPids());
  return pssByKind(pid, async (each) => {
    const name = await processNameOf(each);
    return name === "gateway" && !working.has(each) ? "stand-by" : name;
  });
};

/** The first start of a checkout builds the dashboard, which takes more memory than all else. */
const isBuilt = async (nexus: RunningNexus): Promise<boolean> =>
  ![...(await memoryOf(nexus)).keys()].some((kind) => kind.startsWith("next-build"));
const buildMs = 900_000;

/** Memory at one moment, MiB. */
interface Sample {
  readonly atSeconds: number;
  readonly values: ReadonlyMap<string, number>;
}

const heap = "gateway's heap";

const sample = async (nexus: RunningNexus, began: number): Promise<Sample> => {
  const used = (await gaugeOf(nexus.url, "nexus_nodejs_heap_size_used_bytes")) / mib;
  return {
    atSeconds: (performance.now() - began) / 1_000,
    values: new Map([...(await memoryOf(nexus)), [heap, used]]),
  };
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

const printStates = (states: readonly (readonly [name: string, memory: ReadonlyMap<string, number>])[]): void => {
  const kinds = [...new Set(states.flatMap(([, memory]) => [...memory.keys()]))].toSorted();
  const line = (name: string, of: (memory: ReadonlyMap<string, number>) => number): string =>
    `  ${name.padEnd(18)}${states.map(([, memory]) => of(memory).toFixed(1).padStart(18)).join("")}`;
  console.log(`  ${"PSS, MiB".padEnd(18)}${states.map(([name]) => name.padStart(18)).join("")}`);
  for (const kind of kinds) console.log(line(kind, (memory) => memory.get(kind) ?? 0));
  console.log(line("all", (memory) => [...memory.values()].reduce((sum, one) => sum + one, 0)));
};

/** As many chats as it can do, and its memory when most of the time has passed. */
const underLoad = async (nexus: RunningNexus): Promise<ReadonlyMap<string, number>> => {
  const running = runLoad({
    url: chatUrlOf(nexus),
    headers: { "content-type": "application/json", authorization: `Bearer ${nexus.apiKey}` },
    body: chatBody,
    connections,
    seconds,
  });
  await sleep(seconds * 800);
  const [memory] = await Promise.all([memoryOf(nexus), running]);
  return memory;
};

const printSteady = async (nexus: RunningNexus): Promise<void> => {
  await runMixedLoad({ ...nexus, seconds: Math.max(1, Math.min(60, memorySeconds / 4)) });
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
    `\n  ${memorySeconds} s of steady mixed load after warming up: ${told}; ${unexpected} unexpected answers\n`,
  );
  console.log("  MiB                   start      end      max    ratio  MiB/minute   in the second half");
  const kinds = [...new Set(samples.flatMap(({ values }) => [...values.keys()]))].toSorted();
  for (const name of kinds) console.log(`  ${row(name, samples)}`);
};

/** The memory of every kind of process: idle, under load and after it, and what steady mixed load does to it. */
export const memory = async (): Promise<void> => {
  const upstream = await startStreamUpstream({ chunks: 16, paceMs: 250 });
  try {
    const nexus = await startNexus({
      upstream: upstream.url,
      workers,
      env: { NEXUS_DASHBOARD: dashboard ? "on" : "off" },
    });
    try {
      const before = await upstream.calls();
      await setBudgets(nexus);
      await waitFor("the dashboard's build", () => isBuilt(nexus), buildMs);
      await sleep(calmMs);
      const idle = await memoryOf(nexus);
      if (dashboard) await waitFor("the dashboard", async () => (await fetch(`${nexus.url}/docs`)).ok, buildMs);
      const paged = await memoryOf(nexus);
      const loaded = await underLoad(nexus);
      await sleep(calmMs);
      console.log(
        `  ${workers} gateway process(es), ${connections} connections for ${seconds} s, ${calmMs / 1_000} s before and after\n`,
      );
      printStates([
        ["idle", idle],
        ...(dashboard ? [["page asked for", paged] as const] : []),
        ["under load", loaded],
        ["idle again", await memoryOf(nexus)],
      ]);
      await printSteady(nexus);
      console.log(`\n  ${await checkBooks(nexus.dataDir, async () => (await upstream.calls()) - before)}`);
    } finally {
      await nexus.stop();
    }
  } finally {
    await upstream.stop();
  }
};
