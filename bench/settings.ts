import { homedir } from "node:os";
import { join } from "node:path";

const numberOf = (name: string, otherwise: number): number => {
  const value = Number(process.env[name] ?? otherwise);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`${name} must be a positive number`);
  return value;
};

/** Positive numbers, separated by commas. */
const numbersOf = (name: string, otherwise: readonly [number, ...number[]]): readonly [number, ...number[]] => {
  const told = process.env[name];
  if (told === undefined) return otherwise;
  const [first = Number.NaN, ...others] = told.split(",").map(Number);
  if (![first, ...others].every((value) => Number.isFinite(value) && value > 0))
    throw new Error(`${name} must be positive numbers, separated by commas`);
  return [first, ...others];
};

const connections = numbersOf("BENCH_CONNECTIONS", [64]);

/** Set by environment variables, so that a run can be short. */
export const settings = {
  /** Of each measurement. */
  seconds: numberOf("BENCH_SECONDS", 10),
  /** How often each of those that are compared is measured, in turn. */
  rounds: numberOf("BENCH_ROUNDS", 2),
  connections: connections[0],
  /** Of chat, one after the other. */
  chatConnections: process.env["BENCH_CONNECTIONS"] === undefined ? [64, 32] : connections,
  workers: numberOf("BENCH_WORKERS", 1),
  /** Chat compares so many gateway processes with one. */
  processes: numberOf("BENCH_PROCESSES", 1),
  /** Other gateways that are measured beside this one. */
  peers: (process.env["BENCH_PEERS"] ?? "portkey").split(",").filter((name) => name !== "" && name !== "none"),
  /** Where other gateways are installed once. */
  cacheDir: process.env["BENCH_CACHE_DIR"] ?? join(homedir(), ".cache", "topolo-nexus-bench"),
  /** The executable of Bifrost, which no registry of packages has. */
  bifrost: process.env["BENCH_BIFROST"],
  streams: numberOf("BENCH_STREAMS", 1_000),
  /** Requests a second of the open loop. */
  rates: numbersOf("BENCH_RATES", [900, 3_000]),
  users: numbersOf("BENCH_USERS", [100, 500, 1_000]),
  agents: numberOf("BENCH_AGENTS", 200),
  turns: numberOf("BENCH_TURNS", 50),
  /** After which agents take no further turn. */
  agentSeconds: numberOf("BENCH_AGENT_SECONDS", 300),
  inFlight: numberOf("BENCH_IN_FLIGHT", 2_000),
  seed: numberOf("BENCH_SEED", 1),
  memorySeconds:
    process.env["BENCH_MINUTES"] === undefined
      ? numberOf("BENCH_MEMORY_SECONDS", 300)
      : numberOf("BENCH_MINUTES", 5) * 60,
  /** Whether the memory of the dashboard is measured too. */
  dashboard: process.env["BENCH_DASHBOARD"] !== "off",
  /** How often the gateway processes are killed. */
  restarts: numberOf("BENCH_RESTARTS", 10),
  /** Mails that wait in the queue, and those of them that are due. */
  queued: numberOf("BENCH_QUEUED", 1_000_000),
  due: numberOf("BENCH_DUE", 20_000),
  /** Operations in the database of the benchmarks of pages and of rows, and how often each query is asked. */
  operations: numberOf("BENCH_OPERATIONS", 10_000_000),
  /** Processor time of the gateway for a call, for the simulation: `chat` measures it. */
  gatewayMicros: numberOf("BENCH_GATEWAY_MICROS", 213),
  /** Of sustained load. */
  minutes: numberOf("BENCH_MINUTES", 1),
  /** Over which they are spread. */
  operationDays: numberOf("BENCH_OPERATION_DAYS", 395),
  /** Where the pages' database is kept, so that it is filled once and measured often. */
  dataDir: process.env["BENCH_DATA_DIR"],
  pageRuns: numberOf("BENCH_PAGE_RUNS", 40),
  /** The pages' queries whose names have this in them; without it all of them, and the export. */
  pageQuery: process.env["BENCH_PAGE_QUERY"],
  /** The doors whose names have this in them; without it all of them. */
  door: process.env["BENCH_DOOR"],
  /** Another installed checkout of the project, or a commit of it: measured in turn with this one. */
  against: process.env["BENCH_AGAINST"],
} as const;
