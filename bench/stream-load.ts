import { Pool } from "undici";
import { countFailures } from "./failures.ts";
import { streamOnce } from "./stream-once.ts";

/** What the readers of many streams saw. */
export interface StreamLoad {
  /** Time to the first byte of each stream but a reader's first, ms. */
  readonly firstByteMs: readonly number[];
  readonly started: number;
  readonly completed: number;
  readonly errors: number;
  readonly seconds: number;
}

interface RunStreams {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Streams open at the same time. */
  readonly concurrent: number;
  /** Streams of each reader, one after the other; the first warms up. */
  readonly rounds: number;
  /** Readers start spread over this time, so that streams do not move in step. */
  readonly spreadMs: number;
  /** After which no reader begins another stream. */
  readonly withinMs?: number;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Holds many streams open and reads each to its end. */
export const runStreams = async ({
  url,
  headers,
  body,
  concurrent,
  rounds,
  spreadMs,
  withinMs = Number.POSITIVE_INFINITY,
}: RunStreams): Promise<StreamLoad> => {
  const { origin, pathname: path } = new URL(url);
  const pool = new Pool(origin, {
    connections: concurrent,
    pipelining: 1,
    headersTimeout: 60_000,
    bodyTimeout: 60_000,
  });
  const firstByteMs: number[] = [];
  let [started, completed] = [0, 0];
  const failures = countFailures();

  const began = performance.now();
  const reader = async (index: number): Promise<void> => {
    await pause((spreadMs * index) / concurrent);
    for (let round = 0; round < rounds && performance.now() - began < withinMs; round += 1) {
      started += 1;
      await streamOnce(pool, { path, headers, body }).then((first) => {
        completed += 1;
        if (round > 0) firstByteMs.push(first);
      }, failures.note);
    }
  };

  await Promise.all(Array.from({ length: concurrent }, (_, index) => reader(index)));
  await pool.destroy();
  failures.print();
  return { firstByteMs, started, completed, errors: failures.count(), seconds: (performance.now() - began) / 1_000 };
};
