/** How sound goes into a session, by OpenAI's names. */
export type BufferFormat = "audio/pcm" | "audio/pcmu" | "audio/pcma";

/** Of a wave's header: what it is coded in, and how. */
const codings: Readonly<Record<BufferFormat, { readonly tag: number; readonly rate: number; readonly bytes: 1 | 2 }>> =
  {
    "audio/pcm": { tag: 1, rate: 24_000, bytes: 2 },
    "audio/pcma": { tag: 6, rate: 8_000, bytes: 1 },
    "audio/pcmu": { tag: 7, rate: 8_000, bytes: 1 },
  };

/** Bare sound as a file of its own: a wave in the coding that it has. */
export const waveFile = (sound: Uint8Array, format: BufferFormat): Buffer => {
  const { tag, rate, bytes } = codings[format];
  const head = Buffer.alloc(44);
  head.write("RIFF", 0, "latin1");
  head.writeUInt32LE(sound.length + 36, 4);
  head.write("WAVEfmt ", 8, "latin1");
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(tag, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * bytes, 28);
  head.writeUInt16LE(bytes, 32);
  head.writeUInt16LE(bytes * 8, 34);
  head.write("data", 36, "latin1");
  head.writeUInt32LE(sound.length, 40);
  return Buffer.concat([head, sound]);
};
