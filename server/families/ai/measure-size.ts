import type { HeldFile } from "../../contracts/held-file.ts";
import type { Medium, MediumReadings } from "../../contracts/media.ts";
import { measureMedia } from "../../platform/media/index.ts";
import type { MeasuredSize, RequestSize } from "./request-size.ts";

/** Readings of a medium where it stands in a request, and as that has it looked at. */
const placed = (readings: MediumReadings, { field, view }: Medium): MediumReadings => {
  const asked = view === undefined ? { field } : { field, view };
  const [first, ...others] = readings;
  return [{ ...first, ...asked }, ...others.map((reading) => ({ ...reading, ...asked }))];
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
    else kept.push(placed(file.readings, medium));
  }
  const measured = inline.length === 0 ? [] : await measureMedia(inline, organizationId);
  const seen = measured.map((readings, index) => {
    const medium = inline[index];
    return medium?.view === undefined ? readings : placed(readings, medium);
  });
  return { ...size, textBytes, media: [...seen, ...kept] };
};
