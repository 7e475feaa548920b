import { cpuPerRequest } from "./cpu-time.ts";
import { runLoad, type Load } from "./wrk.ts";

/** Load and CPU time of the same piece of work. */
export interface Measured {
  readonly load: Load;
  /** Microseconds per request by kind of process. */
  readonly cpu: ReadonlyMap<string, number>;
}

interface Measure {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly bearers?: readonly string[];
  /** The process whose tree is measured. */
  readonly pid: number;
  readonly connections: number;
  readonly seconds: number;
}

const warmUpSeconds = 3;

/** Warms up, then measures a load and the CPU time of a process's tree together. */
export const measureLoad = async (
  { pid, seconds }: Pick<Measure, "pid" | "seconds">,
  run: (seconds: number) => Promise<Load>,
): Promise<Measured> => {
  await run(warmUpSeconds);
  let load: Load | undefined;
  const cpu = await cpuPerRequest(pid, async () => {
    load = await run(seconds);
    return load.requests;
  });
  if (!load) throw new Error("nothing was measured");
  return { load, cpu };
};

/** The same of requests over HTTP. */
export const measure = ({ url, headers, body, bearers, pid, connections, seconds }: Measure): Promise<Measured> => {
  const target = {
    url,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    body,
    bearers,
    connections,
  };
  return measureLoad({ pid, seconds }, (lasting) => runLoad({ ...target, seconds: lasting }));
};

export const loadHeading = "                    req/s    ratio   p50 ms   p99 ms  errors   CPU µs";

/** One line under `loadHeading`, its rate as a multiple of the baseline's. */
export const loadRow = (name: string, { load, cpu }: Measured, baseline: Load): string => {
  const total = [...cpu.values()].reduce((sum, spent) => sum + spent, 0);
  const parts = [...cpu].map(([part, spent]) => `${part} ${Math.round(spent)}`).join(", ");
  return [
    name.padEnd(16),
    load.requestsPerSecond.toFixed(0).padStart(8),
    `${(load.requestsPerSecond / baseline.requestsPerSecond).toFixed(2)}×`.padStart(8),
    load.p50Ms.toFixed(1).padStart(8),
    load.p99Ms.toFixed(1).padStart(8),
    String(load.errors).padStart(7),
    `${Math.round(total)}`.padStart(8),
    `  ${parts}`,
  ].join(" ");
};
