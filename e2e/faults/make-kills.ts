import { setTimeout as sleep } from "node:timers/promises";
import type { Scene } from "./campaign-fault.ts";
import type { DisturbanceLog } from "./disturbances.ts";
import type { FaultCounts } from "./make-faults.ts";
import { createRandom } from "./seeded.ts";

interface MakeKills {
  readonly scene: Scene;
  readonly kills: number;
  readonly seed: number;
  readonly disturbances: DisturbanceLog;
  readonly mayGoOn: () => boolean;
  readonly print: (line: object) => void;
}

/** Kills gateways at seeded moments, which start again at once, and PostgreSQL half-way. */
export const makeKills = async ({
  scene,
  kills,
  seed,
  disturbances,
  mayGoOn,
  print,
}: MakeKills): Promise<FaultCounts> => {
  const { slots, postgres } = scene;
  const random = createRandom(seed);
  const starting = new Set<Promise<void>>();
  let made = 0;
  let postgresKills = 0;

  const killOne = async (): Promise<void> => {
    const [first, ...others] = slots.filter(({ gateway }) => gateway !== undefined);
    if (!first) return;
    const victim = random.pick([first, ...others]);
    await disturbances.during("kill", victim.gateway?.url ?? "", () => victim.kill());
    made += 1;
    const start = victim.start();
    starting.add(start);
    void start.finally(() => starting.delete(start));
  };

  const killPostgres = async (): Promise<void> => {
    print({ killed: "postgres", pid: await postgres?.kill() });
    await sleep(1_500);
    await postgres?.restart();
    print({ restarted: "postgres" });
  };

  for (let next = 1; next <= kills && mayGoOn(); next += 1) {
    await sleep(random.between(50, 900));
    // With fewer than two there would be no load to be killed under.
    while (slots.filter(({ gateway }) => gateway !== undefined).length < 2 && mayGoOn()) await sleep(50);
    await killOne();
    if (postgresKills === 0 && made >= Math.floor(kills / 2)) {
      postgresKills += 1;
      await disturbances.during("postgres", "kill", killPostgres);
    }
    if (next % 20 === 0) print({ kills: made });
  }
  await Promise.all(starting);
  return { kills: made, postgres: postgresKills };
};
