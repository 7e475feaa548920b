import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { Pool } from "undici";
import { runOpenLoop } from "./open-loop.ts";

// The open loop in a thread of its own, so that nothing else of the benchmark keeps a request from being sent in time.

/** What the thread is told. */
export interface OpenLoopTask {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly connections: number;
  readonly rate: number;
  readonly seconds: number;
  readonly graceMs: number;
}

const { url, headers, body, connections, ...task } = workerData as OpenLoopTask;
const { origin, pathname } = new URL(url);
const pool = new Pool(origin, { connections, pipelining: 1 });

const send = async (): Promise<void> => {
  const answer = await pool.request({
    method: "POST",
    path: pathname,
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  await answer.body.dump({ limit: 1_048_576 });
  if (answer.statusCode !== 200) throw new Error(`answered ${answer.statusCode}`);
};

const load = await runOpenLoop({
  ...task,
  send,
  clock: { now: () => performance.now(), sleep: (ms) => sleep(Math.max(0, ms)) },
});
parentPort?.postMessage(load);
await pool.destroy();
