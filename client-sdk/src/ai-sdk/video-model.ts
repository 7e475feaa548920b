import {
  UnsupportedFunctionalityError,
  type Experimental_VideoModelV4 as VideoModelV4,
  type Experimental_VideoModelV4CallOptions as VideoModelV4CallOptions,
  type JSONValue,
  type SharedV4Warning,
} from "@ai-sdk/provider";
import type { NexusClient } from "../nexus-client.ts";
import type { NexusInputs, NexusOutputs } from "../types.ts";
import { base64Of } from "./base64-of.ts";
import { callOptionsOf } from "./call-choices.ts";
import { presentFields } from "./present-fields.ts";

type Input = NexusInputs["ai"]["videos"]["start"];
type View = NexusOutputs["ai"]["videos"]["get"];

/** The AI SDK names a resolution by its pixels, either way up. */
const resolutions: Readonly<Record<string, NonNullable<Input["resolution"]>>> = {
  "1280x720": "720p",
  "720x1280": "720p",
  "1920x1080": "1080p",
  "1080x1920": "1080p",
  "3840x2160": "4k",
  "2160x3840": "4k",
};

const ratios = ["16:9", "9:16", "1:1"] as const;

const unsupported = (functionality: string) => new UnsupportedFunctionalityError({ functionality });

const imageOf = ({ image, frameImages }: VideoModelV4CallOptions): Input["image"] => {
  const first = frameImages?.find(({ frameType }) => frameType === "first_frame")?.image ?? image;
  if (first === undefined) return undefined;
  if (first.type === "url") throw unsupported("images by their address: load them, and send their data");
  const mediaType =
    (["image/jpeg", "image/webp"] as const).find((type) => first.mediaType === type) ?? ("image/png" as const);
  return { mediaType, data: typeof first.data === "string" ? first.data : base64Of(first.data) };
};

const inputOf = (modelId: string, options: VideoModelV4CallOptions): Input => {
  const { prompt = "", aspectRatio, duration, resolution, seed } = options;
  const known = resolution === undefined ? undefined : resolutions[resolution];
  if (resolution !== undefined && known === undefined)
    throw unsupported(`the resolution ${resolution}: it is one of ${Object.keys(resolutions).join(", ")}`);
  const ratio = ratios.find((one) => one === aspectRatio);
  if (aspectRatio !== undefined && ratio === undefined) throw unsupported(`the aspect ratio ${aspectRatio}`);
  return {
    model: modelId,
    prompt,
    ...presentFields({
      image: imageOf(options),
      durationSeconds: duration,
      resolution: known,
      aspectRatio: ratio,
      seed,
    }),
  };
};

const warningsOf = ({
  fps,
  frameImages,
  inputReferences,
  generateAudio,
}: VideoModelV4CallOptions): SharedV4Warning[] => {
  const left = {
    fps,
    inputReferences: inputReferences?.length === 0 ? undefined : inputReferences,
    frameImages: frameImages?.some(({ frameType }) => frameType === "last_frame") === true ? true : undefined,
    // Videos have sound; who wants none leaves it out when they are shown.
    generateAudio: generateAudio === false ? false : undefined,
  };
  return Object.entries(left).flatMap(([feature, value]) =>
    value === undefined ? [] : [{ type: "unsupported" as const, feature }],
  );
};

const idIn = (operation: JSONValue): string => {
  const id = typeof operation === "object" && operation !== null && "videoId" in operation ? operation["videoId"] : "";
  return typeof id === "string" ? id : "";
};

const metadataOf = ({ operationId, costNanoUsd, credentialTier, provider, model }: View) => ({
  nexus: { operationId, costNanoUsd, credentialTier, vendor: provider, model },
});

/** Videos through `ai.videos`: started once, asked after until they are there, and read through Nexus. */
export const videoModel = (client: Pick<NexusClient, "ai">, modelId: string): VideoModelV4 => ({
  specificationVersion: "v4",
  provider: "nexus",
  modelId,
  maxVideosPerCall: 1,
  async doStart(options) {
    const input = inputOf(modelId, options);
    const video = await client.ai.videos.start.mutate(input, await callOptionsOf(options, input));
    return {
      operation: { videoId: video.id },
      warnings: warningsOf(options),
      providerMetadata: metadataOf(video),
      response: { timestamp: new Date(), modelId: video.model, headers: undefined },
    };
  },
  async doStatus({ operation, abortSignal }) {
    const signal = presentFields({ signal: abortSignal });
    const videoId = idIn(operation);
    const video = await client.ai.videos.get.query({ videoId }, signal);
    const about = {
      providerMetadata: metadataOf(video),
      response: { timestamp: new Date(), modelId: video.model, headers: undefined },
    };
    if (video.status === "queued" || video.status === "in_progress") return { status: "pending", ...about };
    if (video.status !== "completed")
      return { status: "error", error: video.fault?.message ?? `The video is ${video.status}.`, ...about };
    const videos = await Promise.all(
      video.files.map(async ({ index }) => {
        const { mediaType, data } = await client.ai.videos.content.query({ videoId, index }, signal);
        return { type: "base64" as const, data, mediaType };
      }),
    );
    return { status: "completed", videos, warnings: [], ...about };
  },
});
