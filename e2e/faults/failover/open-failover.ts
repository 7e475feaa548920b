import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { migrate } from "../../../server/platform/db/migrate.ts";
import { freePorts } from "../../../test/free-ports.ts";
import { openHostNetwork, whyNoHosts, type HostNetwork } from "../hosts/host-network.ts";
import { openPatroniCluster, whyNoPatroni, type PatroniCluster } from "./patroni-cluster.ts";
import { startHaproxy } from "./start-haproxy.ts";

/** A database of three nodes, and hosts for gateways that reach its primary at `databaseUrl`, as this process does. */
export interface Failover {
  readonly databaseUrl: string;
  readonly patroni: PatroniCluster;
  readonly network: HostNetwork;
  readonly close: (keep: boolean) => Promise<void>;
}

const nodeNames = ["db1", "db2", "db3"];
const schemas = join(import.meta.dirname, "..", "..", "..", "prisma");

const createDatabase = async (connectionString: string): Promise<void> => {
  for (let left = 60; ; left -= 1) {
    const client = new Client({ connectionString, connectionTimeoutMillis: 2_000 });
    client.on("error", () => undefined);
    try {
      await client.connect();
      await client.query("create database nexus");
      return;
    } catch (error) {
      // HAProxy has not asked the nodes yet.
      if (left === 0) throw error;
      await sleep(500);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
};

/** Starts all of it; undefined, and a line that says why, where this machine does not allow it. */
export const openFailover = async (gateways: number, print: (line: object) => void): Promise<Failover | undefined> => {
  const why = (await whyNoHosts()) ?? whyNoPatroni();
  if (why !== undefined) {
    print({ skipped: "failover", why });
    return undefined;
  }
  const gatewayNames = Array.from({ length: gateways }, (_, index) => `gateway-${index + 1}`);
  const network = await openHostNetwork([...nodeNames, ...gatewayNames]);
  const dataDir = await mkdtemp(join(tmpdir(), "nexus-failover-"));
  // PostgreSQL runs as a user of its own.
  await chmod(dataDir, 0o711);
  const closing: ((keep: boolean) => Promise<void>)[] = [];
  const close = async (keep: boolean): Promise<void> => {
    for (const end of closing.toReversed()) await end(keep);
    await network.close();
    if (!keep) await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const logDir = join(dataDir, "haproxy");
    await mkdir(logDir);
    const patroni = await openPatroniCluster({ network, hosts: nodeNames, dataDir: join(dataDir, "nodes") });
    closing.push(patroni.close);
    const [port = 0] = await freePorts(1);
    const nodes = nodeNames.map((name) => network.host(name).address);
    for (const name of [undefined, ...gatewayNames]) {
      const host = name === undefined ? undefined : network.host(name);
      const proxy = startHaproxy({ host, port, nodes, logFile: join(logDir, `${name ?? "here"}.log`) });
      closing.push(proxy.close);
    }
    const at = (database: string): string => `postgresql://postgres:${patroni.password}@127.0.0.1:${port}/${database}`;
    await createDatabase(at("postgres"));
    for (const schema of ["nexus", "auth"] as const)
      await migrate({ connectionString: at("nexus"), schema, folder: join(schemas, schema) });
    return { databaseUrl: at("nexus"), patroni, network, close };
  } catch (error) {
    await close(true);
    throw error;
  }
};
