import { percentile } from "./percentile.ts";
import type { Load } from "./measured.ts";

interface Seen {
  readonly latenciesMs: readonly number[];
  /** Those that ended as they should, whether their latency counts or not. */
  readonly completed: number;
  readonly errors: number;
  readonly seconds: number;
}

/** A load of what its callers saw. */
export const loadOf = ({ latenciesMs, completed, errors, seconds }: Seen): Load => ({
  requests: completed,
  requestsPerSecond: completed / Math.max(seconds, 0.001),
  p50Ms: percentile(latenciesMs, 0.5),
  p99Ms: percentile(latenciesMs, 0.99),
  p999Ms: percentile(latenciesMs, 0.999),
  errors,
});
