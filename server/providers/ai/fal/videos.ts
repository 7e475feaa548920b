import type { AiVendorVideos, VendorVideo } from "../../../contracts/ai-vendor-videos.ts";
import type { StartVideoInput } from "../../../contracts/ai/videos.ts";
import { ProviderError } from "../../../contracts/vendor-call.ts";
import { recordAt, stringAt, type JsonRecord } from "../../_wire/json.ts";
import { fetchMadeFile } from "../../_wire/made-file.ts";
import { planOfLength } from "../_veo/plan-of-length.ts";
import { failure } from "../../_wire/vendor-failure.ts";
import { unreadableReply } from "../../_wire/vendor-wire.ts";
import { videoSecondsOf } from "../../_wire/video-seconds.ts";
import { falVideoModelOf } from "./fal-models.ts";
import { falMediaHosts } from "./generate-images.ts";
import { cancelAtFal, resultAtFal, statusAtFal, submitToFal } from "./queue.ts";

const cannotMake = (message: string) =>
  failure({ kind: "not_sent", code: "CAPABILITY_MISSING", about: "request" }, { message });

const plan: AiVendorVideos["plan"] = (asked, model) =>
  falVideoModelOf(model) === undefined ? undefined : planOfLength(asked, model);

/** https://fal.ai/models/fal-ai/veo3.1/llms.txt, the input schema */
const bodyOf = (input: StartVideoInput, model: string): JsonRecord => {
  const { prompt, image, negativePrompt, aspectRatio, seed } = input;
  const known = falVideoModelOf(model);
  const planned = plan({ seconds: input.durationSeconds, resolution: input.resolution }, model);
  if (known === undefined || planned === undefined)
    throw cannotMake(`${model} makes no video of that length and resolution.`);
  if (aspectRatio === "1:1") throw cannotMake("aspectRatio: this model makes 16:9 and 9:16, and no 1:1.");
  if (known.begins === "image" && image === undefined)
    throw cannotMake("image: this model makes a video that begins with an image, and was sent none.");
  if (known.begins === "text" && image !== undefined)
    throw cannotMake(`image: this model begins with none; ${model}/image-to-video does.`);
  return {
    prompt,
    // Nothing that decides the price is left to the model.
    duration: `${planned.seconds}s`,
    resolution: planned.resolution,
    generate_audio: true,
    ...(image === undefined ? {} : { image_url: `data:${image.mediaType};base64,${image.data}` }),
    ...(aspectRatio === undefined ? {} : { aspect_ratio: aspectRatio }),
    ...(negativePrompt === undefined ? {} : { negative_prompt: negativePrompt }),
    ...(seed === undefined ? {} : { seed }),
  };
};

/** What was asked for and is refused at the end, is not made, and not billed: https://fal.ai/docs/documentation/model-apis/errors */
const refusedBy = (vendorVideoId: string, error: unknown): VendorVideo => {
  if (!(error instanceof ProviderError) || error.failure.kind !== "refused") throw error;
  const { status = 0, message, reason } = error.failure;
  if (status === 429 || status >= 500) throw error;
  const cancelled = /cancel/i.test(message);
  return {
    vendorVideoId,
    status: cancelled ? "cancelled" : "failed",
    fault: cancelled ? undefined : { code: reason?.type ?? `http_${status}`, message },
    files: [],
  };
};

/**
 * Veo over fal's queue. What it is billed follows from its seconds and its resolution, which are told; the units of the
 * header are the model's own, and kept beside it.
 */
export const falVideos: AiVendorVideos = {
  plan,
  start: async (input, io) => {
    const { requestId } = await submitToFal(io.model, bodyOf(input, io.model), io);
    return { vendorVideoId: requestId, status: "queued", files: [] };
  },
  get: async ({ vendorVideoId, model, plan: planned }, io) => {
    const request = { model, requestId: vendorVideoId };
    const status = await statusAtFal(request, io);
    if (status !== "completed")
      return { vendorVideoId, status: status === "queued" ? "queued" : "in_progress", files: [] };
    try {
      const { document, billableUnits } = await resultAtFal(request, "", io);
      const video = recordAt(document, "video");
      const url = stringAt(video, "url");
      if (url === undefined) throw unreadableReply();
      return {
        vendorVideoId,
        status: "completed",
        files: [{ url, mediaType: stringAt(video, "content_type") ?? "video/mp4" }],
        units: videoSecondsOf(planned),
        rawUsage: { ...planned, billable_units: billableUnits },
      };
    } catch (error) {
      return refusedBy(vendorVideoId, error);
    }
  },
  cancel: async ({ vendorVideoId, model }, io) => {
    await cancelAtFal({ model, requestId: vendorVideoId }, io);
  },
  content: async ({ url, mediaType }, io) => ({
    contentType: mediaType,
    body: (await fetchMadeFile({ url, hosts: falMediaHosts }, io)).body,
  }),
};
