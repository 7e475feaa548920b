import { setTimeout as sleep } from "node:timers/promises";
import type { GatewayFault, Scene } from "../campaign-fault.ts";
import type { Random } from "../seeded.ts";
import type { Host } from "./host-network.ts";

const databaseOf = ({ cluster }: Scene): string => new URL(cluster.config.databaseUrl).hostname;

/** A fault of the line between one host and the database, for a time within and beyond what a gateway waits for. */
const onHostLine = (
  name: string,
  measure: string,
  begin: (host: Host, database: string, random: Random) => Promise<void>,
): GatewayFault => ({
  name,
  kind: "network",
  on: "gateway",
  impossible: ({ slots }) => (slots.some(({ host }) => !host) ? "the gateways have no hosts: --hosts N" : undefined),
  make: async (scene, random, { host }) => {
    if (!host) return { effect: 0, measure };
    const ms = scene.brief ? 2_500 : random.between(1_000, 13_000);
    let healed: Awaited<ReturnType<Host["heal"]>> | undefined;
    try {
      await begin(host, databaseOf(scene), random);
      await sleep(ms);
    } finally {
      healed = await host.heal();
    }
    return { effect: healed.lost + healed.late, measure };
  },
});

/** What happens between a gateway's host and the database's. */
export const hostFaults: readonly GatewayFault[] = [
  onHostLine("host-cut", "packets lost", async (host, database) => {
    await host.lose("out", 100, [database]);
    await host.lose("back", 100, [database]);
  }),
  onHostLine("host-silent-out", "packets lost", (host, database) => host.lose("out", 100, [database])),
  onHostLine("host-silent-back", "packets lost", (host, database) => host.lose("back", 100, [database])),
  onHostLine("host-lossy-out", "packets lost", (host, database, random) =>
    host.lose("out", random.between(10, 50), [database]),
  ),
  onHostLine("host-lossy-back", "packets lost", (host, database, random) =>
    host.lose("back", random.between(10, 50), [database]),
  ),
  onHostLine("host-slow", "packets late", (host, database, random) =>
    host.slow(random.between(500, 2_500), [database]),
  ),
];
