import { z } from "zod";
import { ModelName } from "../../contracts/model-name.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { asRecord } from "../dialect/as-record.ts";
import { requireKnownFields } from "../dialect/require-known-fields.ts";
import { embeddingFields } from "./openai-fields.ts";

const token = z.int().min(0).max(4_294_967_295);
const text = z.string().min(1).max(200_000);

const input = z.union(
  [
    text,
    z.array(text).min(1).max(2_048),
    z.array(token).min(1).max(65_536),
    z.array(z.array(token).min(1).max(65_536)).min(1).max(2_048),
  ],
  {
    error: "a text, a list of texts, or their tokens",
  },
);

/** Body of POST /v1/embeddings. */
export const EmbeddingsRequest = z.looseObject({
  model: ModelName,
  input,
  dimensions: z.int().min(1).max(16_384).nullish(),
  encoding_format: z.enum(["float", "base64"]).nullish(),
  user: z.string().max(256).nullish(),
});
export type EmbeddingsRequest = z.infer<typeof EmbeddingsRequest>;

export const parseEmbeddingsRequest = (body: unknown): EmbeddingsRequest => {
  const request = parseInput(EmbeddingsRequest, body);
  requireKnownFields(asRecord(body), embeddingFields);
  return request;
};

/** The texts, or undefined where the caller sent tokens, which mean something to their own vendor alone. */
export const textsOf = ({ input: given }: EmbeddingsRequest): string[] | undefined => {
  if (typeof given === "string") return [given];
  const texts = given.filter((value) => typeof value === "string");
  return texts.length === given.length ? texts : undefined;
};
