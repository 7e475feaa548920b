import { BlockList, isIPv4, isIPv6 } from "node:net";

/** IPv4 blocks that are not global unicast (IANA special-purpose registry), multicast and reserved space. */
const special4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.31.196.0", 24],
  ["192.52.193.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["192.175.48.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

/** Blocks inside 2000::/3 that are not global unicast. */
const special6: readonly (readonly [string, number])[] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2620:4f:8000::", 48],
  ["3fff::", 20],
];

const blocks = (entries: readonly (readonly [string, number])[], family: "ipv4" | "ipv6"): BlockList => {
  const list = new BlockList();
  for (const [address, prefix] of entries) list.addSubnet(address, prefix, family);
  return list;
};

const refused4 = blocks(special4, "ipv4");
const refused6 = blocks(special6, "ipv6");

/** The eight groups of a valid IPv6 address without zone. */
const groupsOf = (address: string): number[] => {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const plain =
    dotted === null
      ? address
      : `${dotted[1]}${((Number(dotted[2]) << 8) | Number(dotted[3])).toString(16)}:${((Number(dotted[4]) << 8) | Number(dotted[5])).toString(16)}`;
  const [head = "", tail] = plain.split("::");
  const parse = (part: string): number[] =>
    part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
  const left = parse(head);
  if (tail === undefined) return left;
  const right = parse(tail);
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
};

const dottedOf = (high: number, low: number): string => `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;

/** The IPv4 address that an IPv6 form carries: mapped, NAT64 or 6to4. */
const embeddedIn = (groups: readonly number[]): string | undefined => {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = groups;
  const middle = c === 0 && d === 0 && e === 0;
  if (a === 0 && b === 0 && middle && f === 0xffff) return dottedOf(g, h);
  if (a === 0x64 && b === 0xff9b && middle && f === 0) return dottedOf(g, h);
  if (a === 0x2002) return dottedOf(b, c);
  return undefined;
};

/** Whether a textual IP address is global unicast, so that connecting to it cannot reach a private network. */
export const isGlobalAddress = (address: string): boolean => {
  if (isIPv4(address)) return !refused4.check(address, "ipv4");
  if (!isIPv6(address) || address.includes("%")) return false;
  const groups = groupsOf(address);
  const embedded = embeddedIn(groups);
  if (embedded !== undefined) return isGlobalAddress(embedded);
  const inGlobalUnicast = ((groups[0] ?? 0) & 0xe000) === 0x2000;
  return inGlobalUnicast && !refused6.check(address, "ipv6");
};
