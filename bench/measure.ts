import { cpuPerRequest } from "./cpu-time.ts";
import type { Load, Measured } from "./measured.ts";
import { pssByKind } from "./pss.ts";
import { runLoad } from "./wrk.ts";

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

/** Few: the kernel walks every page of a process for one. */
const pssLooks = 4;

/** Runs a piece of work and looks at the memory of a process's tree meanwhile; what it had when it had most. */
const withPss = async <T>(
  { pid, seconds }: Pick<Measure, "pid" | "seconds">,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly pss: ReadonlyMap<string, number> }> => {
  let most = await pssByKind(pid);
  let looking: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    const seen = await pssByKind(pid);
    if (sumOfKinds(seen) > sumOfKinds(most)) most = seen;
  };
  const timer = setInterval(
    () => {
      looking = looking.then(look);
    },
    (seconds * 1_000) / pssLooks,
  );
  const result = await work().finally(() => clearInterval(timer));
  await looking;
  return { result, pss: most };
};

const warmUpSeconds = 3;

/** Warms up, then measures a load with the CPU time and the memory of a process's tree. */
export const measureLoad = async (
  { pid, seconds }: Pick<Measure, "pid" | "seconds">,
  run: (seconds: number) => Promise<Load>,
  warmUp: () => Promise<unknown> = () => run(warmUpSeconds),
): Promise<Measured> => {
  await warmUp();
  let load: Load | undefined;
  const { result: cpu, pss } = await withPss({ pid, seconds }, () =>
    cpuPerRequest(pid, async () => {
      load = await run(seconds);
      return load.requests;
    }),
  );
  if (!load) throw new Error("nothing was measured");
  return { load, cpu, pss };
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

/** Of all kinds of process together. */
export const sumOfKinds = (byKind: ReadonlyMap<string, number>): number =>
  [...byKind.values()].reduce((sum, one) => sum + one, 0);

export const loadHeading = "                    req/s    ratio   p50 ms   p99 ms  p99.9 ms  errors   CPU µs  PSS MiB";

/** One line under `loadHeading`, its rate as a multiple of the baseline's. */
export const loadRow = (name: string, { load, cpu, pss }: Measured, baseline: Load): string => {
  const parts = [...cpu]
    .filter(([, spent]) => spent >= 0.5)
    .map(([part, spent]) => `${part} ${Math.round(spent)}`)
    .join(", ");
  return [
    name.padEnd(16),
    load.requestsPerSecond.toFixed(0).padStart(8),
    `${(load.requestsPerSecond / baseline.requestsPerSecond).toFixed(2)}×`.padStart(8),
    load.p50Ms.toFixed(1).padStart(8),
    load.p99Ms.toFixed(1).padStart(8),
    load.p999Ms.toFixed(1).padStart(9),
    String(load.errors).padStart(7),
    `${Math.round(sumOfKinds(cpu))}`.padStart(8),
    `${Math.round(sumOfKinds(pss))}`.padStart(8),
    `  ${parts}`,
  ].join(" ");
};
