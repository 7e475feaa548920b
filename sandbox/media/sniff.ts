/** What a file is, by the bytes it begins with. */
const beginnings: readonly (readonly [type: string, matches: (bytes: Buffer) => boolean])[] = [
  ["image/png", (bytes) => bytes.readUInt32BE(0) === 0x89504e47],
  ["image/jpeg", (bytes) => bytes.readUIntBE(0, 3) === 0xffd8ff],
  ["image/gif", (bytes) => /^GIF8[79]a/.test(bytes.toString("latin1", 0, 6))],
  ["image/webp", (bytes) => /^RIFF....WEBP/s.test(bytes.toString("latin1", 0, 12))],
  ["application/pdf", (bytes) => bytes.toString("latin1").includes("%PDF-")],
  ["audio/wav", (bytes) => /^RIFF....WAVE/s.test(bytes.toString("latin1", 0, 12))],
];

/** The media type of a file by its first kilobyte, or undefined where it is none that vendors look into. */
export function sniff(base64: string): string | undefined {
  const bytes = Buffer.alloc(1_024);
  bytes.write(base64.slice(0, 1_366), "base64");
  return beginnings.find(([, matches]) => matches(bytes))?.[0];
}

/** Whether a text is base64 in its plain form, as vendors decode it. */
export const isBase64 = (text: string): boolean => text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
