import { setTimeout as sleep } from "node:timers/promises";
import type { FaultProxy } from "../../sandbox/fault-proxy.ts";
import type { Random } from "./seeded.ts";

/** One time of silence on one line, in milliseconds since the first. */
export interface Hole {
  readonly line: number;
  readonly toTarget: boolean;
  readonly toClient: boolean;
  /** The connections that were open stay silent for ever; those that are made afterwards are sound. */
  readonly halfOpen: boolean;
  readonly fromMs: number;
  readonly untilMs: number;
}

interface DigHoles {
  readonly random: Random;
  readonly proxies: readonly FaultProxy[];
  readonly totalMs: number;
  readonly longestMs: number;
}

/** Lets lines fall silent, one way or both, alone or together; no client is told that anything was closed. */
export const digHoles = async ({ random, proxies, totalMs, longestMs }: DigHoles): Promise<readonly Hole[]> => {
  const began = performance.now();
  const now = (): number => performance.now() - began;
  const dug: Hole[] = [];
  const dig = async (line: number, proxy: FaultProxy): Promise<void> => {
    while (now() < totalMs) {
      await sleep(random.between(100, 3_000));
      const direction = random.between(0, 2);
      const halfOpen = random.between(0, 1) === 1;
      const faults = {
        halfOpen,
        ...(direction === 1 ? {} : { toTarget: { blackhole: true } }),
        ...(direction === 0 ? {} : { toClient: { blackhole: true } }),
      };
      const fromMs = now();
      await proxy.set(faults);
      await sleep(Math.min(random.between(500, longestMs), Math.max(500, totalMs - fromMs)));
      await proxy.clear();
      dug.push({ line, toTarget: direction !== 1, toClient: direction !== 0, halfOpen, fromMs, untilMs: now() });
    }
  };
  await Promise.all(proxies.map((proxy, line) => dig(line, proxy)));
  return dug;
};
