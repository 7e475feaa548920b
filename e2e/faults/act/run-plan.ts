import { documentedFaults, type ActingFault } from "../../../sandbox/acting/acting-rules.ts";
import { createRandom } from "../seeded.ts";
import { killPoints, type ActInput, type KillPoint } from "./acting-family.ts";
import { actingVendorNames, type ActingVendorName } from "./acting-vendors.ts";

/** What one caller wants done, and what goes wrong meanwhile: the same for the same seed. */
export interface RunPlan {
  readonly n: number;
  /** Names the run in everything that is sent. */
  readonly note: string;
  readonly key: string;
  readonly input: ActInput;
  /** What meets the first, second… request of this run at whichever vendor. */
  readonly faults: readonly (ActingFault | undefined)[];
  /** Where the gateway process is killed. */
  readonly kill: KillPoint | undefined;
  /** The caller breaks off after so long and asks again, as one whose own time limit is short does. */
  readonly leavesAfterMs: number | undefined;
}

const shares = { fault: 0.6, faultOfRepeat: 0.3, kill: 0.1, leave: 0.05, second: 0.6 } as const;
const mostFaults = 4;

export const planRun = (seed: number, n: number): RunPlan => {
  const random = createRandom(seed * 100_003 + n);
  const note = `run-${seed}-${n}`;
  const [first, ...rest] = actingVendorNames;
  if (first === undefined) throw new Error("no acting vendors");
  const one = random.pick<ActingVendorName>([first, ...rest]);
  const others = actingVendorNames.filter((name) => name !== one);
  const another = others[random.between(0, others.length - 1)];
  const vendors = another !== undefined && random.next() < shares.second ? [one, another] : [one];
  const [someFault, ...moreFaults] = documentedFaults;
  if (someFault === undefined) throw new Error("no faults");
  const faults = Array.from({ length: mostFaults }, (_, at) =>
    random.next() < (at === 0 ? shares.fault : shares.faultOfRepeat)
      ? random.pick<ActingFault>([someFault, ...moreFaults])
      : undefined,
  );
  return {
    n,
    note,
    key: `key-${note}`,
    input: { vendors, amount: random.between(1, 1_000_000), note },
    faults,
    kill: random.next() < shares.kill ? random.pick<KillPoint>([...killPoints]) : undefined,
    leavesAfterMs: random.next() < shares.leave ? random.between(1, 60) : undefined,
  };
};
