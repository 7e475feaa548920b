const numberOf = (name: string, otherwise: number): number => {
  const value = Number(process.env[name] ?? otherwise);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`${name} must be a positive number`);
  return value;
};

/** Set by environment variables, so that a run can be short. */
export const settings = {
  /** Of each measurement. */
  seconds: numberOf("BENCH_SECONDS", 10),
  connections: numberOf("BENCH_CONNECTIONS", 64),
  workers: numberOf("BENCH_WORKERS", 1),
  streams: numberOf("BENCH_STREAMS", 1_000),
  memorySeconds: numberOf("BENCH_MEMORY_SECONDS", 300),
  /** How often the gateway processes are killed. */
  restarts: numberOf("BENCH_RESTARTS", 10),
  /** Mails that wait in the queue, and those of them that are due. */
  queued: numberOf("BENCH_QUEUED", 1_000_000),
  due: numberOf("BENCH_DUE", 20_000),
  /** Operations in the database of the pages' benchmark, and how often each query is asked. */
  operations: numberOf("BENCH_OPERATIONS", 10_000_000),
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
