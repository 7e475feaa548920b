import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRequestLog, type RequestLog } from "../../sandbox/request-log.ts";
import type { WorkerConfig } from "../../server/assembly/worker-config.ts";
import type { Scene } from "./campaign-fault.ts";
import { createCallers, forbidBreaches, setCampaignBudgets, type CampaignCallers } from "./campaign-callers.ts";
import { openCluster } from "./cluster.ts";
import type { Failover } from "./failover/open-failover.ts";
import type { HostNetwork } from "./hosts/host-network.ts";
import { startLine } from "./hosts/start-line.ts";
import { openDisturbances, type DisturbanceLog } from "./disturbances.ts";
import { GatewaySlot, openSlotLines } from "./gateway-slot.ts";
import { startOwnPostgres } from "./own-postgres.ts";
import { mountFillableDisk } from "./fillable-disk.ts";
import { startVendors } from "./vendor-process.ts";

interface OpenCampaign {
  readonly seed: number;
  readonly gateways: number;
  /** Every line between two parts can be made to misbehave, and disks are small: for faults other than kills. */
  readonly breakable: boolean;
  readonly brief: boolean;
  /** Share of all vendor requests that meets each of the vendors' faults, whatever else is done. */
  readonly vendorFaultShare: number;
  readonly overrides: Partial<WorkerConfig>;
  readonly complain: (what: string) => void;
  /** Each gateway runs on a host `gateway-N` of it, the database on `database`; the hosts' clocks differ. */
  readonly network?: HostNetwork | undefined;
  /** Its database, and its hosts, in place of those of the campaign. */
  readonly failover?: Failover | undefined;
}

/** All parts of a campaign but its load: database, vendors, Auth, callers with budgets, and gateways. */
export interface OpenedCampaign {
  readonly scene: Scene;
  readonly callers: CampaignCallers;
  readonly disturbances: DisturbanceLog;
  readonly runLog: RequestLog;
  readonly files: Readonly<Record<"vendor" | "client" | "sightings" | "disturbances" | "run", string>>;
  readonly dataDir: string;
  readonly close: (keep: boolean) => Promise<void>;
}

const dataDiskMebibytes = 1_024;
const logDiskMebibytes = 48;

/** Wall clocks of hosts are this much off, in turn. */
const hostClocksMs = [0, 45_000, -70_000];

export const openCampaign = async (options: OpenCampaign): Promise<OpenedCampaign> => {
  const { seed, breakable, brief, complain, failover, network = failover?.network } = options;
  const dataDir = await mkdtemp(join(tmpdir(), "nexus-campaign-"));
  const logDir = join(dataDir, "logs");
  await mkdir(logDir);
  const fileOf = (name: string): string => join(dataDir, `${name}.jsonl`);
  const files = {
    vendor: fileOf("vendor"),
    client: fileOf("client"),
    sightings: fileOf("sightings"),
    disturbances: fileOf("disturbances"),
    run: fileOf("run"),
  };
  const dataDisk = breakable ? await mountFillableDisk(join(dataDir, "data"), dataDiskMebibytes) : undefined;
  const postgres = failover
    ? undefined
    : await startOwnPostgres(
        dataDisk?.folder ?? dataDir,
        { max_connections: breakable ? "160" : "200" },
        { host: network?.host("database") },
      );
  const databaseUrl = failover?.databaseUrl ?? postgres?.databaseUrl ?? "";
  const vendors = await startVendors([
    `--log=${files.vendor}`,
    `--sightings=${files.sightings}`,
    `--database=${databaseUrl}`,
    `--seed=${seed}`,
    `--fault-share=${options.vendorFaultShare}`,
  ]);
  const vendorLine = await startLine(vendors.baseUrls.openai, network?.address);
  const authDatabase = await startLine(databaseUrl);
  const { openai, anthropic, google } = vendors.baseUrls;
  const through = (address: string): string => new URL(new URL(address).pathname, vendorLine.url).href;
  const cluster = await openCluster({
    databaseUrl,
    ...(breakable && { authDatabaseUrl: authDatabase.url }),
    dataDir,
    logDir,
    vendors:
      breakable || network
        ? { openai: through(openai), anthropic: through(anthropic), google: through(google) }
        : { openai, anthropic, google },
    network,
    overrides: options.overrides,
  });
  const slots: GatewaySlot[] = [];
  for (let number = 1; number <= options.gateways; number += 1) {
    slots.push(
      new GatewaySlot(number, cluster, {
        ...(breakable && {
          lines: await openSlotLines(cluster),
          logDisk: await mountFillableDisk(join(logDir, `disk-${number}`), logDiskMebibytes),
        }),
        ...(network && {
          host: network.host(`gateway-${number}`),
          clockOffsetMs: hostClocksMs[(number - 1) % hostClocksMs.length] ?? 0,
        }),
      }),
    );
  }
  const disturbances = openDisturbances(files.disturbances);
  const runLog = openRequestLog(files.run, true);
  const callers = await createCallers(cluster);
  // A minute's calls are to run out of money too.
  await setCampaignBudgets(cluster, callers, ...(brief ? [8_000_000n] : []));
  await forbidBreaches(cluster);
  return {
    scene: {
      cluster,
      slots,
      postgres,
      patroni: failover?.patroni,
      network,
      dataDisk,
      authDatabase,
      vendorLine,
      vendors,
      brief,
      complain,
    },
    callers,
    disturbances,
    runLog,
    files,
    dataDir,
    close: async (keep) => {
      await Promise.all([disturbances.close(), runLog.close()]);
      await cluster.close();
      await Promise.all([...slots.map((slot) => slot.close()), vendorLine.close(), authDatabase.close()]);
      await vendors.stop();
      await postgres?.stop();
      for (const disk of [dataDisk, ...slots.map(({ logDisk }) => logDisk)]) await disk?.unmount(keep);
      if (!keep) await rm(dataDir, { recursive: true, force: true });
    },
  };
};
