/** What one run of load measured. */
export interface Load {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly errors: number;
  readonly requests: number;
}

/** Load, CPU time and memory of the same piece of work. */
export interface Measured {
  readonly load: Load;
  /** Microseconds per request by kind of process. */
  readonly cpu: ReadonlyMap<string, number>;
  /** Proportional memory under this load by kind of process, MiB. */
  readonly pss: ReadonlyMap<string, number>;
}
