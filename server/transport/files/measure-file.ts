import { mediumKindOf } from "../../contracts/media-kind.ts";
import type { MediumReadings } from "../../contracts/media.ts";
import { measureMedia } from "../../platform/media/index.ts";
import type { SpooledFile } from "../../platform/spooled-file.ts";

/** Larger ones are metered as a medium that nobody could measure: with all the input that a model takes. */
const mostMeasuredBytes = 32 * 1024 * 1024;

const field = "file";

/** What calls that refer to a file can be metered for it; null for text, which is metered by its bytes. */
export const measureFile = async (
  file: SpooledFile,
  mediaType: string,
  organizationId: string,
): Promise<MediumReadings | null> => {
  if (file.bytes > mostMeasuredBytes) {
    const kind = mediumKindOf(mediaType);
    return kind === undefined ? null : [{ kind, field }];
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.read()) chunks.push(chunk);
  const data = Buffer.concat(chunks).toString("base64");
  const kind = mediumKindOf(mediaType, data);
  const [readings] = await measureMedia([{ kind: kind ?? "other", field, data }], organizationId);
  // What its bytes say it is, counts: text that is a picture is none.
  if (kind === undefined && readings?.length === 1) return null;
  return readings ?? [{ kind: kind ?? "other", field }];
};
