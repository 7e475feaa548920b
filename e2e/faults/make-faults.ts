import { setTimeout as sleep } from "node:timers/promises";
import type { RequestLog } from "../../sandbox/request-log.ts";
import type { CampaignFault, FaultEffect, GatewayFault, Scene } from "./campaign-fault.ts";
import type { DisturbanceLog } from "./disturbances.ts";
import type { GatewaySlot } from "./gateway-slot.ts";
import type { FaultLine, NotRunLine } from "./run-log.ts";
import { createRandom, type Random } from "./seeded.ts";

interface MakeFaults {
  readonly scene: Scene;
  readonly faults: readonly CampaignFault[];
  readonly times: number;
  readonly seed: number;
  readonly log: RequestLog;
  readonly disturbances: DisturbanceLog;
  /** How many gateways may be in trouble at once. */
  readonly gatewaysAtOnce: number;
  readonly mayGoOn: () => boolean;
  readonly print: (line: object) => void;
}

/** How often each fault was made, and really happened. */
export type FaultCounts = Readonly<Record<string, number>>;

/** A fault that shows no effect so often is not happening here. */
const maxVain = 10;

const shuffled = <T>(list: readonly T[], random: Random): T[] => {
  const left = [...list];
  for (let at = left.length - 1; at > 0; at -= 1) {
    const other = random.between(0, at);
    const [one, two] = [left[at], left[other]];
    if (one !== undefined && two !== undefined) [left[at], left[other]] = [two, one];
  }
  return left;
};

/** Makes each fault so many times, those of different kinds side by side; resolves when all are done. */
export const makeFaults = async (options: MakeFaults): Promise<FaultCounts> => {
  const { scene, times, seed, log, mayGoOn } = options;
  const counts: Record<string, number> = {};
  const vain: Record<string, number> = {};
  const possible: CampaignFault[] = [];
  for (const fault of options.faults) {
    const why = fault.impossible?.(scene);
    counts[fault.name] = 0;
    if (why === undefined) possible.push(fault);
    else {
      const line: NotRunLine = { type: "not-run", name: fault.name, why };
      await log.append(line);
      options.print(line);
    }
  }

  const note = async (fault: CampaignFault, on: string, make: () => Promise<FaultEffect>): Promise<boolean> => {
    const from = new Date().toISOString();
    const { effect, measure } = await options.disturbances.during(fault.kind, on, make).catch((error: unknown) => {
      scene.complain(
        `${fault.name} could not be made or mended: ${error instanceof Error ? error.message : "unknown"}`,
      );
      return { effect: 0, measure: "failed" };
    });
    const to = new Date().toISOString();
    const { name } = fault;
    // One that did not happen is no evidence.
    if (effect > 0) await log.append({ type: "fault", name, on, from, to, effect, measure } satisfies FaultLine);
    if (fault.on !== "vendor") options.print({ fault: name, on, effect, measure });
    if (effect > 0) counts[name] = (counts[name] ?? 0) + 1;
    else vain[name] = (vain[name] ?? 0) + 1;
    return effect > 0 || (vain[name] ?? 0) > maxVain;
  };

  /** A gateway that runs and is left alone, taken; undefined where the one that is wanted is not to be had for now. */
  const takeSlot = async ({ choose }: GatewayFault, random: Random): Promise<GatewaySlot | undefined> => {
    const isFree = ({ busy, gateway }: GatewaySlot): boolean => !busy && gateway !== undefined;
    for (let waitedMs = 0; ; waitedMs += 50) {
      const wanted = choose && (await choose(scene));
      const [first, ...others] = (choose ? [wanted] : scene.slots).filter((slot) => slot !== undefined).filter(isFree);
      if (first) {
        const slot = random.pick([first, ...others]);
        slot.busy = true;
        return slot;
      }
      if (choose && waitedMs > 1_000) return undefined;
      await sleep(50);
    }
  };

  /** Works through a list, again where a fault did not happen. */
  const lane = async (todo: CampaignFault[], random: Random, gapMs: number): Promise<void> => {
    for (let fault = todo.shift(); fault !== undefined && mayGoOn(); fault = todo.shift()) {
      const due = fault;
      let happened: boolean;
      if (due.on === "gateway") {
        const slot = await takeSlot(due, random);
        if (!slot) {
          // Another's turn, and this one's later.
          todo.push(due);
          await sleep(250);
          continue;
        }
        try {
          happened = await note(due, slot.gateway?.url ?? `gateway ${slot.number}`, () =>
            due.make(scene, random, slot),
          );
        } finally {
          slot.busy = false;
        }
      } else happened = await note(due, due.on, () => due.make(scene, random));
      if (!happened) todo.push(due);
      await sleep(random.between(gapMs / 2, gapMs));
    }
  };

  const random = createRandom(seed + 7_919);
  const all = (on: CampaignFault["on"]): CampaignFault[] =>
    shuffled(
      possible.filter((fault) => fault.on === on).flatMap((fault) => Array.from({ length: times }, () => fault)),
      random,
    );
  const onGateways = all("gateway");
  const onVendors = all("vendor");
  await Promise.all([
    ...Array.from({ length: options.gatewaysAtOnce }, (_, index) =>
      lane(onGateways, createRandom(seed * 31 + index), 300),
    ),
    lane(all("database"), createRandom(seed * 37), 1_200),
    // Spread over the run: while Auth or the vendors are away for all, the other faults meet no call.
    lane(all("lines"), createRandom(seed * 41), scene.brief ? 600 : 5_000),
    ...[43, 47, 53].map((factor) => lane(onVendors, createRandom(seed * factor), 200)),
  ]);
  return counts;
};
