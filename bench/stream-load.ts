import { Pool } from "undici";

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
}

const ending = Buffer.from("data: [DONE]");

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Holds many streams open and reads each to its end. */
export const runStreams = async ({
  url,
  headers,
  body,
  concurrent,
  rounds,
  spreadMs,
}: RunStreams): Promise<StreamLoad> => {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, {
    connections: concurrent,
    pipelining: 1,
    headersTimeout: 60_000,
    bodyTimeout: 60_000,
  });
  const firstByteMs: number[] = [];
  let [started, completed, errors] = [0, 0, 0];

  const read = async (counts: boolean): Promise<void> => {
    started += 1;
    const began = performance.now();
    let first: number | undefined;
    let ended = false;
    const answer = await pool.request({
      method: "POST",
      path: pathname,
      headers: { "content-type": "application/json", ...headers },
      body,
    });
    for await (const chunk of answer.body) {
      first ??= performance.now() - began;
      if (Buffer.isBuffer(chunk) && chunk.includes(ending)) ended = true;
    }
    if (answer.statusCode !== 200 || !ended || first === undefined)
      throw new Error(`stream ended early with ${answer.statusCode}`);
    completed += 1;
    if (counts) firstByteMs.push(first);
  };

  const reader = async (index: number): Promise<void> => {
    await pause((spreadMs * index) / concurrent);
    for (let round = 0; round < rounds; round += 1) {
      await read(round > 0).catch(() => {
        errors += 1;
      });
    }
  };

  const began = performance.now();
  await Promise.all(Array.from({ length: concurrent }, (_, index) => reader(index)));
  await pool.destroy();
  return { firstByteMs, started, completed, errors, seconds: (performance.now() - began) / 1_000 };
};
