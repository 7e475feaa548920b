import { ai } from "../../contracts/ai.ts";
import type { VideoView } from "../../contracts/ai/videos.ts";
import type { VendorFileContent } from "../../contracts/ai-vendor-files.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { isBeingMade } from "../../contracts/video-status.ts";
import {
  listStoredVideos,
  lookAtVideoSoon,
  noteVideoCancelled,
  requireVideo,
  type PageOfVideos,
  type StoredVideo,
} from "../../domain/videos/index.ts";
import { NexusError } from "../../errors.ts";
import { videoQuestion } from "../../families/ai/index.ts";
import { ask } from "../../gateway/ask.ts";
import { mayAsk } from "../../gateway/authorize-and-reserve.ts";
import { requireFileUse } from "../files/index.ts";
import type { VideosDeps } from "./videos-deps.ts";

/** A minute of 4K is about half of that. */
const mostVideoBytes = 1024 * 1024 * 1024;

/** What is known of a video. Its vendor is asked soon where it has not ended: whoever asks waits for that. */
export const readVideo = async ({ gateway, deps }: VideosDeps, ctx: CallContext, id: string): Promise<StoredVideo> => {
  await mayAsk(gateway, { operation: ai.getVideo }, ctx);
  const video = await requireVideo(deps, ctx.organizationId, id);
  if (video.endedAt === null) await lookAtVideoSoon(deps, video);
  return video;
};

/** A page of the organization's videos. */
export const readVideos = async (
  { gateway, deps }: VideosDeps,
  ctx: CallContext,
  page: PageOfVideos,
): Promise<{ readonly videos: readonly StoredVideo[]; readonly more: boolean }> => {
  await mayAsk(gateway, { operation: ai.listVideos }, ctx);
  return listStoredVideos(deps, ctx.organizationId, page);
};

/** One of the files of a video that is completed, as it comes from its vendor: through here, and by no address of the vendor's. */
export const readVideoContent = async (
  { gateway, deps }: VideosDeps,
  ctx: CallContext,
  id: string,
  index: number,
): Promise<VendorFileContent & { readonly mediaType: string }> => {
  requireFileUse({ gateway, deps }, ctx, ai.videoContent);
  const video = await requireVideo(deps, ctx.organizationId, id);
  if (video.endedAt === null)
    throw new NexusError("CONFLICT", {
      message: `${id} is not made yet: it is ${shownVideoStatus(video)}.`,
      details: { kind: "video_under_way", status: shownVideoStatus(video) },
      retryAfterMs: 5_000,
    });
  const file = video.told.files[index];
  if (file === undefined)
    throw new NexusError("NOT_FOUND", {
      message:
        video.told.files.length === 0
          ? `${id} is ${video.told.status}: there is nothing to read.`
          : `${id} has ${video.told.files.length} files: index goes to ${video.told.files.length - 1}.`,
    });
  const { answer } = await ask(
    gateway,
    videoQuestion({
      operation: ai.videoContent,
      place: { file: video },
      mostAnswerBytes: mostVideoBytes,
      ask: (videos, io) => videos.content(file, io),
    }),
    ctx,
  );
  return { ...answer, mediaType: file.mediaType };
};

/** Cancels a video at its vendor, where the vendor can; what is made all the same is charged. */
export const cancelVideo = async (videos: VideosDeps, ctx: CallContext, id: string): Promise<StoredVideo> => {
  const { gateway, deps } = videos;
  requireFileUse(videos, ctx, ai.cancelVideo);
  const video = await requireVideo(deps, ctx.organizationId, id);
  if (video.endedAt !== null)
    throw new NexusError("CONFLICT", {
      message: `${id} has ended: it is ${video.told.status}.`,
      details: { kind: "video_ended", status: video.told.status },
    });
  const { vendorVideoId } = video.told;
  await ask(
    gateway,
    videoQuestion({
      operation: ai.cancelVideo,
      place: { file: video },
      ask: async ({ cancel }, io) => {
        if (cancel !== undefined) return cancel({ vendorVideoId, model: video.model }, io);
        throw new NexusError("CAPABILITY_MISSING", {
          message: `${video.vendor} makes what it has begun: a video there cannot be cancelled.`,
          details: { vendor: video.vendor, missing: "cancel" },
        });
      },
    }),
    ctx,
  );
  await noteVideoCancelled(deps, ctx, video);
  return requireVideo(deps, ctx.organizationId, id);
};

/** Where a video stands as callers see it: it has ended once it is charged. */
export const shownVideoStatus = ({ told, endedAt }: StoredVideo): StoredVideo["told"]["status"] =>
  endedAt === null && !isBeingMade(told.status) ? "in_progress" : told.status;

/** A video as callers see it: where its vendor keeps it is not told. */
export const viewVideo = (video: StoredVideo): VideoView => ({
  id: video.id,
  operationId: video.operationId,
  provider: video.vendor,
  model: video.model,
  status: shownVideoStatus(video),
  fault: video.told.fault ?? null,
  durationSeconds: video.plan.seconds,
  resolution: video.plan.resolution,
  files: video.endedAt === null ? [] : video.told.files.map(({ mediaType }, index) => ({ index, mediaType })),
  cancellable: video.told.cancellable === true && isBeingMade(video.told.status),
  credentialTier: video.credentialTier,
  appId: video.appId,
  userId: video.userId,
  heldNanoUsd: video.heldNanos.toString(),
  costNanoUsd: video.endedAt === null ? null : (video.costNanos ?? 0n).toString(),
  createdAt: video.createdAt.toISOString(),
  endedAt: video.endedAt?.toISOString() ?? null,
});
