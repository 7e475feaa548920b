import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { postgresUser } from "../../../server/platform/db/postgres-user.ts";
import { ensurePython, pythonMissing } from "../../sdks/python-venv.ts";
import type { HostNetwork } from "../hosts/host-network.ts";
import { nodePorts, openPatroniNode, type PatroniNode } from "./patroni-node.ts";

/** A member as Patroni tells it. */
export interface PatroniMember {
  readonly name: string;
  readonly role: string;
  readonly state: string;
  readonly timeline?: number;
  readonly lag?: number | string;
}

/** PostgreSQL under Patroni with etcd, one member of each on every host. */
export interface PatroniCluster {
  readonly nodes: readonly PatroniNode[];
  readonly password: string;
  /** As any node that can be asked sees it. */
  readonly members: () => Promise<readonly PatroniMember[]>;
  /** The node that is the primary by its own word and holds the lease. */
  readonly primary: () => Promise<PatroniNode | undefined>;
  /** The one of these that says so. */
  readonly primaryOf: (nodes: readonly PatroniNode[]) => Promise<PatroniNode | undefined>;
  /** Where what it has acknowledged is, too. */
  readonly synchronous: () => Promise<PatroniNode | undefined>;
  /**
   * Waits until there is a primary and every other node streams from it, one of them synchronously. Resolves with the nodes
   * that had to be copied anew for that, as an operator would do with one that does not come back by itself.
   */
  readonly healthy: (patienceMs: number) => Promise<readonly string[]>;
  /** Has Patroni make another node the primary. */
  readonly switchOver: (from: PatroniNode, to: PatroniNode) => Promise<void>;
  readonly close: (keep: boolean) => Promise<void>;
}

interface OpenPatroniCluster {
  readonly network: HostNetwork;
  readonly hosts: readonly string[];
  readonly dataDir: string;
}

/** One that PostgreSQL's user may run, which root's own may not be. */
const systemPython = "/usr/bin/python3";
const requirements = join(import.meta.dirname, "requirements.txt");
/** A node that does not follow by then will not. */
const strandedMs = 45_000;

/** What the cluster needs that is not here; undefined where all is. */
export const whyNoPatroni = (): string | undefined => {
  const missing = ["/usr/bin/etcd", "/usr/sbin/haproxy"].filter((file) => !existsSync(file));
  if (postgresFolder() === undefined) missing.push("PostgreSQL's programs");
  return missing.length === 0
    ? pythonMissing(systemPython)
    : `not installed: ${missing.join(", ")} (Debian: apt-get install etcd-server haproxy postgresql python3-venv)`;
};

/** Programs of the newest PostgreSQL that is installed with all that Patroni calls. */
const postgresFolder = (): string | undefined =>
  [18, 17, 16, 15]
    .map((major) => `/usr/lib/postgresql/${major}/bin`)
    .find((folder) => ["postgres", "pg_basebackup", "pg_rewind"].every((name) => existsSync(join(folder, name))));

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

const asMembers = (value: unknown): readonly PatroniMember[] =>
  isRecord(value) && Array.isArray(value["members"]) ? (value["members"] as PatroniMember[]) : [];

/** Starts one on hosts of a network, and waits until it is healthy. */
export const openPatroniCluster = async ({ network, hosts, dataDir }: OpenPatroniCluster): Promise<PatroniCluster> => {
  const bin = postgresFolder();
  const user = await postgresUser(dataDir);
  if (bin === undefined || user === undefined) throw new Error("there is no PostgreSQL that Patroni can run");
  await mkdir(dataDir, { recursive: true, mode: 0o755 });
  const password = "a-plain-test-password";
  const peers = hosts.map((name) => ({ name, address: network.host(name).address }));
  const patroni = join(dirname(ensurePython(requirements, systemPython)), "patroni");
  const passwords = {
    PATRONI_SUPERUSER_PASSWORD: password,
    PATRONI_REPLICATION_PASSWORD: password,
    PATRONI_REWIND_PASSWORD: password,
  };
  const nodes: Awaited<ReturnType<typeof openPatroniNode>>[] = [];
  for (const name of hosts)
    nodes.push(await openPatroniNode(name, network.host(name), { dataDir, peers, bin, patroni, user, passwords }));

  const ask = async (node: PatroniNode, path: string, init?: RequestInit): Promise<Response> =>
    fetch(`http://${node.host.address}:${nodePorts.patroni}${path}`, { ...init, signal: AbortSignal.timeout(3_000) });
  const members = async (): Promise<readonly PatroniMember[]> => {
    const answers = await Promise.all(
      nodes.map((node) =>
        ask(node, "/cluster")
          .then(async (response) => asMembers(await response.json()))
          .catch(() => []),
      ),
    );
    return answers.toSorted((a, b) => b.length - a.length)[0] ?? [];
  };
  const holding = async (path: string, among: readonly PatroniNode[] = nodes): Promise<PatroniNode | undefined> => {
    const found = await Promise.all(
      among.map((node) =>
        ask(node, path).then(
          ({ status }) => status === 200,
          () => false,
        ),
      ),
    );
    return among.find((_, index) => found[index]);
  };
  const primary = (): Promise<PatroniNode | undefined> => holding("/primary");
  const synchronous = (): Promise<PatroniNode | undefined> => holding("/synchronous");
  const isHealthy = async (): Promise<boolean> => {
    const seen = await members();
    const follow = seen.filter(({ role, state }) => role !== "leader" && ["running", "streaming"].includes(state));
    return (
      seen.some(({ role, state }) => role === "leader" && state === "running") &&
      follow.length === nodes.length - 1 &&
      new Set(seen.map(({ timeline }) => timeline)).size === 1 &&
      (await synchronous()) !== undefined
    );
  };
  const copyAnew = async (since: number): Promise<readonly string[]> => {
    if (Date.now() < since + strandedMs) return [];
    const seen = await members();
    const leader = seen.find(({ role, state }) => role === "leader" && state === "running");
    const stranded = seen.filter(
      ({ role, state, timeline }) => role !== "leader" && (state !== "running" || timeline !== leader?.timeline),
    );
    if (!leader) return [];
    for (const { name } of stranded) {
      const node = nodes.find((one) => one.name === name);
      if (node)
        await ask(node, "/reinitialize", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ force: true }),
        }).catch(() => undefined);
    }
    return stranded.map(({ name }) => name);
  };
  const healthy = async (patienceMs: number): Promise<readonly string[]> => {
    const [began, copied] = [Date.now(), new Set<string>()];
    for (let since = began; !(await isHealthy()); await sleep(500)) {
      if (Date.now() > began + patienceMs)
        throw new Error(`no healthy cluster in ${patienceMs / 1_000} s: ${JSON.stringify(await members())}`);
      const stranded = await copyAnew(since);
      for (const name of stranded) copied.add(name);
      if (stranded.length > 0) since = Date.now();
    }
    return [...copied];
  };
  const close = async (keep: boolean): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop(keep)));
  };
  try {
    for (const node of nodes) node.start();
    await healthy(120_000);
  } catch (error) {
    await close(true);
    throw error;
  }
  return {
    nodes,
    password,
    members,
    primary,
    primaryOf: (among) => holding("/primary", among),
    synchronous,
    healthy,
    switchOver: async (from, to) => {
      const response = await ask(from, "/switchover", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ leader: from.name, candidate: to.name }),
      }).catch(() => undefined);
      // Patroni answers when it is done, which may take longer than we wait.
      if (response && response.status !== 200)
        throw new Error(`Patroni refuses to switch over: ${response.status} ${await response.text()}`);
    },
    close,
  };
};
