const day = 24 * 3_600_000;

/** How long sessions live, and how long a rotated cookie value still converges. */
export const sessionTimes = { idleMs: 14 * day, absoluteMs: 30 * day, graceMs: 10_000 } as const;
