import { createHistogram } from "node:perf_hooks";
import type { Load } from "./measured.ts";

/** What time it is, and how to wait; milliseconds. */
interface LoopClock {
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

interface RunOpenLoop {
  /** Requests a second, spaced evenly. */
  readonly rate: number;
  readonly seconds: number;
  /** How long answers are waited for after the last request. */
  readonly graceMs: number;
  /** Rejects where there is no good answer. */
  readonly send: () => Promise<void>;
  readonly clock: LoopClock;
}

/** Requests, and those of them that were never answered in time. */
export interface OpenLoad extends Load {
  readonly unanswered: number;
}

/** HDR histogram of whole microseconds. */
const histogram = () => createHistogram({ lowest: 1, highest: 3_600_000_000, figures: 3 });

/**
 * Sends at a fixed rate whatever becomes of what was sent before. Each latency is counted from the moment at which its
 * request was to be sent, so a gateway that stands still is charged with all that it would have been asked meanwhile
 * (no coordinated omission); a request without an answer is charged with the time until the end.
 */
export const runOpenLoop = async ({ rate, seconds, graceMs, send, clock }: RunOpenLoop): Promise<OpenLoad> => {
  const latencies = histogram();
  const count = Math.max(1, Math.round(rate * seconds));
  const began = clock.now();
  const dueAt = (index: number): number => began + (index * 1_000) / rate;
  const record = (index: number): void =>
    latencies.record(Math.max(1, Math.round((clock.now() - dueAt(index)) * 1_000)));
  const pending = new Map<number, Promise<void>>();
  let [answered, errors] = [0, 0];
  let over = false;

  const start = (index: number): void => {
    const sent = send()
      .then(
        () => 1,
        () => 0,
      )
      .then((good) => {
        if (over) return;
        pending.delete(index);
        record(index);
        answered += good;
        errors += 1 - good;
      });
    pending.set(index, sent);
  };

  for (let next = 0; next < count;) {
    while (next < count && dueAt(next) <= clock.now()) {
      start(next);
      next += 1;
    }
    if (next < count) await clock.sleep(dueAt(next) - clock.now());
  }
  await Promise.race([Promise.all(pending.values()), clock.sleep(graceMs)]);
  over = true;
  const unanswered = pending.size;
  const spentMs = Math.max(clock.now() - began, 1);
  for (const index of pending.keys()) record(index);
  const ms = (percent: number): number => latencies.percentile(percent) / 1_000;
  return {
    requests: count,
    requestsPerSecond: (answered * 1_000) / Math.max(spentMs, seconds * 1_000),
    p50Ms: ms(50),
    p99Ms: ms(99),
    p999Ms: ms(99.9),
    errors: errors + unanswered,
    unanswered,
  };
};
