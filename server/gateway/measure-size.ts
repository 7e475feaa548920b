import { measureMedia } from "../platform/media/index.ts";
import type { MeasuredSize, RequestSize } from "./metered-request.ts";

/** Looks into a request's media; one without is taken as it is. */
export const measureSize = async (size: RequestSize): Promise<MeasuredSize> => ({
  ...size,
  media: size.media.length === 0 ? [] : await measureMedia(size.media),
});
