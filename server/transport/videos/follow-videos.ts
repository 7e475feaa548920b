import { ai } from "../../contracts/ai.ts";
import type { VendorVideo } from "../../contracts/ai-vendor-videos.ts";
import { isBeingMade } from "../../contracts/video-status.ts";
import type { CredentialRef } from "../../domain/credentials/index.ts";
import { costOf } from "../../domain/pricing/index.ts";
import { claimVideos, endVideo, keepVideo, noteVideoTold, type StoredVideo } from "../../domain/videos/index.ts";
import { askAboutJob, followJobs, settleJob } from "../jobs/index.ts";
import type { VideoFollowerDeps } from "./videos-deps.ts";

const askMs = 15_000;
/** How long nobody else asks; renewed while this process does. */
const leaseMs = 30_000;
const atOnce = 4;
const [leastPauseMs, longestPauseMs] = [1_000, 30_000];
/** Vendors keep what they made for two days: https://ai.google.dev/gemini-api/docs/video. After so long nothing is to be had. */
const lostMs = 3 * 24 * 60 * 60_000;

/** Videos take a minute or some: at first they are looked at often. */
const pauseMs = (ageMs: number): number => Math.min(Math.max(ageMs / 20, leastPauseMs), longestPauseMs);

interface VideoCharge {
  readonly units: NonNullable<VendorVideo["units"]>;
  readonly costNanos: bigint;
  readonly source: "provider" | "estimated";
  readonly unpricedClasses: readonly string[];
}

/** What is charged: what the vendor bills, at the prices under which the money was set aside; what was not made costs nothing. */
const chargeOf = (deps: VideoFollowerDeps, video: StoredVideo, told: VendorVideo): VideoCharge => {
  if (told.status !== "completed") return { units: {}, costNanos: 0n, source: "provider", unpricedClasses: [] };
  const { organizationId, vendor, model, credentialTier, createdAt, heldNanos } = video;
  const set = deps.priceSetOf({ organizationId, vendor, model, credentialTier, at: createdAt.getTime() });
  const { units } = told;
  if (set === null || units === undefined || units === null)
    return { units: {}, costNanos: heldNanos, source: "estimated", unpricedClasses: [] };
  const { nanos, unpriced } = costOf(units, set);
  const costNanos = unpriced.length > 0 && nanos < heldNanos ? heldNanos : nanos;
  return { units, costNanos, source: "provider", unpricedClasses: unpriced };
};

const settle = (
  { gateway }: VideoFollowerDeps,
  video: StoredVideo,
  { status, rawUsage, vendorVideoId }: VendorVideo,
  charge: VideoCharge,
): Promise<void> =>
  settleJob(gateway, {
    operation: ai.startVideo.id,
    job: { ...video, appId: video.appId ?? undefined },
    charge,
    rawUsage: rawUsage ?? { video: { status, ...video.plan } },
    vendorRequestId: vendorVideoId,
    failed: status === "failed",
  });

const follow = async (deps: VideoFollowerDeps, video: StoredVideo, credential: CredentialRef): Promise<void> => {
  const { gateway } = deps;
  const videos = deps.vendorOf(video.vendor)?.videos;
  if (videos === undefined) throw new Error(`${video.vendor} makes no videos any more`);
  const { model, plan } = video;
  const { vendorVideoId } = video.told;
  const told = await askAboutJob(gateway, video, credential, {
    deadlineMs: askMs,
    run: (io) => videos.get({ vendorVideoId, model, plan }, io),
  });
  if (isBeingMade(told.status))
    return noteVideoTold(
      deps.deps,
      video,
      { ...told, cancellable: videos.cancel !== undefined },
      pauseMs(gateway.clock.now() - video.createdAt.getTime()),
    );
  await settle(deps, video, told, chargeOf(deps, video, told));
  return endVideo(deps.deps, video, told);
};

/** Nobody will say any more what became of it: it is charged at what was held. */
const giveUp = async (deps: VideoFollowerDeps, video: StoredVideo): Promise<void> => {
  const fault = { code: "lost", message: "The vendor cannot be asked after it any more." };
  const told: VendorVideo = { ...video.told, status: "failed", files: [], fault };
  await settle(deps, video, told, {
    units: {},
    costNanos: video.heldNanos,
    source: "estimated",
    unpricedClasses: [],
  });
  await endVideo(deps.deps, video, told);
};

/** Asks vendors after the videos that are due, and charges those that have ended. Says how many were asked after. */
export const followVideos = (deps: VideoFollowerDeps): Promise<number> =>
  followJobs<StoredVideo>({
    gateway: deps.gateway,
    noun: "a video",
    claim: () => claimVideos(deps.deps, leaseMs, atOnce),
    keep: (video) => keepVideo(deps.deps, video, leaseMs),
    leaseMs,
    follow: (video, credential) => follow(deps, video, credential),
    postpone: (video, ageMs) => noteVideoTold(deps.deps, video, undefined, Math.max(pauseMs(ageMs), 2 * leastPauseMs)),
    lostMs,
    giveUp: (video) => giveUp(deps, video),
  });
