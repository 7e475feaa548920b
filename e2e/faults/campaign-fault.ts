import type { FaultProxy } from "../../sandbox/fault-proxy.ts";
import type { Cluster } from "./cluster.ts";
import type { Disturbance } from "./disturbances.ts";
import type { GatewaySlot } from "./gateway-slot.ts";
import type { HostNetwork } from "./hosts/host-network.ts";
import type { PatroniCluster } from "./failover/patroni-cluster.ts";
import type { OwnPostgres } from "./own-postgres.ts";
import type { Random } from "./seeded.ts";
import type { FillableDisk } from "./fillable-disk.ts";
import type { VendorScript } from "./vendor-process.ts";

/** What a fault may lay hands on. */
export interface Scene {
  readonly cluster: Cluster;
  readonly slots: readonly GatewaySlot[];
  /** Undefined where the database is a cluster. */
  readonly postgres: OwnPostgres | undefined;
  readonly patroni: PatroniCluster | undefined;
  /** Where gateways have hosts. */
  readonly network: HostNetwork | undefined;
  /** Where PostgreSQL keeps its data; undefined where no small disk could be mounted. */
  readonly dataDisk: FillableDisk | undefined;
  /** Between Auth and its database. */
  readonly authDatabase: FaultProxy;
  /** Between all gateways and all vendors. */
  readonly vendorLine: FaultProxy;
  readonly vendors: VendorScript;
  /** Short windows, for a run of a minute. */
  readonly brief: boolean;
  /** Something that must not happen has happened. */
  readonly complain: (what: string) => void;
}

/** How a fault is known to have happened: so much of it, by its own measure. */
export interface FaultEffect {
  readonly effect: number;
  readonly measure: string;
}

interface Named {
  readonly name: string;
  /** As what the judge knows it. */
  readonly kind: Disturbance["kind"];
  /** Why it cannot be made here, where it cannot. */
  readonly impossible?: (scene: Scene) => string | undefined;
}

/** A fault of one gateway or its host; the others go on. */
export interface GatewayFault extends Named {
  readonly on: "gateway";
  /** The one it is made on, where not every one will do; undefined while there is none. */
  readonly choose?: (scene: Scene) => Promise<GatewaySlot | undefined>;
  readonly make: (scene: Scene, random: Random, slot: GatewaySlot) => Promise<FaultEffect>;
}

/** A fault of what all gateways share; one at a time of each kind. */
export interface SharedFault extends Named {
  readonly on: "database" | "lines" | "vendor";
  readonly make: (scene: Scene, random: Random) => Promise<FaultEffect>;
}

export type CampaignFault = GatewayFault | SharedFault;
