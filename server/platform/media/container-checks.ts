/** Bytes of the tag before the first frame, with its head. */
export const tagBytes = (bytes: Buffer): number => {
  if (bytes.toString("latin1", 0, 3) !== "ID3" || bytes.length < 10) return 0;
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(6, 10);
  return 10 + ((a & 0x7f) << 21) + ((b & 0x7f) << 14) + ((c & 0x7f) << 7) + (d & 0x7f);
};

/** Pages without a gap from the first byte to the last, of one stream that begins once and ends at its end. */
export const isWholeOgg = (bytes: Buffer): boolean => {
  const serial = bytes.length < 27 ? undefined : bytes.readUInt32LE(14);
  let at = 0;
  let ended = false;
  while (at + 27 <= bytes.length) {
    if (bytes.toString("latin1", at, at + 4) !== "OggS" || bytes.readUInt32LE(at + 14) !== serial) return false;
    const flags = bytes[at + 5] ?? 0;
    if (((flags & 2) !== 0) !== (at === 0) || ended) return false;
    ended = (flags & 4) !== 0;
    const segments = bytes[at + 26] ?? 0;
    let length = 27 + segments;
    for (const size of bytes.subarray(at + 27, at + 27 + segments)) length += size;
    at += length;
  }
  return at === bytes.length;
};

const mark = (bytes: Buffer, name: string, from: number): number => bytes.indexOf(name, from, "latin1");

/** The dullest clock of the headers there are: so many ticks a second. */
const clockOf = (bytes: Buffer): number | undefined => {
  let slowest: number | undefined;
  for (let at = mark(bytes, "mvhd", 0); at >= 0; at = mark(bytes, "mvhd", at + 4)) {
    const version = bytes[at + 4];
    const place = at + (version === 1 ? 24 : 16);
    if (place + 4 > bytes.length) break;
    const ticks = bytes.readUInt32BE(place);
    if (ticks > 0 && (slowest === undefined || ticks < slowest)) slowest = ticks;
  }
  return slowest;
};

/** Seconds of an edit list, which may play the same samples many times; readers of files leave that out. */
export const loopedEdits = (bytes: Buffer): number => {
  const clock = clockOf(bytes);
  if (clock === undefined) return 0;
  let longest = 0;
  for (let at = mark(bytes, "elst", 0); at >= 0; at = mark(bytes, "elst", at + 4)) {
    if (at + 12 > bytes.length) break;
    const wide = bytes[at + 4] === 1;
    const entry = wide ? 20 : 12;
    const entries = Math.min(bytes.readUInt32BE(at + 8), Math.floor((bytes.length - at - 12) / entry));
    let ticks = 0;
    for (let index = 0; index < entries; index += 1) {
      const place = at + 12 + index * entry;
      ticks += wide ? Number(bytes.readBigUInt64BE(place)) : bytes.readUInt32BE(place);
    }
    longest = Math.max(longest, ticks / clock);
  }
  return longest;
};
