import { z } from "zod";

const Offset = z
  .string()
  .max(32)
  .regex(/^\d{1,6}(\.\d{1,9})?s$/, { error: "seconds, such as 40s or 1.5s" });

/** What of a film is looked at, and how often: Google's `videoMetadata` (https://ai.google.dev/api/caching#VideoMetadata). */
export const VideoMetadata = z.strictObject({
  startOffset: Offset.optional(),
  endOffset: Offset.optional(),
  fps: z.number().gt(0).max(24).optional(),
});

/** How a request has a film looked at, as far as that decides what it costs. */
export interface FilmView {
  /** Pictures a second; the vendor's usual where absent. */
  readonly fps?: number;
  /** The most that is looked at of it, however long it is. */
  readonly seconds?: number;
  /** At the vendor's lowest resolution. */
  readonly coarse?: true;
}

/** The view that metadata and the request's resolution ask for; undefined for the usual one. */
export const filmViewOf = (
  { startOffset = "0s", endOffset, fps }: z.infer<typeof VideoMetadata>,
  resolution: unknown,
): FilmView | undefined => {
  const length = endOffset === undefined ? undefined : Number.parseFloat(endOffset) - Number.parseFloat(startOffset);
  const view: FilmView = {
    ...(fps === undefined ? {} : { fps }),
    ...(length === undefined ? {} : { seconds: Math.max(length, 0) }),
    ...(resolution === "MEDIA_RESOLUTION_LOW" ? { coarse: true } : {}),
  };
  return Object.keys(view).length === 0 ? undefined : view;
};
