/** MPEG-1 layer III, 128 kbit/s at 44.1 kHz: a frame without a sound in it. */
const mp3Frame = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x64]), Buffer.alloc(413)]);
const mp3FrameSeconds = 1_152 / 44_100;

const pcmRate = 24_000;

function wave(seconds: number): Buffer {
  const data = Buffer.alloc(Math.round(seconds * pcmRate) * 2);
  const head = Buffer.alloc(44);
  head.write("RIFF", 0, "latin1");
  head.writeUInt32LE(data.length + 36, 4);
  head.write("WAVEfmt ", 8, "latin1");
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(pcmRate, 24);
  head.writeUInt32LE(pcmRate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36, "latin1");
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

/** How files of other formats begin; what is behind that is no sound. */
const beginnings: Readonly<Record<string, Buffer>> = {
  opus: Buffer.from("OggS\0\x02", "latin1"),
  aac: Buffer.from([0xff, 0xf1, 0x50, 0x40]),
  flac: Buffer.from("fLaC\x80\0\0\x22", "latin1"),
};

/** A recording of so many silent seconds; in formats that are not written here, no more than their beginning. */
export function silence(format: string, seconds: number): Buffer {
  if (format === "wav") return wave(seconds);
  if (format === "pcm") return Buffer.alloc(Math.round(seconds * pcmRate) * 2);
  const begun = beginnings[format];
  if (begun !== undefined) return Buffer.concat([begun, Buffer.alloc(256)]);
  const frames = Math.max(1, Math.round(seconds / mp3FrameSeconds));
  return Buffer.concat(Array.from({ length: frames }, () => mp3Frame));
}
