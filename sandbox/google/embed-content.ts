import { countTokens } from "../count-tokens.ts";
import { embedText } from "../embed-text.ts";
import { listOf, finiteNumberOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { usableUnits } from "../units.ts";
import { jsonReply } from "../vendor.ts";
import type { VendorReply, VendorRequest } from "../vendor.ts";
import { googleError } from "./errors.ts";
import type { GeminiModel } from "./models.ts";
import { refusedShape } from "./rules-shape.ts";
import { batchEmbedShape, embedShape } from "./shapes.ts";

const textOf = (item: JsonObject): string =>
  listOf(objectOf(item["content"])["parts"])
    .map((part) => stringOf(objectOf(part)["text"]))
    .join("");

const embeddingUnits = (usage: JsonObject | undefined) =>
  usage === undefined ? null : usableUnits({ input: usage["promptTokenCount"] });

/** POST /models/{model}:embedContent and :batchEmbedContents. */
export function embedReply(request: VendorRequest, model: GeminiModel, batch: boolean): VendorReply {
  const body = objectOf(request.body);
  const misfit = refusedShape(batch ? batchEmbedShape : embedShape, body);
  if (misfit !== undefined) return googleError(misfit.status, misfit.message, request.bodyDigest);
  const items = batch ? listOf(body["requests"]).map(objectOf) : [body];
  const texts = items.map(textOf);
  const refuse = (message: string) => googleError(400, message, request.bodyDigest);
  // https://ai.google.dev/api/embeddings: something to embed, a hundred at most, each within the model's limit
  if (texts.length === 0 || texts.includes(""))
    return refuse("* EmbedContentRequest.content: contents is not specified\n");
  if (texts.length > 100) {
    return refuse("* BatchEmbedContentsRequest.requests: at most 100 requests can be in one batch\n");
  }
  const longest = texts.reduce((most, text) => Math.max(most, countTokens(text)), 0);
  if (longest > model.context) {
    return refuse(
      `The input token count (${longest}) exceeds the maximum number of tokens allowed (${model.context}).`,
    );
  }
  const sizes = items.map((item) => finiteNumberOf(item["outputDimensionality"]) ?? 3_072);
  if (sizes.some((size) => !Number.isInteger(size) || size < 1 || size > 3_072)) {
    return refuse("* EmbedContentRequest.output_dimensionality: out of range\n");
  }
  const embeddings = texts.map((text, at) => ({
    values: [...embedText(text, sizes[at] ?? 3_072)],
  }));
  const truth = { promptTokenCount: texts.reduce((sum, text) => sum + countTokens(text), 0) };
  const usage = request.telling.edit(truth);
  const told = usage === undefined ? {} : { usageMetadata: usage };
  const answer = batch ? { embeddings } : { embedding: embeddings[0] };
  return jsonReply(200, {}, { ...answer, ...told }, { units: embeddingUnits(truth), reported: embeddingUnits(usage) });
}
