import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import type { FaultEffect, Scene, SharedFault } from "../campaign-fault.ts";
import type { Random } from "../seeded.ts";
import type { PatroniCluster } from "./patroni-cluster.ts";
import type { PatroniNode } from "./patroni-node.ts";

const patienceMs = 90_000;

const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  for (const deadline = Date.now() + patienceMs; !(await holds()); await sleep(250))
    if (Date.now() > deadline) throw new Error(`${what}: not in ${patienceMs / 1_000} s`);
};

const others = (patroni: PatroniCluster, node: PatroniNode): readonly PatroniNode[] =>
  patroni.nodes.filter((other) => other !== node);

/** A commit at one node, whatever HAProxy thinks of it; true where it was acknowledged. */
const commitsAt = async (node: PatroniNode, password: string, waitMs: number): Promise<boolean> => {
  const client = new Client({
    connectionString: `postgresql://postgres:${password}@${node.host.address}:5432/nexus`,
    connectionTimeoutMillis: waitMs,
    query_timeout: waitMs,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("create table if not exists public.split_brain (at timestamptz)");
    await client.query("insert into public.split_brain values (clock_timestamp())");
    return true;
  } catch {
    return false;
  } finally {
    await Promise.race([client.end().catch(() => undefined), sleep(200)]);
  }
};

/** Until any node acknowledges commits. */
const writable = (patroni: PatroniCluster): Promise<void> =>
  until("a primary that acknowledges commits", async () => {
    const now = await patroni.primary();
    return now !== undefined && (await commitsAt(now, patroni.password, 2_000));
  });

/** Until another node acknowledges commits; this one may still think that it is the primary. */
const replaced = (patroni: PatroniCluster, node: PatroniNode): Promise<void> =>
  until(`another primary than ${node.name}`, async () => {
    const now = await patroni.primaryOf(others(patroni, node));
    return now !== undefined && (await commitsAt(now, patroni.password, 2_000));
  });

const failover = (
  name: string,
  kind: SharedFault["kind"],
  measure: string,
  make: (
    deps: { readonly scene: Scene; readonly patroni: PatroniCluster; readonly primary: PatroniNode },
    random: Random,
  ) => Promise<number>,
): SharedFault => ({
  name,
  kind,
  on: "database",
  impossible: ({ patroni }) => (patroni ? undefined : "the database is not a cluster: --failover"),
  make: async (scene, random): Promise<FaultEffect> => {
    const { patroni } = scene;
    const primary = await patroni?.primary();
    if (!patroni || !primary) return { effect: 0, measure };
    return { effect: await make({ scene, patroni, primary }, random), measure };
  },
});

const isolated = async (
  {
    patroni,
    primary,
    scene,
  }: { readonly scene: Scene; readonly patroni: PatroniCluster; readonly primary: PatroniNode },
  from: readonly string[],
  reachable: boolean,
): Promise<number> => {
  let lost = 0;
  try {
    for (const direction of ["out", "back"] as const) await primary.host.lose(direction, 100, from);
    await replaced(patroni, primary);
    // Two nodes believe that they are the primary, or just did: only one of them may acknowledge anything.
    if (reachable && (await commitsAt(primary, patroni.password, 3_000)))
      scene.complain(`${primary.name} acknowledged a commit when another node was the primary`);
  } finally {
    ({ lost } = await primary.host.heal());
  }
  return lost;
};

/** What happens to a database of three nodes, of which one is the primary. */
export const failoverFaults: readonly SharedFault[] = [
  // Patroni replaces it or, where no standby is ready to take its place, starts it again.
  failover("primary-killed", "postgres", "postmasters killed", async ({ patroni, primary }) => {
    const killed = await primary.killPostgres();
    await writable(patroni);
    return Number(killed !== undefined && killed !== (await primary.postmaster()));
  }),
  failover("primary-host-killed", "postgres", "primaries that changed", async ({ patroni, primary }) => {
    await primary.killAll();
    try {
      await replaced(patroni, primary);
    } finally {
      primary.start();
    }
    return 1;
  }),
  failover("primary-cut", "postgres", "packets lost", async (deps) => {
    const { network } = deps.scene;
    const all = others(deps.patroni, deps.primary).map(({ host }) => host.address);
    const gateways = deps.scene.slots.flatMap(({ host }) => host?.address ?? []);
    return isolated(deps, [...all, ...gateways, ...(network ? [network.address] : [])], false);
  }),
  // The gateways still reach it, and the other nodes do not.
  failover("primary-parted", "postgres", "packets lost", (deps) =>
    isolated(
      deps,
      others(deps.patroni, deps.primary).map(({ host }) => host.address),
      true,
    ),
  ),
  // PostgreSQL refuses what needs space and stays the primary, or ends and is replaced: where its log has no room either.
  failover("primary-disk-full", "disk", "ms without space", async ({ primary }, random) => {
    if (!primary.disk) return 0;
    const ms = random.between(8_000, 20_000);
    await primary.disk.fill();
    const full = (await primary.disk.freeBytes()) === 0;
    await sleep(ms);
    await primary.disk.empty();
    return full ? ms : 0;
  }),
  failover("switched-over", "postgres", "primaries that changed", async ({ patroni, primary }) => {
    const next = await patroni.synchronous();
    if (!next) return 0;
    await patroni.switchOver(primary, next);
    await replaced(patroni, primary);
    return 1;
  }),
  failover("etcd-lost", "postgres", "ms without a majority", async ({ patroni }, random) => {
    const ms = random.between(8_000, 20_000);
    await Promise.all(patroni.nodes.map((node) => node.killEtcd()));
    await sleep(ms);
    for (const node of patroni.nodes) node.start();
    return ms;
  }),
  failover("standby-killed", "postgres", "standbys killed", async ({ patroni }, random) => {
    const standby = await patroni.synchronous();
    if (!standby) return 0;
    await standby.killAll();
    await sleep(random.between(3_000, 8_000));
    standby.start();
    return 1;
  }),
  failover("standbys-killed", "postgres", "ms without an acknowledged commit", async (deps, random) => {
    const { scene, patroni, primary } = deps;
    const ms = random.between(8_000, 15_000);
    await Promise.all(others(patroni, primary).map((node) => node.killDatabase()));
    try {
      // A commit is in order for as long as the walsenders have not noticed; none of it can reach a standby that is gone.
      if (await commitsAt(primary, patroni.password, ms))
        scene.complain(`${primary.name} acknowledged a commit that no standby has`);
    } finally {
      for (const node of others(patroni, primary)) node.start();
    }
    return ms;
  }),
];
