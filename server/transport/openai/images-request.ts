import { z } from "zod";
import type { GenerateImageInput } from "../../contracts/ai/generate-image.ts";
import { ModelName } from "../../contracts/model-name.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { asRecord } from "../dialect/as-record.ts";
import { requireKnownFields } from "../dialect/require-known-fields.ts";
import { imageFields } from "./openai-fields.ts";

/** Body of POST /v1/images/generations. */
export const ImagesRequest = z.looseObject({
  model: ModelName,
  prompt: z.string().min(1).max(32_000),
  n: z.int().min(1).max(10).nullish(),
  size: z
    .string()
    .regex(/^(auto|[1-9][0-9]{1,4}x[1-9][0-9]{1,4})$/, { error: "width and height, such as 1024x1024, or auto" })
    .nullish(),
  quality: z.enum(["low", "medium", "high", "auto"]).nullish(),
  background: z.enum(["transparent", "opaque", "auto"]).nullish(),
  output_format: z.enum(["png", "jpeg", "webp"]).nullish(),
  output_compression: z.int().min(0).max(100).nullish(),
  moderation: z.enum(["low", "auto"]).nullish(),
  response_format: z
    .literal("b64_json", { error: "b64_json, as is answered anyway: Nexus keeps no images to link to" })
    .nullish(),
  user: z.string().max(256).nullish(),
  safety_identifier: z.string().max(128).nullish(),
  stream: z.boolean().nullish().describe("The image as an event, after unfinished ones; one image at a time"),
  partial_images: z
    .int()
    .min(0)
    .max(3)
    .nullish()
    .describe("How many unfinished images a stream shows at most; each costs 100 tokens of an image more"),
});
export type ImagesRequest = z.infer<typeof ImagesRequest>;

export const parseImagesRequest = (body: unknown): ImagesRequest => {
  const request = parseInput(ImagesRequest, body);
  requireKnownFields(asRecord(body), imageFields);
  return request;
};

const wrong = (field: string, expected: string): NexusError =>
  new NexusError("INVALID_INPUT", { issues: [{ field, expected }] });

/** How many unfinished images a stream may show; undefined where no stream was asked for. */
export const previewsOf = (asked: {
  readonly n?: number | null | undefined;
  readonly stream?: boolean | null | undefined;
  readonly partial_images?: number | null | undefined;
}): number | undefined => {
  const previews = asked.partial_images ?? 0;
  if (asked.stream === true) {
    if ((asked.n ?? 1) > 1) throw wrong("n", "1 where stream is true: a stream is of one image");
    return previews;
  }
  if (previews > 0) throw wrong("partial_images", "absent, or 0, where stream is not true");
  return undefined;
};

const given = <T>(value: T | null | undefined): T | undefined => value ?? undefined;

/** The request in the contract's own words. */
export const imagesInputOf = (
  request: Pick<ImagesRequest, "model" | "prompt" | "n" | "size" | "quality" | "output_format" | "background">,
): GenerateImageInput => ({
  model: request.model,
  prompt: request.prompt,
  n: given(request.n),
  size: request.size === "auto" ? undefined : given(request.size),
  quality: given(request.quality),
  outputFormat: given(request.output_format),
  background: given(request.background),
});
