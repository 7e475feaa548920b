import { NexusError } from "../../errors.ts";
import type { Clock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import type { LedgerConnection } from "./ledger-connection.ts";

/** Shows recovery that this process is alive, and shows this process when recovery may take it for dead. */
export interface Heartbeat {
  /** Throws unless a renewal was confirmed recently: a process that may be thought dead starts no effect. */
  readonly fence: () => void;
  readonly ageMs: () => number;
  readonly stop: () => void;
}

interface StartHeartbeat {
  readonly connection: LedgerConnection;
  readonly processId: string;
  readonly clock: Clock;
  readonly log: Logger;
}

const renewEveryMs = 2_000;
const renewLimitMs = 5_000;
/** Recovery waits 30 s; the difference is the time a call may take between this check and its first byte. */
const fenceMs = 10_000;

/** Renews once before it returns. */
export const startHeartbeat = async ({ connection, processId, clock, log }: StartHeartbeat): Promise<Heartbeat> => {
  let confirmed = -Infinity;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const renew = async (): Promise<void> => {
    // The time before sending: the answer to a slow renewal proves no more.
    const asked = clock.monotonic();
    await connection.run(
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
