import { tagBytes } from "./container-checks.ts";

// RFC 9639 §9.1: the head of a frame, with its own checksum.

const checksums = Uint8Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = (value & 0x80) === 0 ? value << 1 : ((value << 1) ^ 0x07) & 0xff;
  return value;
});

const rates = [0, 88_200, 176_400, 192_000, 8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000];

/** Length of the frame's number, written as UTF-8 writes code points but up to seven bytes long. */
const numberBytes = (first: number): number => (first < 0x80 ? 1 : Math.clz32(~(first << 24)));

/** Bytes that give the size or the rate, where its code is no fixed value. */
const sizeBytes = (code: number): number => (code === 6 ? 1 : code === 7 ? 2 : 0);
const rateBytes = (code: number): number => (code === 12 ? 1 : code > 12 ? 2 : 0);

const uint = (bytes: Buffer, at: number, length: number): number => (length === 0 ? 0 : bytes.readUIntBE(at, length));

const samplesOf = (code: number, extra: number): number => {
  if (code === 1) return 192;
  if (code < 6) return 576 << (code - 2);
  return code < 8 ? extra + 1 : 256 << (code - 8);
};

const rateOf = (code: number, extra: number, streamRate: number): number => {
  if (code === 0) return streamRate;
  if (code < 12) return rates[code] ?? streamRate;
  return extra * ([1_000, 1, 10][code - 12] ?? 1);
};

/** Seconds of the frame whose header is here; 0 where there is none. */
const secondsAt = (bytes: Buffer, at: number, streamRate: number): number => {
  const [, second = 0, codes = 0, channels = 0, first = 0] = bytes.subarray(at, at + 5);
  const sizeCode = codes >> 4;
  const rateCode = codes & 15;
  if ((second & 0xfe) !== 0xf8 || sizeCode === 0 || rateCode === 15 || (channels & 1) !== 0) return 0;
  const numbered = at + 4 + numberBytes(first);
  const sized = numbered + sizeBytes(sizeCode);
  const end = sized + rateBytes(rateCode);
  if (end >= bytes.length) return 0;
  let checksum = 0;
  for (const byte of bytes.subarray(at, end)) checksum = checksums[checksum ^ byte] ?? 0;
  if (checksum !== bytes[end]) return 0;
  const rate = rateOf(rateCode, uint(bytes, sized, end - sized), streamRate);
  return samplesOf(sizeCode, uint(bytes, numbered, sized - numbered)) / rate;
};

/**
 * The most a FLAC file can play: every frame header found anywhere in it is counted. What the file's head says of its
 * length, and what lies between the frames, plays no part. Undefined for another format.
 */
export const flacSeconds = (bytes: Buffer): number | undefined => {
  const start = tagBytes(bytes);
  if (bytes.toString("latin1", start, start + 4) !== "fLaC" || bytes.length < start + 42) return undefined;
  const streamRate = bytes.readUIntBE(start + 18, 3) >> 4;
  let seconds = 0;
  for (let at = bytes.indexOf(0xff, start + 42); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    seconds += secondsAt(bytes, at, streamRate);
  }
  return seconds;
};
