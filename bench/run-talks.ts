import { WebSocket } from "ws";
import { percentile } from "./percentile.ts";
import type { Load } from "./measured.ts";

interface RunTalks {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The event that asks for a response. */
  readonly ask: string;
  /** Sessions that are open at the same time, each with one response after the other. */
  readonly connections: number;
  readonly seconds: number;
}

/** Sessions over WebSocket in which one response follows the other, as often as they can. */
export const runTalks = async ({ url, headers, ask, connections, seconds }: RunTalks): Promise<Load> => {
  const latencies: number[] = [];
  let errors = 0;
  const ending = performance.now() + seconds * 1_000;
  const talk = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(url, { headers, perMessageDeflate: false });
      let began = 0;
      const next = (): void => {
        began = performance.now();
        if (began >= ending) socket.close();
        else socket.send(ask);
      };
      socket.on("message", (data: Buffer) => {
        const text = data.toString("latin1");
        if (text.startsWith('{"type":"error"') || text.includes('"type":"response.done"')) {
          if (text.includes('"type":"response.done"')) latencies.push(performance.now() - began);
          else errors += 1;
          next();
        } else if (text.includes('"type":"session.created"')) next();
      });
      socket.on("error", reject);
      socket.on("close", () => resolve());
    });
  const began = performance.now();
  await Promise.all(Array.from({ length: connections }, talk));
  const spent = (performance.now() - began) / 1_000;
  return {
    requests: latencies.length,
    requestsPerSecond: latencies.length / spent,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    p999Ms: percentile(latencies, 0.999),
    errors,
  };
};
