import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startFaultProxy, type FaultProxy } from "../../sandbox/fault-proxy.ts";
import type { Cluster } from "./cluster.ts";
import type { GatewayProcess } from "./gateway-process.ts";
import type { FillableDisk } from "./fillable-disk.ts";
import type { Host } from "./hosts/host-network.ts";

/** The lines of a host that can be made to misbehave: to PostgreSQL and to Auth. */
export interface SlotLines {
  readonly database: FaultProxy;
  readonly auth: FaultProxy;
}

/** The proxies of one host. */
export const openSlotLines = async ({ config }: Pick<Cluster, "config">): Promise<SlotLines> => {
  const [database, auth] = [new URL(config.databaseUrl), new URL(config.authUrl)];
  return {
    database: await startFaultProxy({ target: { host: database.hostname, port: Number(database.port) } }),
    auth: await startFaultProxy({ target: { host: auth.hostname, port: Number(auth.port) } }),
  };
};

const through = (address: string, { port }: FaultProxy): string => {
  const url = new URL(address);
  url.hostname = "127.0.0.1";
  url.port = String(port);
  return url.href.replace(/\/$/, "");
};

/** What a slot has of its own. */
interface SlotEquipment {
  readonly lines?: SlotLines | undefined;
  readonly logDisk?: FillableDisk | undefined;
  readonly host?: Host | undefined;
  readonly clockOffsetMs?: number;
}

/** A place where a gateway runs, again and again, whatever is done to it: a host with its lines, its clock and its log disk. */
export class GatewaySlot {
  readonly number: number;
  readonly lines: SlotLines | undefined;
  readonly logDisk: FillableDisk | undefined;
  /** Where it runs, if it has a network of its own. */
  readonly host: Host | undefined;
  /** How far its host's wall clock is off at each start. */
  readonly #clockOffsetMs: number;
  readonly #cluster: Cluster;
  #gateway: GatewayProcess | undefined;
  #starting: Promise<void> | undefined;
  /** A fault is being made here. */
  busy = false;

  constructor(number: number, cluster: Cluster, { lines, logDisk, host, clockOffsetMs = 0 }: SlotEquipment = {}) {
    this.number = number;
    this.#cluster = cluster;
    this.lines = lines;
    this.logDisk = logDisk;
    this.host = host;
    this.#clockOffsetMs = clockOffsetMs;
  }

  get gateway(): GatewayProcess | undefined {
    return this.#gateway?.alive() ? this.#gateway : undefined;
  }

  get logFile(): string {
    return join(this.logDisk?.folder ?? this.#cluster.logDir, `slot-${this.number}.log`);
  }

  /** Starts the gateway unless one runs; one that cannot start, as while PostgreSQL is away, is tried again. */
  start(clockOffsetMs = this.#clockOffsetMs): Promise<void> {
    if (this.gateway) return Promise.resolve();
    this.#starting ??= this.#insist(clockOffsetMs).finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async #insist(clockOffsetMs: number): Promise<void> {
    const { config } = this.#cluster;
    const { lines, logFile } = this;
    for (let left = 90; ; left -= 1) {
      try {
        this.#gateway = await this.#cluster.startGateway(
          {
            ...(lines && {
              databaseUrl: through(config.databaseUrl, lines.database),
              authUrl: through(config.authUrl, lines.auth),
              egressAllow: [...config.egressAllow, `127.0.0.1:${lines.auth.port}`],
            }),
            logFile,
          },
          clockOffsetMs,
          undefined,
          this.host,
        );
        return;
      } catch (error) {
        if (left === 0) throw error;
        await sleep(500);
      }
    }
  }

  /** `kill -9`; false where nothing ran. */
  async kill(): Promise<boolean> {
    const { gateway } = this;
    this.#gateway = undefined;
    await gateway?.kill();
    return gateway !== undefined;
  }

  /** SIGTERM; resolves with the exit code, null where it had to be killed, undefined where nothing ran. */
  async stop(patienceMs: number): Promise<number | null | undefined> {
    const { gateway } = this;
    this.#gateway = undefined;
    if (!gateway) return undefined;
    const late = new AbortController();
    const code = await Promise.race([
      gateway.stop(),
      sleep(patienceMs, null, { signal: late.signal }).catch(() => null),
    ]);
    late.abort();
    if (gateway.alive()) await gateway.kill();
    return code;
  }

  /** Whether its gateway is the process that holds the lease of the ledger's workers, as its log has it. */
  async leadsAs(processId: string): Promise<boolean> {
    const { gateway, logFile } = this;
    if (!gateway) return false;
    const text = await readFile(logFile, "utf8").catch(() => "");
    return text
      .split("\n")
      .some((line) => line.includes(`"processId":"${processId}"`) && line.includes(`"pid":${gateway.pid},`));
  }

  async close(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    await Promise.all([this.lines?.database.close(), this.lines?.auth.close()]);
  }
}
