import { setTimeout as sleep } from "node:timers/promises";
import type { GatewaySlot } from "../gateway-slot.ts";

/** Starts each gateway again that was killed. */
export const keepRunning = (slots: readonly GatewaySlot[], signal: AbortSignal): Promise<void> =>
  (async () => {
    while (!signal.aborted) {
      await Promise.all(slots.map((slot) => slot.start()));
      await sleep(100, undefined, { signal }).catch(() => undefined);
    }
  })();
