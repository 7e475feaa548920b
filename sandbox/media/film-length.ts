/** Of a film what its own head says of it. */
interface FilmLength {
  readonly seconds: number;
  readonly sound: boolean;
}

/** Seconds of an MP4 by its movie header, wherever that stands, and whether it has a track of sound; undefined for what has none. */
export function filmLength(bytes: Buffer): FilmLength | undefined {
  const at = bytes.indexOf("mvhd", 0, "latin1");
  if (at < 4 || at + 32 > bytes.length) return undefined;
  const wide = bytes[at + 4] === 1;
  const scale = bytes.readUInt32BE(at + (wide ? 24 : 16));
  const ticks = wide ? Number(bytes.readBigUInt64BE(at + 28)) : bytes.readUInt32BE(at + 20);
  return scale === 0 ? undefined : { seconds: ticks / scale, sound: bytes.includes("soun", at, "latin1") };
}
