import { videoOperationOf } from "../../contracts/video-id.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { selectVideo, selectVideos, type PageOfVideos, type StoredVideo } from "./store.ts";

/** A video of the organization; NOT_FOUND for every other, whosever it is. */
export const requireVideo = async (
  { db }: Pick<Deps, "db">,
  organizationId: string,
  videoId: string,
): Promise<StoredVideo> => {
  const operationId = videoOperationOf(videoId);
  const video = operationId === undefined ? undefined : await selectVideo(db.pool, organizationId, operationId);
  if (video !== undefined) return video;
  throw new NexusError("NOT_FOUND", { message: `There is no video '${videoId.slice(0, 64)}'.` });
};

/** A page of an organization's videos. `beyond` is the last of the page before, by its id. */
export const listStoredVideos = async (
  { db }: Pick<Deps, "db">,
  organizationId: string,
  page: PageOfVideos,
): Promise<{ readonly videos: readonly StoredVideo[]; readonly more: boolean }> => {
  const beyond = page.beyond === undefined ? undefined : videoOperationOf(page.beyond);
  const rows = await selectVideos(db.pool, organizationId, { ...page, beyond });
  return { videos: rows.slice(0, page.limit), more: rows.length > page.limit };
};
