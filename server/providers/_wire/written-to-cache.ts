import type { Counts } from "./counts.ts";

interface CacheWrites {
  readonly all: number | undefined;
  /** The lifetime where the vendor reports none. */
  readonly short: number | undefined;
  readonly long: number | undefined;
}

/** Cache writes by lifetime; what is reported without a lifetime counts as the short one. */
export const writtenToCache = (
  { all, short, long }: CacheWrites,
  counts: Counts,
): Pick<CacheWrites, "short" | "long"> => {
  if (all === undefined) return { short, long };
  if ((short ?? 0) + (long ?? 0) > all) counts.notes.add("inconsistent_usage");
  const rest = all - (long ?? 0);
  // Larger parts than their sum: what was named for the short lifetime is kept, else the sum itself.
  return { short: Math.max(short ?? 0, rest < 0 ? (short ?? all) : rest), long };
};
