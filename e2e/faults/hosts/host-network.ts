import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Which way packets go, as the host sees it. */
export type HostDirection = "out" | "back";

/** A host as far as its network goes: a network namespace with one line to all others. */
export interface Host {
  readonly name: string;
  readonly address: string;
  /** What to put before a program and its arguments, so that it runs there. */
  readonly command: readonly string[];
  /** Loses so many percent of the packets to, or from, these addresses, until `heal`. */
  readonly lose: (direction: HostDirection, percent: number, peers: readonly string[]) => Promise<void>;
  /** Packets to these addresses are late by so much or, where the kernel cannot delay, wait for a line of 32 kB/s. */
  readonly slow: (ms: number, peers: readonly string[]) => Promise<void>;
  /** Ends all faults; resolves with the packets that were lost, and those that were late. */
  readonly heal: () => Promise<{ readonly lost: number; readonly late: number }>;
}

/** Hosts that reach each other, and this process at an address of its own. */
export interface HostNetwork {
  readonly address: string;
  /** Another address of this process, where Auth is reached: a host can lose the one and not the other. */
  readonly authAddress: string;
  readonly host: (name: string) => Host;
  readonly close: () => Promise<void>;
}

const execute = promisify(execFile);
const run = async (program: string, ...args: readonly string[]): Promise<string> =>
  (await execute(program, args)).stdout;

const prefix = "nexus-";

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** What a run that was killed has left. */
const removeLeftovers = async (): Promise<void> => {
  const names = (await run("ip", "netns", "list")).split("\n").map((line) => line.split(" ")[0] ?? "");
  const dead = new Set<number>();
  for (const name of names) {
    const pid = Number(new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1]);
    if (!Number.isInteger(pid) || isAlive(pid)) continue;
    dead.add(pid);
    // They are in a namespace that only such a run makes.
    for (const left of (await run("ip", "netns", "pids", name)).split("\n").filter(Boolean))
      process.kill(Number(left), "SIGKILL");
    await run("ip", "netns", "delete", name);
  }
  for (const pid of dead) await run("ip", "link", "delete", `nxb${pid.toString(36)}`).catch(() => undefined);
};

/** Why hosts cannot be made here; undefined where they can. */
export const whyNoHosts = async (): Promise<string | undefined> => {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "network namespaces take root on Linux";
  const probe = `${prefix}${process.pid}-probe`;
  try {
    await run("ip", "netns", "add", probe);
    await run("nsenter", `--net=/run/netns/${probe}`, "nft", "list", "tables");
    return undefined;
  } catch (error) {
    const said = error instanceof Error ? (error.message.trim().split("\n").at(-1) ?? "") : "";
    return `no network namespace with a packet filter can be made here (ip, nsenter and nft are needed): ${said}`;
  } finally {
    await run("ip", "netns", "delete", probe).catch(() => undefined);
  }
};

/** 10.213.x.0/24 for an x that nobody uses. */
const freeSubnet = async (): Promise<string> => {
  const used = await run("ip", "-4", "address", "show");
  for (let tried = 0; tried < 250; tried += 1) {
    const subnet = `10.213.${1 + ((process.pid + tried) % 250)}`;
    if (!used.includes(`${subnet}.`)) return subnet;
  }
  throw new Error("every network 10.213.x.0/24 is in use");
};

const chains = { out: "output", back: "input" } as const;

