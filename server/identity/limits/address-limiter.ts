import { isIPv6 } from "node:net";
import type { Clock } from "../../platform/clock.ts";

/** Counts attempts an address makes within a minute, in this process. */
export interface AddressLimiter {
  /** Milliseconds to wait, or 0 where the attempt is allowed; `times` as many are allowed as of a sign-in. */
  readonly take: (name: string, address: string, times?: number) => number;
}

const windowMs = 60_000;
const maxTracked = 50_000;

const expand = (address: string): string[] => {
  const [head = "", tail] = address.split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  return tail === undefined
    ? front
    : [...front, ...Array<string>(Math.max(0, 8 - front.length - back.length)).fill("0"), ...back];
};

/** An IPv4 address, or the /64 an IPv6 address lies in. */
export const networkOf = (address: string): string => {
  const plain = address.replace(/%.*$/, "").toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain);
  if (mapped?.[1] !== undefined) return mapped[1];
  if (!isIPv6(plain)) return plain;
  return `${expand(plain)
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
};

/** The network that one customer of a provider usually has: an IPv4 /24 or an IPv6 /48. */
export const wideNetworkOf = (address: string): string => {
  const network = networkOf(address);
  if (network.endsWith("::/64")) return `${network.split(":").slice(0, 3).join(":")}::/48`;
  const octets = network.split(".");
  return octets.length === 4 ? `${octets.slice(0, 3).join(".")}.0/24` : network;
};

export const createAddressLimiter = (clock: Clock, perMinute: number): AddressLimiter => {
  const windows = new Map<string, { startedAt: number; count: number }>();
  return {
    take: (name, address, times = 1) => {
      const now = clock.now();
      const key = `${name} ${networkOf(address)}`;
      const found = windows.get(key);
      if (found && now - found.startedAt < windowMs) {
        found.count += 1;
        return found.count > perMinute * times ? found.startedAt + windowMs - now : 0;
      }
      windows.delete(key);
      windows.set(key, { startedAt: now, count: 1 });
      const oldest = windows.size > maxTracked ? windows.keys().next().value : undefined;
      if (oldest !== undefined) windows.delete(oldest);
      return 0;
    },
  };
};
