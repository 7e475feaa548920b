import { NexusError } from "../../errors.ts";
import type { Clock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import type { LedgerLine } from "./ledger-line.ts";

/** Tells recovery that this process lives, and tells this process when recovery may think otherwise. */
export interface Heartbeat {
  /** Throws unless a renewal was confirmed lately: whoever cannot prove to be alive starts no effect. */
  readonly fence: () => void;
  readonly ageMs: () => number;
  readonly stop: () => void;
}

interface StartHeartbeat {
  readonly line: LedgerLine;
  readonly processId: string;
  readonly clock: Clock;
  readonly log: Logger;
}

const renewEveryMs = 2_000;
const renewLimitMs = 5_000;
/** Recovery waits 30 s; the difference is what a call may take between the check and its first byte. */
const fenceMs = 10_000;

/** Renews once before it returns. */
export const startHeartbeat = async ({ line, processId, clock, log }: StartHeartbeat): Promise<Heartbeat> => {
  let confirmed = -Infinity;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const renew = async (): Promise<void> => {
    // The moment before sending: a renewal that took long proves no more than that.
    const asked = clock.monotonic();
    await line.run(
      { name: "nexus_heartbeat", text: "select nexus.nexus_heartbeat($1)", values: [processId] },
      renewLimitMs,
    );
    confirmed = asked;
  };

  const beat = async (): Promise<void> => {
    try {
      await renew();
    } catch (error) {
      if (!stopped) log.warn({ err: error }, "heartbeat not renewed");
    }
    if (!stopped) timer = setTimeout(() => void beat(), renewEveryMs).unref();
  };

  await renew();
  timer = setTimeout(() => void beat(), renewEveryMs).unref();
  return {
    fence: () => {
      if (clock.monotonic() - confirmed > fenceMs)
        throw new NexusError("LEDGER_UNAVAILABLE", { effect: "none", retryAfterMs: 2_000 });
    },
    ageMs: () => clock.monotonic() - confirmed,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
};
