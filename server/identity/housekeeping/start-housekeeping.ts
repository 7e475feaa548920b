import type { Clock } from "../../platform/clock.ts";
import type { Logger } from "../../platform/logger.ts";

/** Work that comes round every minute. */
export interface HousekeepingTask {
  readonly name: string;
  readonly run: () => Promise<void>;
}

export interface Housekeeping {
  /** Does every task now, one after the other; one that fails is logged and does not stop the others. */
  readonly round: () => Promise<void>;
  /** Waits for a round that is going on. */
  readonly stop: () => Promise<void>;
}

interface StartHousekeeping {
  readonly tasks: readonly HousekeepingTask[];
  readonly everyMs: number;
  readonly clock: Pick<Clock, "monotonic">;
  readonly log: Logger;
}

const slowMs = 10_000;

/** Starts the rounds. One that is still going on is not overtaken by the next. */
export const startHousekeeping = ({ tasks, everyMs, clock, log }: StartHousekeeping): Housekeeping => {
  let stopped = false;
  let going: Promise<void> | undefined;

  const visit = async (): Promise<void> => {
    const began = clock.monotonic();
    for (const { name, run } of tasks) {
      if (stopped) return;
      try {
        await run();
      } catch (error) {
        log.warn({ err: error, task: name }, "housekeeping failed");
      }
    }
    const tookMs = clock.monotonic() - began;
    if (tookMs > slowMs) log.warn({ tookMs: Math.round(tookMs) }, "housekeeping takes long");
  };
  const round = (): Promise<void> => {
    going ??= visit().finally(() => {
      going = undefined;
    });
    return going;
  };
  const timer = setInterval(() => void round(), everyMs);
  timer.unref();
  return {
    round,
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await going;
    },
  };
};
