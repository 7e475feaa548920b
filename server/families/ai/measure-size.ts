import { measureMedia } from "../../platform/media/index.ts";
import type { MeasuredSize, RequestSize } from "./request-size.ts";

/** Looks into the media of an organization's request; one without is taken as it is. */
export const measureSize = async (size: RequestSize, organizationId: string): Promise<MeasuredSize> => ({
  ...size,
  media: size.media.length === 0 ? [] : await measureMedia(size.media, organizationId),
});
