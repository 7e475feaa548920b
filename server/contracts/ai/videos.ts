import { z } from "zod";
import { ModelName } from "../model-name.ts";
import { credentialTiers } from "../units.ts";
import { isVideoId } from "../video-id.ts";
import { videoResolutions, videoStatuses } from "../video-status.ts";
import { InputImage } from "./input-image.ts";
import { text } from "./parts.ts";

const VideoId = z
  .string()
  .max(64)
  .refine(isVideoId, { error: "the id of a video, as ai.videos.start answers it: video_ and 32 digits" });

/** Input of `ai.videos.start`. */
export const StartVideoInput = z.strictObject({
  model: ModelName,
  prompt: text(8_000).min(1).describe("What is to be seen and heard"),
  image: InputImage.optional().describe("The first frame"),
  negativePrompt: text(2_000).min(1).optional().describe("What is not to be seen, for models that take that"),
  durationSeconds: z
    .int()
    .min(1)
    .max(60)
    .optional()
    .describe("How long; which lengths a model makes is its vendor's, and the usual one where left out"),
  resolution: z
    .enum(videoResolutions)
    .optional()
    .describe("720p where left out; the larger, the dearer at most models"),
  aspectRatio: z.enum(["16:9", "9:16", "1:1"]).optional().describe("16:9 at most models where left out"),
  seed: z.int().min(0).max(4_294_967_295).optional().describe("The same video again, at vendors that can"),
});
export type StartVideoInput = z.infer<typeof StartVideoInput>;

export const VideoView = z.object({
  id: z.string().describe("By which it is asked for"),
  operationId: z.string().describe("Its row of the ledger"),
  provider: z.string().describe("The vendor that makes it"),
  model: z.string().describe("The vendor's model that was asked"),
  status: z.enum(videoStatuses).describe("Where it stands"),
  fault: z
    .object({
      code: z.string().describe("The vendor's word for it"),
      message: z.string().describe("What the vendor says"),
    })
    .nullable()
    .describe("Why it was not made"),
  durationSeconds: z.number().describe("How long it is to be, and is set aside for"),
  resolution: z.enum(videoResolutions).describe("As it is made"),
  files: z
    .array(
      z.object({
        index: z.int().describe("By which its contents are asked for"),
        mediaType: z.string().describe("What the vendor says that it is"),
      }),
    )
    .describe("What was made; empty until it is completed"),
  cancellable: z.boolean().describe("Whether its vendor can still be asked not to make it"),
  credentialTier: z.enum(credentialTiers).describe("Whose credential pays"),
  appId: z.string().nullable().describe("The app that asked for it"),
  userId: z.string().nullable().describe("The person for whom it was asked"),
  heldNanoUsd: z.string().describe("Set aside for it: the most that it can cost"),
  costNanoUsd: z.string().nullable().describe("What it was charged at; null until it has ended"),
  createdAt: z.iso.datetime().describe("When its vendor was asked for it"),
  endedAt: z.iso.datetime().nullable().describe("When it was made, or failed"),
});
export type VideoView = z.infer<typeof VideoView>;

export const VideoOfInput = z.strictObject({ videoId: VideoId.describe("By which `ai.videos.start` answered it") });

export const VideoContentInput = z.strictObject({
  videoId: VideoId.describe("A video that is completed"),
  index: z.int().min(0).max(15).default(0).describe("Which of its files"),
});

export const VideoContent = z.object({
  mediaType: z.string().describe("What the vendor says that it is"),
  data: z.string().describe("Base64"),
});

export const ListVideosInput = z.strictObject({
  provider: text(64).optional().describe("Those of this vendor alone"),
  before: VideoId.optional().describe("Videos older than this one"),
  limit: z.int().min(1).max(100).default(20).describe("At most so many"),
});

export const ListVideosOutput = z.object({
  videos: z.array(VideoView).describe("The organization's videos, newest first"),
  more: z.boolean().describe("There are older ones: ask for those before the last"),
});
