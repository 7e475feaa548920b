import { chatBodyOf } from "./chat-body.ts";
import { inTurn, printRounds } from "./compare.ts";
import { chatUrlOf, type RunningContender } from "./contender.ts";
import { contenders, direct, nexusOf } from "./contenders.ts";
import { loadOf } from "./load-of.ts";
import { measureLoad } from "./measure.ts";
import type { Measured } from "./measured.ts";
import { eventLoopDelayOf } from "./metrics-page.ts";
import { percentile } from "./percentile.ts";
import { settings } from "./settings.ts";
import { startStreamUpstream } from "./start-stream-upstream.ts";
import { runStreams, type StreamLoad } from "./stream-load.ts";

const { seconds, streams: concurrent, workers } = settings;

/** Short ones, many a second. */
const short = { concurrent: 200, chunks: 20, paceMs: 25 } as const;
/** How many times as long as the streams last by themselves readers begin new ones: a slow gateway is not waited for longer. */
const patience = 3;
/** Long ones, many at once. */
const long = { rounds: 3, chunks: 16, paceMs: 250 } as const;

const load = (
  { url, headers, model }: Pick<RunningContender, "url" | "headers" | "model">,
  many: Pick<Parameters<typeof runStreams>[0], "concurrent" | "rounds" | "spreadMs" | "withinMs">,
): Promise<StreamLoad> =>
  runStreams({
    ...many,
    url: chatUrlOf({ url }),
    headers,
    body: JSON.stringify({ ...JSON.parse(chatBodyOf(model)), stream: true, stream_options: { include_usage: true } }),
  });

const measureShort = (target: RunningContender): Promise<Measured> => {
  const lastMs = short.chunks * short.paceMs;
  const run = async (rounds: number) => {
    const seen = await load(target, {
      concurrent: short.concurrent,
      rounds,
      spreadMs: lastMs,
      withinMs: rounds * lastMs * patience,
    });
    return loadOf({ ...seen, latenciesMs: seen.firstByteMs });
  };
  return measureLoad(
    { pid: target.pid, seconds },
    () => run(Math.max(2, Math.round((seconds * 1_000) / lastMs))),
    () => run(3),
  );
};

/** Through this product, bare and through other gateways, in turn. */
const compareShort = async (): Promise<void> => {
  const upstream = await startStreamUpstream(short);
  try {
    console.log(
      `  ${short.concurrent} streams at once, ${short.chunks} chunks each, one every ${short.paceMs} ms, ${settings.rounds} rounds in turn, ${workers} gateway process(es); medians\n`,
    );
    const cases = [{ name: "streams", measure: measureShort }];
    for (const rounds of (await inTurn({ upstream, contenders: contenders(), cases })).values())
      printRounds("streams a second, time to the first byte, CPU a stream", rounds);
  } finally {
    await upstream.stop();
  }
};

const row = (name: string, { firstByteMs, started, completed, errors }: StreamLoad, baseline: StreamLoad): string => {
  const [p50, p99, base50, base99] = [
    percentile(firstByteMs, 0.5),
    percentile(firstByteMs, 0.99),
    percentile(baseline.firstByteMs, 0.5),
    percentile(baseline.firstByteMs, 0.99),
  ];
  return [
    name.padEnd(14),
    p50.toFixed(1).padStart(8),
    p99.toFixed(1).padStart(8),
    (p50 - base50).toFixed(1).padStart(10),
    (p99 - base99).toFixed(1).padStart(10),
    `${(p50 / base50).toFixed(1)}×`.padStart(8),
    String(started).padStart(8),
    String(completed).padStart(10),
    String(errors).padStart(7),
  ].join(" ");
};

/** Through this product and directly from the same upstream. */
const manyLong = async (): Promise<void> => {
  const upstream = await startStreamUpstream(long);
  const many = { concurrent, rounds: long.rounds, spreadMs: long.chunks * long.paceMs };
  try {
    const straight = await load(await direct.start(upstream.url), many);
    const nexus = await nexusOf("Topolo Nexus", { workers }).start(upstream.url);
    try {
      const before = await upstream.calls();
      await eventLoopDelayOf(nexus.url);
      const through = await load(nexus, many);
      const delay = await eventLoopDelayOf(nexus.url);
      console.log(
        `\n  ${concurrent} streams at once, ${long.chunks} chunks each, one every ${long.paceMs} ms, ${workers} gateway process(es); time to first byte\n`,
      );
      console.log("                  p50 ms   p99 ms  added p50  added p99    ratio  started  completed  errors");
      console.log(`  ${row("direct", straight, straight)}`);
      console.log(`  ${row("Topolo Nexus", through, straight)}`);
      console.log(
        `  event-loop delay of a gateway process: p50 ${delay.p50.toFixed(1)} ms, p99 ${delay.p99.toFixed(1)} ms, max ${delay.max.toFixed(1)} ms`,
      );
      console.log(`  ${await nexus.checkBooks?.(async () => (await upstream.calls()) - before)}`);
    } finally {
      await nexus.stop();
    }
  } finally {
    await upstream.stop();
  }
};

/** Streams through the OpenAI door: short ones beside other gateways, then many at once beside their upstream. */
export const streams = async (): Promise<void> => {
  await compareShort();
  await manyLong();
};
