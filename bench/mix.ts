import { Pool } from "undici";
import { createRandom } from "../e2e/faults/seeded.ts";
import { inTurn, printRounds } from "./compare.ts";
import { chatUrlOf, type RunningContender } from "./contender.ts";
import { contenders } from "./contenders.ts";
import { countFailures } from "./failures.ts";
import { loadOf } from "./load-of.ts";
import { drawLogNormal } from "./log-normal.ts";
import { measureLoad } from "./measure.ts";
import { settings } from "./settings.ts";
import { startStreamUpstream } from "./start-stream-upstream.ts";
import { streamOnce } from "./stream-once.ts";
import type { Load } from "./measured.ts";

const { seconds, inFlight, seed, workers } = settings;
const chunks = 20;
const bounds = { least: 300, most: 30_000 };
const streamedShare = 0.3;
/** Over which the callers start; their first calls warm up. */
const startedOverMs = 5_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const bodyOf = (model: string, takenMs: number, stream: boolean): string =>
  JSON.stringify({
    model,
    messages: [{ role: "user", content: `take ${takenMs} ms` }],
    max_tokens: 64,
    ...(stream && { stream, stream_options: { include_usage: true } }),
  });

const wholeOnce = async (
  pool: Pool,
  request: { readonly path: string; readonly headers: Readonly<Record<string, string>>; readonly body: string },
): Promise<number> => {
  const began = performance.now();
  const { statusCode, body } = await pool.request({
    ...request,
    method: "POST",
    headers: { "content-type": "application/json", ...request.headers },
  });
  await body.dump({ limit: 1_048_576 });
  if (statusCode !== 200) throw new Error(`answered ${statusCode}`);
  return performance.now() - began;
};

/** Callers that always have one call under way; what each waits longer than the upstream took. */
const runMix = async (target: RunningContender): Promise<Load> => {
  const { origin, pathname: path } = new URL(chatUrlOf(target));
  const pool = new Pool(origin, {
    connections: inFlight,
    pipelining: 1,
    headersTimeout: 120_000,
    bodyTimeout: 120_000,
  });
  const latenciesMs: number[] = [];
  let completed = 0;
  const failures = countFailures();
  const began = performance.now();
  const until = began + startedOverMs + seconds * 1_000;
  const call = async (index: number): Promise<void> => {
    await pause((startedOverMs * index) / inFlight);
    const random = createRandom(seed + index);
    while (performance.now() < until) {
      const counts = performance.now() >= began + startedOverMs;
      const takenMs = Math.round(drawLogNormal(random, bounds));
      const stream = random.next() < streamedShare;
      const request = { path, headers: target.headers, body: bodyOf(target.model, takenMs, stream) };
      const waited = stream ? streamOnce(pool, request) : wholeOnce(pool, request);
      await waited.then((ms) => {
        completed += 1;
        if (counts) latenciesMs.push(Math.max(0, ms - (stream ? takenMs / chunks : takenMs)));
      }, failures.note);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, (_, index) => call(index)));
  const spent = (performance.now() - began) / 1_000;
  await pool.destroy();
  failures.print();
  return loadOf({ latenciesMs, completed, errors: failures.count(), seconds: spent });
};

/** Answers that take as long as models do, many under way at once. */
export const mix = async (): Promise<void> => {
  const upstream = await startStreamUpstream({ chunks, paceMs: 25 });
  try {
    console.log(
      `  ${inFlight} calls under way, answers of ${bounds.least / 1_000} to ${bounds.most / 1_000} s (log-normal, seed ${seed}), ${streamedShare * 100} % streamed, ${seconds} s and until all have ended, ${settings.rounds} rounds in turn, ${workers} gateway process(es); medians\n`,
    );
    const measure = (target: RunningContender) =>
      measureLoad(
        { pid: target.pid, seconds: seconds + startedOverMs / 1_000 },
        () => runMix(target),
        async () => undefined,
      );
    const all = await inTurn({ upstream, contenders: contenders(), cases: [{ name: "calls", measure }] });
    for (const rounds of all.values())
      printRounds("added latency: to the first byte of a stream, to the end of a whole answer", rounds);
  } finally {
    await upstream.stop();
  }
};