const openHost = async (name: string, address: string, bridge: string, veth: string): Promise<Host> => {
  const namespace = `${prefix}${process.pid}-${name}`;
  await run("ip", "netns", "add", namespace);
  const command = ["nsenter", `--net=/run/netns/${namespace}`];
  const there = (...words: readonly string[]): Promise<string> => run("nsenter", ...command.slice(1), ...words);
  await run("ip", "link", "add", veth, "type", "veth", "peer", "name", "eth0", "netns", namespace);
  await run("ip", "link", "set", veth, "master", bridge, "up");
  await there("ip", "link", "set", "lo", "up");
  await there("ip", "address", "add", `${address}/24`, "dev", "eth0");
  await there("ip", "link", "set", "eth0", "up");
  await there("nft", "add", "table", "inet", "nexus");
  for (const [chain, hook] of Object.entries(chains))
    await there("nft", "add", "chain", "inet", "nexus", chain, `{ type filter hook ${hook} priority 0; }`);
  let slowed = false;
  const tc = (words: string): Promise<string> => there("tc", ...words.split(" "));
  return {
    name,
    address,
    command,
    lose: async (direction, percent, peers) => {
      const some = percent < 100 ? `numgen random mod 100 < ${percent}` : "";
      const peer = `ip ${direction === "out" ? "daddr" : "saddr"} { ${peers.join(", ")} }`;
      await there("nft", "add", "rule", "inet", "nexus", direction, `${peer} ${some} counter drop`);
    },
    slow: async (ms, peers) => {
      slowed = true;
      await tc("qdisc add dev eth0 root handle 1: htb default 1");
      await tc("class add dev eth0 parent 1: classid 1:1 htb rate 10gbit");
      await tc("class add dev eth0 parent 1: classid 1:2 htb rate 10gbit");
      const late = "qdisc add dev eth0 parent 1:2 handle 2:";
      await tc(`${late} netem delay ${ms}ms ${Math.round(ms / 4)}ms`).catch(async () => {
        await tc("class change dev eth0 parent 1: classid 1:2 htb rate 256kbit");
        await tc(`${late} bfifo limit ${32 * ms}`);
      });
      for (const peer of peers)
        await tc(`filter add dev eth0 parent 1: protocol ip u32 match ip dst ${peer}/32 flowid 1:2`);
    },
    heal: async () => {
      const dropped = await there("nft", "list", "table", "inet", "nexus");
      for (const chain of Object.keys(chains)) await there("nft", "flush", "chain", "inet", "nexus", chain);
      const lost = Array.from(dropped.matchAll(/packets (\d+)/g)).reduce((sum, [, count]) => sum + Number(count), 0);
      if (!slowed) return { lost, late: 0 };
      const shown = await tc("-s qdisc show dev eth0 parent 1:2");
      await tc("qdisc delete dev eth0 root");
      slowed = false;
      return { lost, late: Number(/ (\d+) pkt/.exec(shown)?.[1] ?? 0) };
    },
  };
};

/** Makes hosts of these names, on a bridge of their own. */
export const openHostNetwork = async (names: readonly string[]): Promise<HostNetwork> => {
  await removeLeftovers();
  const subnet = await freeSubnet();
  const bridge = `nxb${process.pid.toString(36)}`;
  const hosts = new Map<string, Host>();
  const close = async (): Promise<void> => {
    for (const { name } of hosts.values())
      await run("ip", "netns", "delete", `${prefix}${process.pid}-${name}`).catch(() => undefined);
    await run("ip", "link", "delete", bridge).catch(() => undefined);
  };
  await run("ip", "link", "add", bridge, "type", "bridge");
  try {
    await run("ip", "address", "add", `${subnet}.1/24`, "dev", bridge);
    await run("ip", "address", "add", `${subnet}.2/24`, "dev", bridge);
    await run("ip", "link", "set", bridge, "up");
    for (const [index, name] of names.entries())
      hosts.set(
        name,
        await openHost(name, `${subnet}.${10 + index}`, bridge, `nxv${process.pid.toString(36)}${index}`),
      );
  } catch (error) {
    await close();
    throw error;
  }
  return {
    address: `${subnet}.1`,
    authAddress: `${subnet}.2`,
    host: (name) => {
      const found = hosts.get(name);
      if (!found) throw new Error(`no host is called ${name}; there are ${[...hosts.keys()].join(", ")}`);
      return found;
    },
    close,
  };
};
