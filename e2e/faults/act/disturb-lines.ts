import { setTimeout as sleep } from "node:timers/promises";
import type { FaultProxy } from "../../../sandbox/fault-proxy.ts";
import { createRandom, type Random } from "../seeded.ts";

/** One with a request under way, so that there is something to cut; undefined where none comes for a second. */
const busyProxy = async (
  proxies: readonly FaultProxy[],
  random: Random,
  signal: AbortSignal,
): Promise<FaultProxy | undefined> => {
  const until = Date.now() + 1_000;
  while (!signal.aborted && Date.now() < until) {
    const busy = proxies.filter((proxy) => proxy.connections() > 0);
    if (busy.length > 0) return busy[random.between(0, busy.length - 1)];
    await sleep(2);
  }
  return undefined;
};

/** Cuts connections and shuts vendors off for a while, now and then, for as long as the load runs. */
export const disturbLines = (proxies: readonly FaultProxy[], seed: number, signal: AbortSignal) => {
  const random = createRandom(seed ^ 0x5eed);
  const made = { cuts: 0, outages: 0 };
  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal }).catch(() => undefined);
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      await pause(random.between(1_000, 3_000));
      const isCut = random.next() < 0.9;
      const proxy = isCut ? await busyProxy(proxies, random, signal) : proxies[random.between(0, proxies.length - 1)];
      if (proxy === undefined || signal.aborted) continue;
      if (isCut) {
        made.cuts += proxy.connections();
        await proxy.set({ reset: true });
        await pause(random.between(5, 40));
      } else {
        made.outages += 1;
        await proxy.set({ refuse: true, reset: true });
        await pause(random.between(100, 600));
      }
      await proxy.clear();
    }
  };
  return { made, ended: loop() };
};
