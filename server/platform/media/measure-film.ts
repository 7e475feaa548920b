import { read } from "node:fs";
import { promisify } from "node:util";
import { CustomSource, Input, MATROSKA, MP4, QTFF, WEBM } from "mediabunny";
import { loopedEdits } from "./container-checks.ts";
import { finite, walk, walkSound, type MeasuredRecording } from "./measure-recording.ts";

const readAt = promisify(read);

/** None of those whose frames lie bare: of these a part says nothing. */
const formats = [MP4, QTFF, WEBM, MATROSKA];

/** What says where the packets are: of twenty hours it is some ten megabytes. */
const mostHeadBytes = 64 * 1024 * 1024;

const bytesAt = async (descriptor: number, from: number, to: number): Promise<Buffer> => {
  const bytes = Buffer.allocUnsafe(to - from);
  for (let at = 0; at < bytes.length;) {
    const { bytesRead } = await readAt(descriptor, bytes, at, bytes.length - at, from + at);
    if (bytesRead === 0) throw new RangeError("a file shorter than it was");
    at += bytesRead;
  }
  return bytes;
};

/** The boxes of an MP4 that hold no packets, wherever they stand: before these or behind them. */
const headOf = async (descriptor: number, size: number): Promise<Buffer> => {
  const heads: Buffer[] = [];
  let held = 0;
  let at = 0;
  while (at + 8 <= size) {
    const box = await bytesAt(descriptor, at, Math.min(at + 16, size));
    const told = box.readUInt32BE(0);
    const length = told === 1 && box.length === 16 ? Number(box.readBigUInt64BE(8)) : told === 0 ? size - at : told;
    if (length < 8 || at + length > size) throw new RangeError("a box that ends elsewhere");
    const name = box.toString("latin1", 4, 8);
    if (name === "moov" || name === "moof") {
      held += length;
      if (held > mostHeadBytes) throw new RangeError("too much of a head");
      heads.push(await bytesAt(descriptor, at, at + length));
    }
    at += length;
  }
  if (at !== size) throw new RangeError("bytes behind the last box");
  return Buffer.concat(heads);
};

/**
 * The same as of a recording in memory, of a film on disk: its packets are walked by what the container says of them, and
 * of its contents nothing is read. Throws where that cannot be relied on.
 */
export const measureFilm = async (descriptor: number, size: number): Promise<MeasuredRecording> => {
  const source = new CustomSource({
    getSize: () => size,
    read: (from, to) => bytesAt(descriptor, from, to),
    prefetchProfile: "fileSystem",
  });
  const input = new Input({ source, formats });
  const name = (await input.getFormat()).name;
  const tracks = await input.getTracks();
  if (tracks.length === 0) throw new TypeError("no track");
  let seconds = Math.max((await input.getDurationFromMetadata()) ?? 0, await input.computeDuration());
  for (const track of tracks) {
    const found = track.isAudioTrack() ? await walkSound(track, false) : await walk(track, "none");
    seconds = Math.max(seconds, found.seconds);
  }
  if (name === "MP4" || name === "QuickTime File Format")
    seconds = Math.max(seconds, loopedEdits(await headOf(descriptor, size)));
  return finite({
    seconds,
    video: tracks.some((track) => track.isVideoTrack()),
    sound: tracks.some((track) => !track.isVideoTrack()),
  });
};
