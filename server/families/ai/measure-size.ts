import type { HeldFile } from "../../contracts/held-file.ts";
import type { Medium, MediumReadings } from "../../contracts/media.ts";
import { measureMedia } from "../../platform/media/index.ts";
import type { MeasuredSize, RequestSize } from "./request-size.ts";

const placed = (readings: MediumReadings, field: string): MediumReadings => {
  const [first, ...others] = readings;
  return [{ ...first, field }, ...others.map((reading) => ({ ...reading, field }))];
};

/** Looks into the media of an organization's request; one without is taken as it is. Of a file that is kept, its row tells. */
export const measureSize = async (
  size: RequestSize,
  organizationId: string,
  files: ReadonlyMap<string, HeldFile>,
): Promise<MeasuredSize> => {
  if (size.media.length === 0) return { ...size, media: [] };
  const inline: Medium[] = [];
  const kept: MediumReadings[] = [];
  let { textBytes } = size;
  for (const medium of size.media) {
    const file = medium.fileId === undefined ? undefined : files.get(medium.fileId);
    if (file === undefined) inline.push(medium);
    else if (file.readings === null) textBytes += file.bytes;
    else kept.push(placed(file.readings, medium.field));
  }
  const measured = inline.length === 0 ? [] : await measureMedia(inline, organizationId);
  return { ...size, textBytes, media: [...measured, ...kept] };
};
