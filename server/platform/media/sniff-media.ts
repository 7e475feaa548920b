/** What the first bytes of a file show it to be. */
export type Container = "image" | "recording" | "document";

const startsWith = (bytes: Buffer, text: string, at = 0): boolean =>
  bytes.subarray(at, at + text.length).equals(Buffer.from(text, "latin1"));

const isImage = (bytes: Buffer): boolean =>
  startsWith(bytes, "\x89PNG") ||
  startsWith(bytes, "\xff\xd8\xff") ||
  startsWith(bytes, "GIF8") ||
  startsWith(bytes, "BM") ||
  (startsWith(bytes, "RIFF") && startsWith(bytes, "WEBP", 8)) ||
  (startsWith(bytes, "ftyp", 4) && /^(hei|hev|mif1|msf1|avi[fs])/.test(bytes.toString("latin1", 8, 12)));

/** An MPEG audio frame: eleven set bits. */
const isFrame = ([first = 0, second = 0]: Buffer): boolean => first === 0xff && (second & 0xe0) === 0xe0;

const isRecording = (bytes: Buffer): boolean =>
  ["RIFF", "fLaC", "OggS", "ID3", "\x1a\x45\xdf\xa3", "FORM"].some((magic) => startsWith(bytes, magic)) ||
  ["ftyp", "moov", "mdat", "free", "wide", "styp", "moof"].some((box) => startsWith(bytes, box, 4)) ||
  isFrame(bytes);

/** Readers of PDF look for its mark in the first KB. */
const isDocument = (bytes: Buffer): boolean => bytes.subarray(0, 1_024 + 5).includes("%PDF-");

/** Everything a file may be taken for: one that begins as two things is both. */
export const sniffMedia = (bytes: Buffer): readonly Container[] => {
  const image = isImage(bytes);
  return [
    ...(image ? (["image"] as const) : []),
    ...(!image && isRecording(bytes) ? (["recording"] as const) : []),
    ...(isDocument(bytes) ? (["document"] as const) : []),
  ];
};
