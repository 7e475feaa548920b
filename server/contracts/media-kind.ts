import type { MediumKind } from "./media.ts";

/** A document is one by its mark in the first KB, whatever it is called. */
const isDocument = (data: string): boolean => Buffer.from(data.slice(0, 1_400), "base64").includes("%PDF-");

/** What a file is by its media type; undefined for text, which is metered by its bytes. */
export const mediumKindOf = (mediaType: string, data = ""): MediumKind | undefined => {
  const [type = ""] = mediaType.toLowerCase().split("/", 1);
  if (type === "image" || type === "audio" || type === "video") return type;
  const textual = type === "text" || mediaType === "application/json";
  return textual && !isDocument(data) ? undefined : "document";
};
