import type { CallContext } from "../../contracts/call-context.ts";
import type { VendorVideo } from "../../contracts/ai-vendor-videos.ts";
import type { Deps } from "../../platform/deps.ts";
import { auditedChange } from "../audit/index.ts";
import { deleteUntaken, hastenRow, renewRow, tellRow } from "../jobs/index.ts";
import { claimDueVideos, updateVideoEnded, type StoredVideo } from "./store.ts";

type Named = Pick<StoredVideo, "operationId">;

/** A vendor is asked no more often than that because somebody waits. */
const hastyMs = 1_000;
const atOnce = 1_000;

/** Gives videos that are to be asked after to this process, until the lease has run out. */
export const claimVideos = (
  { db }: Pick<Deps, "db">,
  leaseMs: number,
  limit: number,
): Promise<readonly StoredVideo[]> => claimDueVideos(db.pool, leaseMs, limit);

/** Keeps a video for this process for longer. */
export const keepVideo = ({ db }: Pick<Deps, "db">, { operationId }: Named, leaseMs: number): Promise<void> =>
  renewRow(db.pool, "ai_video", operationId, leaseMs);

/** Notes what a vendor said of a video, if it could be asked, and when it is asked next. */
export const noteVideoTold = (
  { db }: Pick<Deps, "db">,
  { operationId }: Named,
  told: VendorVideo | undefined,
  afterMs: number,
): Promise<void> => tellRow(db.pool, "ai_video", operationId, told, afterMs);

/** Notes that a video is charged, and what its vendor said of it. */
export const endVideo = ({ db }: Pick<Deps, "db">, { operationId }: Named, told: VendorVideo): Promise<void> =>
  updateVideoEnded(db.pool, operationId, told);

/** Has a video looked at soon: somebody waits for it. */
export const lookAtVideoSoon = ({ db }: Pick<Deps, "db">, { operationId }: Named): Promise<void> =>
  hastenRow(db.pool, "ai_video", operationId, hastyMs);

/** Notes that a video was cancelled at its vendor, which says by and by what became of it. */
export const noteVideoCancelled = (
  deps: Pick<Deps, "db">,
  ctx: CallContext,
  { id, operationId, vendor }: StoredVideo,
): Promise<void> =>
  auditedChange(deps, ctx, async (tx, audit) => {
    await tellRow(tx, "ai_video", operationId, undefined, 0);
    await audit({ action: "video.cancel", target: id, details: { operationId, vendor } });
  });

/** Forgets videos that no vendor took. Says how many. */
export const pruneVideos = async ({ db }: Pick<Deps, "db">): Promise<number> => {
  let pruned = 0;
  for (let last = atOnce; last >= atOnce; pruned += last) last = await deleteUntaken(db.pool, "ai_video", atOnce);
  return pruned;
};
