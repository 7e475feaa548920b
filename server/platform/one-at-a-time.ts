/** Rounds of work of one process, of which none overlaps another. */
export interface Rounds {
  /** Does a round; asked for during one, whatever has come since is done in one more. */
  readonly run: () => Promise<void>;
  /** Rounds that began go on until they look at this. */
  readonly isClosed: () => boolean;
  readonly close: () => Promise<void>;
}

/** Runs one round of the work at a time, and never misses what came during one. */
export const oneAtATime = (round: () => Promise<void>): Rounds => {
  let running: Promise<void> | undefined;
  let queued: Promise<void> | undefined;
  let closed = false;

  const start = (): Promise<void> => {
    running = round().finally(() => {
      running = undefined;
    });
    return running;
  };
  const run = (): Promise<void> => {
    if (closed) return Promise.resolve();
    if (!running) return start();
    queued ??= running
      .catch(() => undefined)
      .then(() => {
        queued = undefined;
        return closed ? undefined : start();
      });
    return queued;
  };
  return {
    run,
    isClosed: () => closed,
    close: async () => {
      closed = true;
      await running?.catch(() => undefined);
    },
  };
};
