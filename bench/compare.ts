import { setTimeout as sleep } from "node:timers/promises";
import type { Contender, RunningContender } from "./contender.ts";
import { loadHeading, loadRow } from "./measure.ts";
import type { Measured } from "./measured.ts";
import { medianOf } from "./median-of.ts";
import { settings } from "./settings.ts";
import type { CountingUpstream } from "./upstream.ts";

interface Case {
  readonly name: string;
  readonly measure: (target: RunningContender) => Promise<Measured>;
}

/** What each contender did in a case, round by round. */
export type ContenderRounds = ReadonlyMap<string, readonly Measured[]>;

interface Compare {
  readonly upstream: CountingUpstream;
  readonly contenders: readonly Contender[];
  /** What a contender that runs is asked for, one after the other. */
  readonly cases: readonly Case[];
}

/** For what the callers of a case have left under way, before the next one begins. */
const calmMs = 1_500;

/** Every contender in its turn, as many rounds as are set, so that what else the machine does falls on all; their books are checked after each. */
export const inTurn = async ({
  upstream,
  contenders,
  cases,
}: Compare): Promise<ReadonlyMap<string, ContenderRounds>> => {
  const all = new Map(cases.map(({ name }) => [name, new Map<string, Measured[]>()]));
  for (let round = 1; round <= settings.rounds; round += 1) {
    for (const contender of contenders) {
      console.log(`  round ${round}, ${contender.name}`);
      const target = await contender.start(upstream.url);
      try {
        const before = await upstream.calls();
        for (const { name, measure } of cases) {
          const ofCase = all.get(name);
          const measured = await measure(target);
          await sleep(calmMs);
          ofCase?.set(contender.name, [...(ofCase.get(contender.name) ?? []), measured]);
        }
        const books = await target.checkBooks?.(async () => (await upstream.calls()) - before);
        if (books !== undefined) console.log(`    ${books}`);
      } finally {
        await target.stop();
      }
    }
  }
  return all;
};

/** The medians of each contender, as multiples of the first one's. */
export const printRounds = (title: string, rounds: ContenderRounds): void => {
  console.log(`\n  ${title}\n\n  ${loadHeading}`);
  const medians = [...rounds].map(([name, measured]) => ({ name, median: medianOf(measured) }));
  for (const { name, median } of medians)
    console.log(`  ${loadRow(name, median, (medians[0]?.median ?? median).load)}`);
};
