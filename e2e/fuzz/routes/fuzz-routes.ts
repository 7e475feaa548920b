import { sendRaw } from "../../../test/send-raw.ts";
import { SeededChoices } from "../seeded-choices.ts";
import { fuzzTargetOf } from "./fuzz-targets.ts";
import { RouteCoverage } from "./route-coverage.ts";
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
  /** How many routes were asked by each kind of caller, and how many let one in. */
  readonly coverage: object;
  /** Routes that let nobody in who should have got there. */
  readonly unreached: readonly string[];
}

interface FuzzRoutes {
  readonly world: RoutesWorld;
  readonly seed: number;
  readonly count: number;
  readonly onProgress?: (done: number) => void;
}

/** After so many requests there are new ones to ask as. */
const perCallers = 250;
const atOnce = 24;
/** The feed of revocations goes on for ever. */
const readMs = 1_000;

/** What Node refuses to send is no request. */
const isSendable = ({ headers = {}, path }: RandomAsk): boolean =>
  Object.values(headers).every((value) => /^[\t\x20-\x7e]*$/.test(value)) && /^[\x21-\x7e]+$/.test(path);

/** This world has none of the workers that run beside the listeners, and Nexus says so. */
const isNotReady = ({ listener, method, path }: RandomAsk, text: string): boolean =>
  listener === "nexus" &&
  path.startsWith("/health/ready") &&
  text.startsWith(method === "HEAD" ? "" : '{"status":"not ready"');

/** Sends so many requests to both listeners, each of which a seed of its own decides. No answer may be a 5xx. */
export const fuzzRoutes = async ({ world, seed, count, onProgress }: FuzzRoutes): Promise<RoutesVerdict> => {
  const statuses: Record<string, number> = {};
  const faults: OwnFault[] = [];
  const coverage = new RouteCoverage();
  const left = Array.from({ length: count }, (_unused, at) => seed + at)[Symbol.iterator]();
  let fresh = world.freshCallers();
  let answered = 0;
  const ask = async (own: number): Promise<void> => {
    const { target, kind } = fuzzTargetOf(own);
    const sent = randomAsk({ random: new SeededChoices(own), world, callers: await fresh, target, kind });
    if (!isSendable(sent)) return;
    const port = sent.listener === "auth" ? world.authPort : world.nexusPort;
    const { status, text } = await sendRaw(port, sent, 30_000, readMs);
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (sent.method !== "OPTIONS") coverage.count(target, kind, { status, text });
    if (status >= 500 && !isNotReady(sent, text))
      faults.push({ seed: own, status, ask: sent, answer: text.slice(0, 300) });
  };
  const work = async (): Promise<void> => {
    for (const own of left) {
      // Nobody waits for the others: a feed is read for a second.
      if (own > seed && (own - seed) % perCallers === 0) fresh = world.freshCallers();
      await ask(own);
      answered += 1;
      onProgress?.(answered);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { requests: count, statuses, faults, coverage: coverage.summary(), unreached: coverage.unreached() };
};
