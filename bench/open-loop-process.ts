import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "undici";
import { runOpenLoop } from "./open-loop.ts";

// The open loop in a process of its own, so that nothing else of the benchmark keeps a request from being sent in time.

/** What the process is told. */
export interface OpenLoopTask {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly connections: number;
  readonly rate: number;
  readonly seconds: number;
  readonly graceMs: number;
}

const run = async ({ url, headers, body, connections, ...task }: OpenLoopTask): Promise<void> => {
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
  process.send?.(load, undefined, undefined, () => process.exit(0));
};

process.once("message", (task) => void run(task as OpenLoopTask));
