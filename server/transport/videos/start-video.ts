import { ai } from "../../contracts/ai.ts";
import type { StartVideoInput } from "../../contracts/ai/videos.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { videoIdOf } from "../../contracts/video-id.ts";
import { beginVideo, requireVideo, runVideo, type StoredVideo } from "../../domain/videos/index.ts";
import { startVideoRequest } from "../../families/ai/index.ts";
import { startJob } from "../../gateway/start-job.ts";
import { newId } from "../../platform/ids.ts";
import { requireFileUse } from "../files/index.ts";
import type { VideosDeps } from "./videos-deps.ts";

/**
 * Has a vendor make a video: the most that it can cost is set aside under one operation, and then the vendor is asked. A
 * repeat under the same idempotency key is given the first video.
 */
export const startVideo = async (
  { gateway, deps }: VideosDeps,
  given: CallContext,
  input: StartVideoInput,
): Promise<StoredVideo> => {
  requireFileUse({ gateway, deps }, given, ai.startVideo);
  // What acts is recognized by a key; whoever has none repeats nothing.
  const ctx = { ...given, idempotencyKey: given.idempotencyKey ?? `video-${newId()}` };
  const { organizationId, appId, userId, keyId } = ctx;
  const request = startVideoRequest(input, ({ target, credential, model }, plan, operationId) =>
    beginVideo(deps, {
      operationId,
      organizationId,
      appId,
      userId,
      keyId,
      vendor: target.vendor,
      credentialId: credential.id,
      credentialTier: credential.tier,
      model,
      plan,
    }),
  );
  const { operationId } = await startJob(gateway, request, ctx, ({ result: told, ...job }) =>
    runVideo(deps, ctx, { ...job, told }),
  );
  return requireVideo(deps, organizationId, videoIdOf(operationId));
};
