import { crc32, deflateSync } from "node:zlib";
import {
  BufferTarget,
  EncodedPacket,
  EncodedAudioPacketSource,
  EncodedVideoPacketSource,
  Mp4OutputFormat,
  OggOutputFormat,
  Output,
  WebMOutputFormat,
} from "mediabunny";

/** A PNG of one colour, or transparent all over; its rows compress to nearly nothing. */
export const pngOf = (width: number, height: number, transparent = false): Buffer => {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const frame = Buffer.alloc(body.length + 8);
    frame.writeUInt32BE(data.length, 0);
    body.copy(frame, 4);
    frame.writeUInt32BE(crc32(body), body.length + 4);
    return frame;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // Grey, or grey with alpha.
  head.set([8, transparent ? 4 : 0], 8);
  const rows = Buffer.alloc(((transparent ? 2 : 1) * width + 1) * height);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
};

interface Wave {
  readonly seconds: number;
  readonly sampleRate?: number;
  readonly channels?: number;
  /** What the header says of the data's length. */
  readonly saidBytes?: number;
}

/** Silence in eight bits. */
export const waveOf = ({ seconds, sampleRate = 8_000, channels = 1, saidBytes }: Wave): Buffer => {
  const samples = Math.round(seconds * sampleRate) * channels;
  const head = Buffer.alloc(44);
  head.write("RIFF", 0, "latin1");
  head.writeUInt32LE((saidBytes ?? samples) + 36, 4);
  head.write("WAVEfmt ", 8, "latin1");
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(sampleRate, 24);
  head.writeUInt32LE(sampleRate * channels, 28);
  head.writeUInt16LE(channels, 32);
  head.writeUInt16LE(8, 34);
  head.write("data", 36, "latin1");
  head.writeUInt32LE(saidBytes ?? samples, 40);
  return Buffer.concat([head, Buffer.alloc(samples, 0x80)]);
};

const crc = (bytes: Buffer, width: 8 | 16, polynomial: number): number => {
  const top = 1 << (width - 1);
  const mask = width === 8 ? 0xff : 0xffff;
  let value = 0;
  for (const byte of bytes) {
    value ^= byte << (width - 8);
    for (let bit = 0; bit < 8; bit += 1) value = ((value & top) === 0 ? value << 1 : (value << 1) ^ polynomial) & mask;
  }
  return value;
};

/** A frame's number as UTF-8 writes code points. */
const frameNumber = (n: number): Buffer =>
  n < 0x80
    ? Buffer.from([n])
    : n < 0x800
      ? Buffer.from([0xc0 | (n >> 6), 0x80 | (n & 0x3f)])
      : Buffer.from([0xe0 | (n >> 12), 0x80 | ((n >> 6) & 0x3f), 0x80 | (n & 0x3f)]);

interface Flac {
  readonly seconds: number;
  readonly blockSize?: number;
  /** What the header says of the length; 0 says nothing. */
  readonly saidSeconds?: number;
}

/** Silence at 8 kHz, one channel, sixteen bits: a frame of one constant takes a dozen bytes. */
export const flacOf = ({ seconds, blockSize = 32_768, saidSeconds = seconds }: Flac): Buffer => {
  const sampleRate = 8_000;
  const info = Buffer.alloc(34);
  info.writeUInt16BE(blockSize, 0);
  info.writeUInt16BE(blockSize, 2);
  // Twenty bits of rate, three of channels, five of depth, thirty-six of samples.
  info.writeBigUInt64BE((BigInt(sampleRate) << 44n) | (15n << 36n) | BigInt(Math.round(saidSeconds * sampleRate)), 10);
  const frames: Buffer[] = [];
  const count = Math.ceil((seconds * sampleRate) / blockSize);
  for (let n = 0; n < count; n += 1) {
    const size = Buffer.alloc(2);
    size.writeUInt16BE(blockSize - 1);
    const head = Buffer.concat([Buffer.from([0xff, 0xf8, 0x74, 0x08]), frameNumber(n), size]);
    const whole = Buffer.concat([head, Buffer.from([crc(head, 8, 0x07)]), Buffer.from([0, 0, 0])]);
    const end = Buffer.alloc(2);
    end.writeUInt16BE(crc(whole, 16, 0x8005));
    frames.push(whole, end);
  }
  return Buffer.concat([Buffer.from("fLaC", "latin1"), Buffer.from([0x80, 0, 0, 34]), info, ...frames]);
};

/** MPEG-1 layer III at 32 kbit/s, 44.1 kHz, mono: silent frames of 104 bytes. */
export const mp3Of = (seconds: number): Buffer => {
  const frame = Buffer.alloc(104);
  frame.set([0xff, 0xfb, 0x10, 0xc4]);
  return Buffer.concat(Array.from({ length: Math.ceil((seconds * 44_100) / 1_152) }, () => frame));
};

