import { z } from "zod";
import type { GenerateImageInput } from "../../contracts/ai/generate-image.ts";
import { ModelName } from "../../contracts/model-name.ts";
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
});
export type ImagesRequest = z.infer<typeof ImagesRequest>;

export const parseImagesRequest = (body: unknown): ImagesRequest => {
  const request = parseInput(ImagesRequest, body);
  requireKnownFields(asRecord(body), imageFields);
  return request;
};

const given = <T>(value: T | null | undefined): T | undefined => value ?? undefined;

/** The request in the contract's own words. */
export const imagesInputOf = (request: ImagesRequest): GenerateImageInput => ({
  model: request.model,
  prompt: request.prompt,
  n: given(request.n),
  size: request.size === "auto" ? undefined : given(request.size),
  quality: given(request.quality),
  outputFormat: given(request.output_format),
  background: given(request.background),
});
