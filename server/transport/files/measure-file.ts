import { mediumKindOf } from "../../contracts/media-kind.ts";
import type { MediumKind, MediumReadings } from "../../contracts/media.ts";
import { measureMedia, measureStored } from "../../platform/media/index.ts";
import type { SpooledFile } from "../../platform/spooled-file.ts";

/** Of larger ones a film alone is measured; any other is metered with all the input that a model takes. */
const mostMeasuredBytes = 32 * 1024 * 1024;

const field = "file";

const busy = new Map<string, Promise<unknown>>();

/** An owner's one after the other: each is held in memory several times over while it is looked at. */
const afterOthers = async <T>(owner: string, measure: () => Promise<T>): Promise<T> => {
  const measured = (busy.get(owner) ?? Promise.resolve()).then(measure);
  const settled = measured.catch(() => undefined);
  busy.set(owner, settled);
  try {
    return await measured;
  } finally {
    if (busy.get(owner) === settled) busy.delete(owner);
  }
};

const look = async (file: SpooledFile, mediaType: string, organizationId: string): Promise<MediumReadings | null> => {
  const bytes = Buffer.alloc(file.bytes);
  let at = 0;
  for await (const chunk of file.read()) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  const data = bytes.toString("base64");
  const kind = mediumKindOf(mediaType, data);
  const [readings] = await measureMedia([{ kind: kind ?? "other", field, data }], organizationId);
  // What its bytes say it is, counts: text that is a picture is none.
  if (kind === undefined && readings?.length === 1) return null;
  return readings ?? [{ kind: kind ?? "other", field }];
};

const lookIntoStored = async (file: SpooledFile, kind: MediumKind, owner: string): Promise<MediumReadings> => {
  const { descriptor, bytes: size } = file;
  if (descriptor === undefined || (kind !== "video" && kind !== "audio")) return [{ kind, field }];
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.read(0, 4_096)) chunks.push(chunk);
  return measureStored({ kind, field, descriptor, size, head: Buffer.concat(chunks) }, owner);
};

/** What calls that refer to a file can be metered for it; null for text, which is metered by its bytes. */
export const measureFile = async (
  file: SpooledFile,
  mediaType: string,
  organizationId: string,
): Promise<MediumReadings | null> => {
  if (file.bytes > mostMeasuredBytes) {
    const kind = mediumKindOf(mediaType);
    return kind === undefined ? null : lookIntoStored(file, kind, organizationId);
  }
  return afterOthers(organizationId, () => look(file, mediaType, organizationId));
};
