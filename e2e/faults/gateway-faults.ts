import { setTimeout as sleep } from "node:timers/promises";
import { readFile } from "node:fs/promises";
import type { FaultEffect, GatewayFault, Scene } from "./campaign-fault.ts";
import type { GatewaySlot } from "./gateway-slot.ts";

const none = (measure: string): FaultEffect => ({ effect: 0, measure });

/** Longest that an orderly end may take: draining, and the ledger's last words. */
const stopPatienceMs = 30_000;

/** One letter of `ps`, as the kernel says it. */
const processState = async (pid: number): Promise<string | undefined> =>
  /^State:\t(\S)/m.exec(await readFile(`/proc/${pid}/status`, "utf8").catch(() => ""))?.[1];

const leaseHolder = async ({ cluster }: Scene): Promise<string | undefined> => {
  const { rows } = await cluster.pool
    .query<{ holder: string }>("select holder from nexus.worker_lease where leased_until > clock_timestamp()")
    .catch(() => ({ rows: [] }));
  return rows[0]?.holder;
};

/** Where the ledger's workers run; undefined where nobody holds their lease, or its log had no space to say so. */
const leader = async (scene: Scene): Promise<GatewaySlot | undefined> => {
  const holder = await leaseHolder(scene);
  if (holder === undefined) return undefined;
  for (const slot of scene.slots) if (await slot.leadsAs(holder)) return slot;
  return undefined;
};

const orderlyEnd = async (scene: Scene, slot: GatewaySlot): Promise<boolean> => {
  const code = await slot.stop(stopPatienceMs);
  if (code !== undefined && code !== 0)
    scene.complain(`SIGTERM ended gateway ${slot.number} with ${code ?? "a kill after 30 s"}`);
  return code === 0;
};

/** What happens to a gateway process or to its host. */
export const gatewayFaults: readonly GatewayFault[] = [
  {
    name: "gateway-killed",
    kind: "kill",
    on: "gateway",
    make: async (_, random, slot) => {
      await sleep(random.between(0, 500));
      const killed = await slot.kill();
      await slot.start();
      return { effect: Number(killed), measure: "processes killed" };
    },
  },
  {
    name: "gateway-paused",
    kind: "pause",
    on: "gateway",
    make: async ({ brief }, random, slot) => {
      const { gateway } = slot;
      if (!gateway) return none("ms paused");
      // Some beyond the fence and the silence after which others take over, some within.
      const pauseMs = brief ? 5_000 : 1_000 * (random.next() < 0.25 ? random.between(20, 40) : random.between(5, 16));
      gateway.pause();
      await sleep(20);
      const state = await processState(gateway.pid);
      await sleep(pauseMs);
      gateway.resume();
      return { effect: state === undefined || state === "T" ? pauseMs : 0, measure: "ms paused" };
    },
  },
  {
    name: "gateway-terminated",
    kind: "kill",
    on: "gateway",
    make: async (scene, random, slot) => {
      await sleep(random.between(0, 500));
      const ended = await orderlyEnd(scene, slot);
      await slot.start();
      return { effect: Number(ended), measure: "orderly ends under load" };
    },
  },
  {
    name: "leader-killed",
    kind: "kill",
    on: "gateway",
    choose: leader,
    make: async (scene, _, slot) => {
      const measure = "leases that changed hands";
      const before = await leaseHolder(scene);
      if (before === undefined || !(await slot.leadsAs(before))) return none(measure);
      await slot.kill();
      await slot.start();
      for (let waitedMs = 0; waitedMs < 30_000; waitedMs += 250) {
        const holder = await leaseHolder(scene);
        if (holder !== undefined && holder !== before) return { effect: 1, measure };
        await sleep(250);
      }
      scene.complain("nobody took the workers' lease over in 30 s");
      return none(measure);
    },
  },
  {
    name: "clock-differs",
    // What the judge compares in time comes from the database's clock and ours, which agree; its process is restarted.
    kind: "kill",
    on: "gateway",
    make: async (scene, random, slot) => {
      const offsetMs = 1_000 * random.between(20, 110) * (random.next() < 0.5 ? -1 : 1);
      await orderlyEnd(scene, slot);
      await slot.start(offsetMs);
      // It goes on like this until something else starts it again.
      await sleep(scene.brief ? 1_000 : 3_000);
      return { effect: slot.gateway === undefined ? 0 : Math.abs(offsetMs), measure: "ms between the clocks" };
    },
  },
  {
    name: "log-disk-full",
    kind: "disk",
    on: "gateway",
    impossible: ({ slots }) => (slots.some(({ logDisk }) => !logDisk) ? "no disk can be mounted here" : undefined),
    make: async (scene, random, slot) => {
      const { gateway, logDisk } = slot;
      if (!gateway || !logDisk) return none("ms without space");
      await logDisk.fill();
      const full = (await logDisk.freeBytes()) === 0;
      const fullMs = random.between(500, scene.brief ? 1_000 : 3_000);
      await sleep(fullMs);
      await logDisk.empty();
      if (!gateway.alive()) {
        scene.complain(`a full log disk ended gateway ${slot.number}`);
        await slot.start();
      }
      return { effect: full ? fullMs : 0, measure: "ms without space" };
    },
  },
];
