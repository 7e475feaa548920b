import { sendRaw } from "../../../test/send-raw.ts";
import { SeededChoices } from "../seeded-choices.ts";
import type { RoutesWorld } from "./open-routes-world.ts";
import { randomAsk, type RandomAsk } from "./random-ask.ts";

/** A request that was answered with a fault of our own. */
export interface OwnFault {
  readonly seed: number;
  readonly status: number;
  readonly ask: RandomAsk;
  readonly answer: string;
}

export interface RoutesVerdict {
  readonly requests: number;
  /** How often each status was answered. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly faults: readonly OwnFault[];
}

interface FuzzRoutes {
  readonly world: RoutesWorld;
  readonly seed: number;
  readonly count: number;
  readonly onProgress?: (done: number) => void;
}

const perRound = 250;
const atOnce = 6;

/** What Node refuses to send is no request. */
const isSendable = ({ headers = {}, path }: RandomAsk): boolean =>
  Object.values(headers).every((value) => /^[\t\x20-\x7e]*$/.test(value)) && /^[\x21-\x7e]+$/.test(path);

/** Sends so many requests to both listeners, each of which a seed of its own decides. No answer may be a 5xx. */
export const fuzzRoutes = async ({ world, seed, count, onProgress }: FuzzRoutes): Promise<RoutesVerdict> => {
  const statuses: Record<string, number> = {};
  const faults: OwnFault[] = [];
  for (let begun = 0; begun < count; begun += perRound) {
    const actors = await world.freshActors();
    const left = Array.from({ length: Math.min(perRound, count - begun) }, (_unused, at) => seed + begun + at)[
      Symbol.iterator
    ]();
    const work = async (): Promise<void> => {
      for (const own of left) {
        const ask = randomAsk({ random: new SeededChoices(own), world, actors });
        if (!isSendable(ask)) continue;
        const port = ask.listener === "auth" ? world.authPort : world.nexusPort;
        const { status, text } = await sendRaw(port, ask, 30_000);
        statuses[status] = (statuses[status] ?? 0) + 1;
        if (status >= 500) faults.push({ seed: own, status, ask, answer: text.slice(0, 300) });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    onProgress?.(begun + perRound);
  }
  return { requests: count, statuses, faults };
};
