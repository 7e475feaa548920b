import type { Clock } from "./clock.ts";

/** Values for a short time, the oldest dropped first when there are too many. */
export interface ExpiringCache<V> {
  readonly get: (key: string) => V | undefined;
  readonly set: (key: string, value: V) => void;
}

interface CreateExpiringCache {
  readonly clock: Clock;
  readonly ttlMs: number;
  readonly maxEntries: number;
}

export const createExpiringCache = <V>({ clock, ttlMs, maxEntries }: CreateExpiringCache): ExpiringCache<V> => {
  const entries = new Map<string, { readonly value: V; readonly until: number }>();
  return {
    get: (key) => {
      const entry = entries.get(key);
      if (!entry) return undefined;
      if (entry.until > clock.monotonic()) return entry.value;
      entries.delete(key);
      return undefined;
    },
    set: (key, value) => {
      if (entries.size >= maxEntries) {
        for (const oldest of entries.keys()) {
          entries.delete(oldest);
          break;
        }
      }
      entries.set(key, { value, until: clock.monotonic() + ttlMs });
    },
  };
};
