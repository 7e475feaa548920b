import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { chatBodyOf } from "./chat-body.ts";
import { inTurn, type ContenderRounds } from "./compare.ts";
import { chatUrlOf, type RunningContender } from "./contender.ts";
import { contenders, direct } from "./contenders.ts";
import { loadHeading, loadRow, measureLoad } from "./measure.ts";
import { medianOf } from "./median-of.ts";
import type { OpenLoopTask } from "./open-loop-process.ts";
import { settings } from "./settings.ts";
import { startInstantUpstream } from "./upstream.ts";
import type { Load } from "./measured.ts";

const { seconds, rates: asked, workers } = settings;
const connections = 256;
const graceMs = 2_000;

const runRate = async (task: OpenLoopTask): Promise<Load> => {
  const child = fork(join(import.meta.dirname, "open-loop-process.ts"));
  child.send(task);
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`the open loop ended with ${String(code)}`);
  });
  const [load] = (await Promise.race([once(child, "message"), ended])) as [Load];
  await ended.catch(() => undefined);
  return load;
};

const measureRate = ({ url, headers, model, pid }: RunningContender, rate: number) =>
  measureLoad({ pid, seconds }, (lasting) =>
    runRate({
      url: chatUrlOf({ url }),
      headers,
      body: chatBodyOf(model),
      connections,
      rate,
      seconds: lasting,
      graceMs,
    }),
  );

const addedMs = (with_: number, without: number): string => `+${Math.max(0, with_ - without).toFixed(1)}`.padStart(8);

const print = (rate: number, rounds: ContenderRounds): void => {
  const medians = [...rounds].map(([name, measured]) => ({ name, median: medianOf(measured) }));
  const [base] = medians;
  if (!base) return;
  console.log(`\n  ${rate} requests/s; ratio: of this rate, what was answered well\n\n  ${loadHeading}`);
  const wanted: Load = { ...base.median.load, requestsPerSecond: rate };
  for (const { name, median } of medians) console.log(`  ${loadRow(name, median, wanted)}`);
  console.log(`\n  added to ${base.name}    p50 ms   p99 ms p99.9 ms`);
  for (const { name, median } of medians.slice(1))
    console.log(
      `  ${name.padEnd(18)} ${addedMs(median.load.p50Ms, base.median.load.p50Ms)} ${addedMs(median.load.p99Ms, base.median.load.p99Ms)} ${addedMs(median.load.p999Ms, base.median.load.p999Ms)}`,
    );
};

/** Added latency at fixed rates: an open loop, corrected for coordinated omission. */
export const rates = async (): Promise<void> => {
  const upstream = await startInstantUpstream();
  try {
    console.log(
      `  open loop over ${connections} connections, ${seconds} s each, ${settings.rounds} rounds in turn, ${workers} gateway process(es); medians\n`,
    );
    const cases = asked.map((rate) => ({
      name: String(rate),
      measure: (target: RunningContender) => measureRate(target, rate),
    }));
    const all = await inTurn({ upstream, contenders: [direct, ...contenders()], cases });
    for (const rate of asked) print(rate, all.get(String(rate)) ?? new Map());
  } finally {
    await upstream.stop();
  }
};
