import type { Logger } from "../platform/logger.ts";

/** Runs at once and then every so often; a failure is logged and tried again. */
export const repeatWork = (everyMs: number, name: string, log: Logger, work: () => Promise<void>): (() => void) => {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const run = async (): Promise<void> => {
    await work().catch((error: unknown) => log.warn({ err: error, work: name }, "periodic work failed"));
    if (!stopped) timer = setTimeout(() => void run(), everyMs).unref();
  };
  void run();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
};
