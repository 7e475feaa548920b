import { z } from "zod";
import type { Medium } from "../../contracts/media.ts";
import { ModelName } from "../../contracts/model-name.ts";
import { sizeOfInput, type RequestSize } from "../../families/ai/index.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { asRecord } from "../dialect/as-record.ts";
import { dataUrlOf } from "../dialect/data-url.ts";
import { requireKnownFields } from "../dialect/require-known-fields.ts";
import { moderationFields } from "./openai-fields.ts";

const text = z.string().min(1).max(2_000_000);
const imageTypes = /^image\/(?:png|jpeg|gif|webp)$/;

const imageUrl = z.string().refine(
  (url) => {
    const inline = dataUrlOf(url);
    return inline === undefined ? /^https:\/\/.{1,8000}$/.test(url) : imageTypes.test(inline.mediaType);
  },
  { error: "an https address, or a data: URL of a PNG, JPEG, GIF or WebP" },
);

const part = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text"), text }),
  z.strictObject({ type: z.literal("image_url"), image_url: z.strictObject({ url: imageUrl }) }),
]);

/** Body of POST /v1/moderations; without a model the vendor's newest is meant, as at OpenAI. */
export const ModerationsRequest = z.looseObject({
  model: ModelName.default("omni-moderation-latest"),
  input: z.union([text, z.array(text).min(1).max(2_048), z.array(part).min(1).max(100)], {
    error: "a text, a list of texts, or a list of texts and images that are judged together",
  }),
});
export type ModerationsRequest = z.infer<typeof ModerationsRequest>;

export const parseModerationsRequest = (body: unknown): ModerationsRequest => {
  const request = parseInput(ModerationsRequest, body);
  requireKnownFields(asRecord(body), moderationFields);
  return request;
};

/** How large it is, its images apart from the rest. */
export const measureModerations = ({ input }: ModerationsRequest, byteLength: number): RequestSize => {
  const parts = typeof input === "string" ? [] : input;
  const media = parts.flatMap((each, index): Medium[] =>
    typeof each === "string" || each.type === "text"
      ? []
      : [{ kind: "image", field: `input.${index}.image_url.url`, data: dataUrlOf(each.image_url.url)?.data }],
  );
  const mediaChars = media.reduce((sum, { data }) => sum + (data?.length ?? 0), 0);
  return sizeOfInput(Math.max(byteLength - mediaChars, 0), media);
};
