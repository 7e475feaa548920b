import { NexusError } from "../../errors.ts";

/** Each takes room on disk from its first byte until its vendor has the last. */
const mostAtOnce = 16;
/** Of one organization, so that there is room for another. */
const mostOfOne = 8;
/** Of all together, on disk. */
const mostBytes = 8 * 1024 ** 3;

interface Room {
  uploads: number;
  bytes: number;
}

const underWay = new Map<string, Room>();

const sum = (of: keyof Room): number => [...underWay.values()].reduce((all, room) => all + room[of], 0);

/** What an upload takes room for: as many bytes as its caller says, or as there can be. */
interface Upload {
  readonly organizationId: string;
  readonly bytes: number;
}

/** Carries an organization's upload out where there is room for it, from the reading of its body to its end. */
export const inUploadRoom = async <T>({ organizationId, bytes }: Upload, upload: () => Promise<T>): Promise<T> => {
  const own = underWay.get(organizationId) ?? { uploads: 0, bytes: 0 };
  const isOwn = own.uploads >= mostOfOne;
  if (isOwn || sum("uploads") >= mostAtOnce || sum("bytes") + bytes > mostBytes)
    throw new NexusError("OVERLOADED", {
      message: isOwn
        ? `An organization can upload ${mostOfOne} files at once here; send this one when another is done.`
        : "Too many files are being uploaded.",
      retryAfterMs: 2_000,
    });
  own.uploads += 1;
  own.bytes += bytes;
  underWay.set(organizationId, own);
  try {
    return await upload();
  } finally {
    own.uploads -= 1;
    own.bytes -= bytes;
    if (own.uploads === 0) underWay.delete(organizationId);
  }
};
