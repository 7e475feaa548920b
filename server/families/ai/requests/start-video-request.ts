import { ai } from "../../../contracts/ai.ts";
import type { StartVideoInput } from "../../../contracts/ai/videos.ts";
import type { VendorVideo, VideoPlan } from "../../../contracts/ai-vendor-videos.ts";
import { nothingMetered } from "../../../contracts/vendor-call.ts";
import { NexusError } from "../../../errors.ts";
import type { LargeRequest } from "../../family.ts";
import type { RoutedAiRequest } from "../ai-request.ts";
import { aiRouteOf, type AiRoute } from "../ai-route.ts";
import { cannot } from "../cannot.ts";
import { sizeOfInput, type RequestSize } from "../request-size.ts";

/** A request that a vendor makes a video, for the call path. */
export interface VideoRequest extends RoutedAiRequest, LargeRequest<VendorVideo> {
  readonly operation: typeof ai.startVideo;
}

type AskedVideo = Pick<StartVideoInput, "prompt" | "image" | "durationSeconds" | "resolution">;

/** How large a request for a video is. */
export const sizeOfVideo = ({ prompt, image, durationSeconds, resolution }: AskedVideo): RequestSize => ({
  ...sizeOfInput(
    Buffer.byteLength(prompt),
    image === undefined ? [] : [{ kind: "image", field: "image.data", data: image.data }],
  ),
  made: { kind: "video", seconds: durationSeconds, resolution },
});

/** What a request comes to at a route. */
const planAt = ({ vendor, model }: AiRoute, input: StartVideoInput): VideoPlan => {
  const { durationSeconds: seconds, resolution } = input;
  const plan = vendor.videos?.plan({ seconds, resolution }, model);
  if (plan !== undefined) return plan;
  throw new NexusError("CAPABILITY_MISSING", {
    message: `${model} makes no video of that length and resolution.`,
    details: { model, missing: "video" },
    issues: [{ field: "durationSeconds", expected: "a length that the model makes at that resolution" }],
  });
};

/** What a vendor says of a video, as bytes. */
const encodeVendorVideo = (video: VendorVideo): Uint8Array => Buffer.from(JSON.stringify(video));

/**
 * A request to make a video. What is kept of it before it leaves says what it is, and not what is to be seen: it is never
 * sent twice. `begin` is given the route before the first byte leaves.
 */
export const startVideoRequest = (
  input: StartVideoInput,
  begin: (route: AiRoute, plan: VideoPlan, operationId: string) => Promise<void>,
): VideoRequest => ({
  operation: ai.startVideo,
  requestedModel: input.model,
  dialect: "typed",
  needs: { tools: false, images: false, json: false },
  size: sizeOfVideo(input),
  input,
  step: "create",
  prepare: async (route, { operationId }) => {
    const own = aiRouteOf(route);
    const plan = planAt(own, input);
    await begin(own, plan, operationId);
    return Buffer.from(JSON.stringify({ model: own.model, ...plan }));
  },
  carryOut: async (route, io) => {
    const own = aiRouteOf(route);
    const { videos } = own.vendor;
    if (videos === undefined) throw cannot(ai.startVideo.id);
    const begun = await videos.start(input, own.ioOf(io));
    const result = { ...begun, cancellable: videos.cancel !== undefined };
    return { ...nothingMetered(result.vendorVideoId), result };
  },
  encode: encodeVendorVideo,
  decode: (bytes) => JSON.parse(Buffer.from(bytes).toString("utf8")),
});
