import { NexusError } from "../../errors.ts";

/** Each takes room on disk from its first byte until its vendor has the last. */
const mostAtOnce = 16;
/** Of one organization, so that there is room for another. */
const mostOfOne = 8;

const underWay = new Map<string, number>();

const sum = (): number => {
  let all = 0;
  for (const count of underWay.values()) all += count;
  return all;
};

/** Carries an organization's upload out where there is room for it, from the reading of its body to its end. */
export const inUploadRoom = async <T>(organizationId: string, upload: () => Promise<T>): Promise<T> => {
  const own = underWay.get(organizationId) ?? 0;
  if (own >= mostOfOne || sum() >= mostAtOnce)
    throw new NexusError("OVERLOADED", {
      message:
        own >= mostOfOne
          ? `An organization can upload ${mostOfOne} files at once here; send this one when another is done.`
          : "Too many files are being uploaded.",
      retryAfterMs: 2_000,
    });
  underWay.set(organizationId, own + 1);
  try {
    return await upload();
  } finally {
    const left = (underWay.get(organizationId) ?? 1) - 1;
    if (left > 0) underWay.set(organizationId, left);
    else underWay.delete(organizationId);
  }
};
