/** A packet of sound, by what its codec says of itself and not by the container's clock. */
export interface SoundPacket {
  readonly data: Uint8Array;
  readonly byteLength: number;
}

const opusFrameMs = (configuration: number): number => {
  if (configuration < 12) return [10, 20, 40, 60][configuration % 4] ?? 60;
  return configuration < 16 ? ([10, 20][configuration % 2] ?? 20) : ([2.5, 5, 10, 20][configuration % 4] ?? 20);
};

/** RFC 6716 §3.1: the first byte has the length of the frames, and how many there are. */
const opusSeconds = ([head = 0, count = 0]: Uint8Array): number => {
  const frames = [1, 2, 2, count & 0x3f][head & 3] ?? 48;
  return Math.min((frames * opusFrameMs(head >> 3)) / 1_000, 0.12);
};

const pcmBytes: Readonly<Record<string, number>> = { u8: 1, s8: 1, s16: 2, s24: 3, s32: 4, f32: 4, f64: 8 };

/** How a track of sound is coded. */
export interface Sound {
  readonly codec: string;
  /** With the profile, for example mp4a.40.5. */
  readonly parameters: string;
  readonly sampleRate: number;
  readonly channels: number;
}

const samplesOf = ({ codec, parameters, sampleRate }: Sound): number | undefined => {
  switch (codec) {
    case "aac":
      return /mp4a\.40\.(5|29)/.test(parameters) ? 2_048 : 1_024;
    case "mp3":
      return 1_152;
    case "vorbis":
      return 4_096;
    case "flac":
      return 65_535;
    case "ac3":
    case "eac3":
      return 1_536;
    default:
      return sampleRate > 0 ? undefined : 0;
  }
};

/** Most seconds a packet plays, whatever its container says; undefined for a codec that is not known here. */
export const secondsOfPacket = (sound: Sound): ((packet: SoundPacket) => number) | undefined => {
  const { codec, sampleRate, channels } = sound;
  if (codec === "opus") return ({ data }) => opusSeconds(data);
  if (sampleRate <= 0 || channels <= 0) return undefined;
  const bytes = codec === "ulaw" || codec === "alaw" ? 1 : pcmBytes[/^pcm-([a-z]\d+)/.exec(codec)?.[1] ?? ""];
  if (bytes !== undefined) return ({ byteLength }) => byteLength / (bytes * channels * sampleRate);
  const samples = samplesOf(sound);
  return samples === undefined ? undefined : () => samples / sampleRate;
};
