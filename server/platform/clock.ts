/** Time as an argument, so that rules can be tested at any moment. */
export interface Clock {
  /** Wall clock, ms since the epoch. */
  readonly now: () => number;
  /** Monotonic clock, ms. */
  readonly monotonic: () => number;
  /** Where the wall clock follows another one: asks that one now. */
  readonly measure?: () => Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
