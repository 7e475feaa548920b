interface LoopBreaker {
  /** Whether another redirect may happen by itself now; counts it where it may. */
  readonly mayRedirect: () => boolean;
  /** The sign-in held: the count starts anew. */
  readonly reset: () => void;
}

interface CreateLoopBreaker {
  readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> | undefined;
  readonly name: string;
  readonly limit?: number;
  readonly windowMs?: number;
  readonly now?: () => number;
}

/**
 * Stops sign-ins that chase each other: at most three redirects of their own accord within a minute, counted in the
 * tab's session storage. Where there is no storage, none.
 */
export const createLoopBreaker = (options: CreateLoopBreaker): LoopBreaker => {
  const { storage, name, limit = 3, windowMs = 60_000, now = Date.now } = options;
  const recent = (): number[] =>
    (storage?.getItem(name) ?? "")
      .split(",")
      .map(Number)
      .filter((time) => time > now() - windowMs && time <= now());
  return {
    mayRedirect: () => {
      if (!storage) return false;
      const times = recent();
      if (times.length >= limit) return false;
      storage.setItem(name, [...times, now()].join(","));
      return true;
    },
    reset: () => storage?.removeItem(name),
  };
};