const bytesOf = async (output: Output<Mp4OutputFormat | WebMOutputFormat | OggOutputFormat, BufferTarget>) => {
  await output.finalize();
  const { buffer } = output.target;
  if (buffer === null) throw new Error("nothing written");
  return Buffer.from(buffer);
};

/** AVC at its smallest: a configuration nobody decodes here. */
const avc = new Uint8Array([1, 0x42, 0, 0x0a, 0xff, 0xe1, 0, 4, 0x67, 0x42, 0, 0x0a, 1, 0, 2, 0x68, 0xce]);

/** One still picture that stands for so many seconds. */
export const stillVideoOf = async (
  seconds: number,
  pictures = 1,
  head: "first" | "last" = "first",
): Promise<Buffer> => {
  const format = new Mp4OutputFormat({
    fastStart: head === "first" ? "in-memory" : false,
  });
  const output = new Output({ format, target: new BufferTarget() });
  const source = new EncodedVideoPacketSource("avc");
  output.addVideoTrack(source);
  await output.start();
  for (let n = 0; n < pictures; n += 1) {
    const packet = new EncodedPacket(
      new Uint8Array([0, 0, 0, 1, 0x65]),
      "key",
      (seconds * n) / pictures,
      seconds / pictures,
    );
    await source.add(packet, {
      decoderConfig: { codec: "avc1.42000a", codedWidth: 16, codedHeight: 16, description: avc },
    });
  }
  return bytesOf(output);
};

/** The same, so many bytes larger: they stand in a box that says nothing, behind the head or before it. */
export const largeFilmOf = async (
  seconds: number,
  bytes: number,
  head: "first" | "last" = "first",
): Promise<Buffer> => {
  const film = await stillVideoOf(seconds, seconds, head);
  const free = Buffer.alloc(bytes);
  free.writeUInt32BE(bytes, 0);
  free.write("free", 4, "latin1");
  const at = head === "first" ? film.length : film.readUInt32BE(0);
  return Buffer.concat([film.subarray(0, at), free, film.subarray(at)]);
};

const opusHead = new Uint8Array([...Buffer.from("OpusHead"), 1, 1, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0]);

/** Silent Opus packets of 20 ms, in Ogg or WebM; `saidSeconds` is what the container's clock makes of them. */
export const opusOf = async (container: "ogg" | "webm", seconds: number, saidSeconds = seconds): Promise<Buffer> => {
  const format = container === "ogg" ? new OggOutputFormat() : new WebMOutputFormat();
  const output = new Output({ format, target: new BufferTarget() });
  const source = new EncodedAudioPacketSource("opus");
  output.addAudioTrack(source);
  await output.start();
  const count = Math.round(seconds * 50);
  for (let n = 0; n < count; n += 1) {
    const packet = new EncodedPacket(
      new Uint8Array([0x08, 0xff, 0xfe]),
      "key",
      (saidSeconds * n) / count,
      saidSeconds / count,
    );
    await source.add(packet, {
      decoderConfig: { codec: "opus", numberOfChannels: 1, sampleRate: 48_000, description: opusHead },
    });
  }
  return bytesOf(output);
};

interface Pdf {
  readonly pages: number;
  /** What the page tree says of its leaves. */
  readonly said?: number;
  /** The text of every page. */
  readonly text?: string;
  /** Every leaf is the same object. */
  readonly shared?: boolean;
}

/** A PDF written by hand, its streams deflated. */
export const pdfOf = ({ pages, said = pages, text = "", shared = true }: Pdf): Buffer => {
  const content = deflateSync(Buffer.from(`BT /F1 8 Tf 10 10 Td (${text}) Tj ET`, "latin1"));
  const leaf = `<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 3 0 R/Resources<</Font<</F1 4 0 R>>>>>>`;
  const first = 5;
  const kids = Array.from({ length: pages }, (_, n) => `${shared ? first : first + n} 0 R`).join(" ");
  const bodies: (string | Buffer)[] = [
    "<</Type/Catalog/Pages 2 0 R>>",
    `<</Type/Pages/Count ${said}/Kids[${kids}]>>`,
    Buffer.concat([
      Buffer.from(`<</Length ${content.length}/Filter/FlateDecode>>stream\n`, "latin1"),
      content,
      Buffer.from("\nendstream", "latin1"),
    ]),
    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ...Array.from({ length: shared ? 1 : pages }, () => leaf),
  ];
  let file = Buffer.from("%PDF-1.4\n", "latin1");
  const places: number[] = [];
  bodies.forEach((body, index) => {
    places.push(file.length);
    file = Buffer.concat([file, Buffer.from(`${index + 1} 0 obj\n`), Buffer.from(body), Buffer.from("\nendobj\n")]);
  });
  const table = places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
  const trailer = `xref\n0 ${bodies.length + 1}\n0000000000 65535 f \n${table}trailer<</Size ${bodies.length + 1}/Root 1 0 R>>\nstartxref\n${file.length}\n%%EOF\n`;
  return Buffer.concat([file, Buffer.from(trailer, "latin1")]);
};
