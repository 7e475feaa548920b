import type { MediumKind } from "./media.ts";

/** What a media type says; undefined for text, which is metered by its bytes. */
export const mediumKindOf = (mediaType: string): MediumKind | undefined => {
  const [type = ""] = mediaType.toLowerCase().split("/", 1);
  if (type === "image" || type === "audio" || type === "video") return type;
  return type === "text" || mediaType === "application/json" ? undefined : "document";
};
