import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync } from "node:fs";
import { chown, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { mountFillableDisk, type FillableDisk } from "../fillable-disk.ts";
import type { Host } from "../hosts/host-network.ts";

/** A node of the cluster: a host with Patroni, PostgreSQL and a member of etcd. */
export interface PatroniNode {
  readonly name: string;
  readonly host: Host;
  readonly dataDir: string;
  /** Undefined where no small disk could be mounted. */
  readonly disk: FillableDisk | undefined;
  /** Whether its postmaster runs. */
  readonly postmaster: () => Promise<number | undefined>;
  /** `kill -9` of the postmaster alone; resolves with its process id. */
  readonly killPostgres: () => Promise<number | undefined>;
  /** `kill -9` of everything that runs there. */
  readonly killAll: () => Promise<void>;
  /** `kill -9` of Patroni and PostgreSQL; etcd goes on. */
  readonly killDatabase: () => Promise<void>;
  readonly killEtcd: () => Promise<void>;
  /** Starts what does not run. */
  readonly start: () => void;
}

/** What nodes have in common. */
interface NodeFacts {
  readonly dataDir: string;
  readonly peers: readonly { readonly name: string; readonly address: string }[];
  /** Folder of PostgreSQL's programs, and Patroni's own. */
  readonly bin: string;
  readonly patroni: string;
  readonly user: { readonly uid: number; readonly gid: number };
  readonly passwords: Readonly<Record<string, string>>;
}
/** Where the parts of a node listen, at its host's address. */
export const nodePorts = { postgres: 5432, patroni: 8008, etcd: 2379, peers: 2380 } as const;
const diskMebibytes = 1_024;
const configuration = join(import.meta.dirname, "..", "..", "..", "deploy", "high-availability", "patroni.yml");

/** Programs of one host, which can be killed and started again. */
class Programs {
  readonly #running = new Map<string, ChildProcess>();
  readonly #host: Host;
  readonly #logDir: string;

  constructor(host: Host, logDir: string) {
    this.#host = host;
    this.#logDir = logDir;
  }

  start(name: string, command: readonly string[], env: Readonly<Record<string, string>> = {}): void {
    const before = this.#running.get(name);
    if (before && before.exitCode === null && before.signalCode === null) return;
    const [program = "", ...args] = [...this.#host.command, ...command];
    const child = spawn(program, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { NODE_ENV: "production", PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C.UTF-8", ...env },
    });
    const log = createWriteStream(join(this.#logDir, `${this.#host.name}-${name}.log`), { flags: "a" });
    for (const pipe of [child.stdout, child.stderr]) pipe.pipe(log, { end: false });
    child.once("close", () => log.end());
    this.#running.set(name, child);
  }

  async end(name: string, signal: NodeJS.Signals, patienceMs = 20_000): Promise<void> {
    const child = this.#running.get(name);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill(signal);
    const late = sleep(patienceMs).then(() => child.kill("SIGKILL"));
    await Promise.race([gone, late]);
    await gone;
  }
}

/** Lays a node out; `start` runs it. */
export const openPatroniNode = async (
  name: string,
  host: Host,
  { dataDir, peers, bin, patroni, user, passwords }: NodeFacts,
): Promise<PatroniNode & { readonly stop: (keep: boolean) => Promise<void> }> => {
  const folder = join(dataDir, name);
  await mkdir(folder, { mode: 0o755 });
  const disk = await mountFillableDisk(join(folder, "disk"), diskMebibytes);
  const place = disk?.folder ?? folder;
  const pgdata = join(place, "postgres");
  const etcdDir = join(folder, "etcd");
  for (const path of [place, folder]) await chown(path, user.uid, user.gid);
  await mkdir(etcdDir, { mode: 0o700 });
  await chown(etcdDir, user.uid, user.gid);
  const programs = new Programs(host, dataDir);
  const asUser = ["--setuid", String(user.uid), "--setgid", String(user.gid), "--"];
  const { address } = host;
  const at = (port: number): string => `${address}:${port}`;
  const startEtcd = (): void =>
    programs.start("etcd", [
      ...asUser,
      "/usr/bin/etcd",
      `--name=${name}`,
      `--data-dir=${etcdDir}`,
      `--listen-client-urls=http://${at(nodePorts.etcd)}`,
      `--advertise-client-urls=http://${at(nodePorts.etcd)}`,
      `--listen-peer-urls=http://${at(nodePorts.peers)}`,
      `--initial-advertise-peer-urls=http://${at(nodePorts.peers)}`,
      `--initial-cluster=${peers.map((peer) => `${peer.name}=http://${peer.address}:${nodePorts.peers}`).join(",")}`,
      "--initial-cluster-state=new",
    ]);
  const startPatroni = (): void =>
    programs.start("patroni", [...asUser, patroni, configuration], {
      HOME: place,
      PATRONI_NAME: name,
      PATRONI_RESTAPI_LISTEN: at(nodePorts.patroni),
      PATRONI_RESTAPI_CONNECT_ADDRESS: at(nodePorts.patroni),
      PATRONI_POSTGRESQL_LISTEN: at(nodePorts.postgres),
      PATRONI_POSTGRESQL_CONNECT_ADDRESS: at(nodePorts.postgres),
      PATRONI_POSTGRESQL_DATA_DIR: pgdata,
      PATRONI_POSTGRESQL_BIN_DIR: bin,
      PATRONI_POSTGRESQL_PGPASS: join(folder, "pgpass"),
      PATRONI_ETCD3_HOSTS: peers.map((peer) => `${peer.address}:${nodePorts.etcd}`).join(","),
      ...passwords,
    });
  const postmaster = async (): Promise<number | undefined> => {
    const text = await readFile(join(pgdata, "postmaster.pid"), "utf8").catch(() => "");
    const pid = Number(text.split("\n")[0]);
    return pid > 0 && existsSync(`/proc/${pid}`) ? pid : undefined;
  };
  const killPostgres = async (): Promise<number | undefined> => {
    const pid = await postmaster();
    if (pid !== undefined) process.kill(pid, "SIGKILL");
    return pid;
  };
  const killDatabase = async (): Promise<void> => {
    await programs.end("patroni", "SIGKILL");
    await killPostgres();
  };
  return {
    name,
    host,
    dataDir: pgdata,
    disk,
    postmaster,
    killPostgres,
    killDatabase,
    killEtcd: () => programs.end("etcd", "SIGKILL"),
    killAll: async () => {
      await killDatabase();
      await programs.end("etcd", "SIGKILL");
    },
    start: () => {
      startEtcd();
      startPatroni();
    },
    stop: async (keep) => {
      // It stops its PostgreSQL.
      await programs.end("patroni", "SIGTERM");
      await killPostgres();
      await programs.end("etcd", "SIGKILL");
      await disk?.unmount(keep);
    },
  };
};
