import {
  ADTS,
  BufferSource,
  EncodedPacketSink,
  Input,
  MATROSKA,
  MP3,
  MP4,
  OGG,
  QTFF,
  WAVE,
  WEBM,
  type InputAudioTrack,
  type InputTrack,
} from "mediabunny";
import { secondsOfPacket, type Sound } from "./codec-seconds.ts";
import { flacSeconds } from "./flac-seconds.ts";
import { isWholeOgg, loopedEdits, tagBytes } from "./container-checks.ts";

/** How long a recording plays at most, and what is on it. */
export interface MeasuredRecording {
  readonly seconds: number;
  readonly video: boolean;
  readonly sound: boolean;
}

/** None of those that name other files. */
const formats = [MP4, QTFF, WEBM, MATROSKA, WAVE, MP3, OGG, ADTS];

/** How far the packets of a track go. */
export interface Walked {
  readonly seconds: number;
  readonly bytes: number;
}

/** Seconds of all bytes of a wave taken as sound, whatever its header says of their number. */
const waveSeconds = async (bytes: Buffer, track: InputAudioTrack): Promise<number> => {
  const seconds = secondsOfPacket(await soundOf(track))?.({ data: bytes, byteLength: bytes.length });
  if (seconds === undefined) throw new TypeError("a wave of no known coding");
  return seconds;
};

/** Every packet of a track: its clock, and what its codec says of the lengths. */
export const walk = async (
  track: InputTrack,
  own: ReturnType<typeof secondsOfPacket> | "none",
  bySize = true,
): Promise<Walked> => {
  let end = 0;
  let start = Number.POSITIVE_INFINITY;
  let claimed = 0;
  let played = 0;
  let bytes = 0;
  // Of Opus alone the packet itself says how long it is.
  const options = bySize ? { metadataOnly: true } : {};
  for await (const packet of new EncodedPacketSink(track).packets(undefined, undefined, options)) {
    start = Math.min(start, packet.timestamp);
    end = Math.max(end, packet.timestamp + packet.duration);
    claimed += packet.duration;
    bytes += packet.byteLength;
    if (typeof own === "function") played += own(packet);
  }
  return { seconds: Math.max(end, end - start, claimed, played), bytes };
};

const soundOf = async (track: InputAudioTrack): Promise<Sound> => ({
  codec: (await track.getCodec()) ?? "",
  parameters: (await track.getCodecParameterString()) ?? "",
  sampleRate: await track.getSampleRate(),
  channels: await track.getNumberOfChannels(),
});

/** The same of sound. */
export const walkSound = async (track: InputAudioTrack, framed: boolean): Promise<Walked> => {
  const sound = await soundOf(track);
  const own = secondsOfPacket(sound);
  if (own === undefined) throw new TypeError(`no rule for the codec ${sound.codec}`);
  // Where frames lie bare, the reader takes each one's length from its own header.
  const bare = framed && ["vorbis", "mp3", "aac"].includes(sound.codec);
  return walk(track, bare ? "none" : own, sound.codec !== "opus");
};

/** The least that MPEG audio can be: 8 kbit/s. */
const sparsestBytesPerSecond = 1_000;

/** Seconds that bytes between the frames could still hold, by format; throws where they could hold anything. */
const unwalkedSeconds = (format: string, bytes: Buffer, walked: number): number => {
  const rest = bytes.length - walked;
  switch (format) {
    case "MP3":
      return Math.max(rest - tagBytes(bytes), 0) / sparsestBytesPerSecond;
    case "Ogg":
      if (!isWholeOgg(bytes)) throw new RangeError("more than one stream, or bytes between the pages");
      return 0;
    case "ADTS":
      if (rest - tagBytes(bytes) > 0) throw new RangeError("bytes between the frames");
      return 0;
    default:
      return 0;
  }
};

/** What is known of a recording, in milliseconds that no sum falls short of; throws for one without an end. */
export const finite = (recording: MeasuredRecording): MeasuredRecording => {
  if (!Number.isFinite(recording.seconds)) throw new RangeError("no end");
  // Sums of parts fall short of the whole by what a float cannot hold.
  return { ...recording, seconds: Math.ceil(recording.seconds * 1_000) / 1_000 };
};

/**
 * Walks every packet of a recording: the container's clock, what it says of its own length, and the lengths the codec
 * gives its packets are each a claim, and the longest counts. Throws where none can be relied on.
 */
export const measureRecording = async (bytes: Buffer): Promise<MeasuredRecording> => {
  const flac = flacSeconds(bytes);
  if (flac !== undefined) return finite({ seconds: flac, video: false, sound: true });
  const input = new Input({ source: new BufferSource(bytes), formats });
  const format = (await input.getFormat()).name;
  const tracks = await input.getTracks();
  if (tracks.length === 0) throw new TypeError("no track");
  let seconds = Math.max((await input.getDurationFromMetadata()) ?? 0, await input.computeDuration());
  let walked = 0;
  for (const track of tracks) {
    const found = track.isAudioTrack()
      ? await walkSound(track, ["MP3", "Ogg", "ADTS"].includes(format))
      : await walk(track, "none");
    walked += found.bytes;
    seconds = Math.max(seconds, found.seconds);
    if (format === "WAVE" && track.isAudioTrack()) seconds = Math.max(seconds, await waveSeconds(bytes, track));
  }
  seconds = Math.max(seconds + unwalkedSeconds(format, bytes, walked), loopedEdits(bytes));
  return finite({
    seconds,
    video: tracks.some((track) => track.isVideoTrack()),
    sound: tracks.some((track) => !track.isVideoTrack()),
  });
};
