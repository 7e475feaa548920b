import { RevocableCache } from "../packages/auth-middleware/src/revocable-cache.ts";
import type { RevocationFeed, RevocationListener } from "../packages/auth-middleware/src/follow-revocations.ts";

const limit = 20_000;
const rounds = 30;

const openFeed = () => {
  let tell: RevocationListener | undefined;
  const feed: RevocationFeed = {
    isFresh: () => true,
    on: (listener) => {
      tell = listener;
      return () => undefined;
    },
    state: () => ({ ageMs: 0, interruptions: 0, resets: 0, dropped: 0 }),
    countDropped: () => undefined,
    close: () => undefined,
  };
  return { feed, tell: (changed: readonly string[]) => tell?.(changed) };
};

const fill = (cache: RevocableCache<object>, from: number, count: number): void => {
  const value = {};
  for (let n = from; n < from + count; n += 1)
    cache.set(`digest ${n}`, {
      value,
      subjects: [`digest ${n}`, `jti_${n}`, `ses_${n}`, `usr_${n}`, `org_${n % 500}`],
      until: Infinity,
      since: cache.moment(),
    });
};

/** Microseconds that each of `count` takes, in the quickest of several rounds: what else the machine does is no part of it. */
const quickest = (count: number, work: (round: number) => void): number => {
  const tries = Array.from({ length: rounds }, (_, round) => {
    const began = performance.now();
    work(round);
    return (performance.now() - began) * 1_000;
  });
  return Math.min(...tries) / count;
};

const changeAmong = (answers: number): number => {
  const { feed, tell } = openFeed();
  const cache = new RevocableCache<object>({ limit, revocations: feed });
  fill(cache, 0, answers);
  return quickest(1_000, (round) => tell(Array.from({ length: 1_000 }, (_, index) => `other_${round}_${index}`)));
};

const print = (what: string, micros: number, baseline: number): void =>
  console.log(
    `    ${what.padEnd(44)}${micros.toFixed(2).padStart(8)} µs${(micros / baseline).toFixed(2).padStart(8)}×`,
  );

/** What a change and a new answer cost the cache of Auth's answers when it is full, against one that is nearly empty. */
export const revocations = async (): Promise<void> => {
  changeAmong(200);
  const few = changeAmong(200);
  print("a change among 200 answers", few, few);
  print(`a change among ${limit} answers`, changeAmong(limit), few);
  const cache = new RevocableCache<object>({ limit });
  const filling = quickest(600, (round) => fill(cache, round * 600, 600));
  fill(cache, rounds * 600, limit - rounds * 600);
  print("an answer more, while there is room", filling, filling);
  print(
    "an answer in place of the oldest",
    quickest(600, (round) => fill(cache, limit + round * 600, 600)),
    filling,
  );
};
