import type { MediumKind } from "./media.ts";

const oleMark = "\xd0\xcf\x11\xe0";
/** Ends every ZIP, which office documents are: readers look for it in so many bytes, and mind nothing before it. */
const zipMark = "PK\x05\x06";
const zipTail = 65_535 + 22;

/** A document is one by its bytes, whatever it is called: what is packed has more text than bytes. */
const isDocument = (data: string): boolean => {
  const head = Buffer.from(data.slice(0, 1_400), "base64");
  if (head.includes("%PDF-") || head.toString("latin1", 0, oleMark.length) === oleMark) return true;
  const from = Math.max(Math.floor((data.length - (zipTail * 4) / 3 - 8) / 4) * 4, 0);
  return Buffer.from(data.slice(from), "base64").includes(zipMark, 0, "latin1");
};

/** What a file is by its media type; undefined for text, which is metered by its bytes. */
export const mediumKindOf = (mediaType: string, data = ""): MediumKind | undefined => {
  const [type = ""] = mediaType.toLowerCase().split("/", 1);
  if (type === "image" || type === "audio" || type === "video") return type;
  const textual = type === "text" || mediaType === "application/json";
  return textual && !isDocument(data) ? undefined : "document";
};
