import { countTokens } from "../count-tokens.ts";
import { embedText } from "../embed-text.ts";
import { listOf, numberOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { usableUnits } from "../units.ts";
import { jsonReply } from "../vendor.ts";
import type { Reply, VendorRequest } from "../vendor.ts";
import { googleError } from "./errors.ts";

const textOf = (item: JsonObject): string =>
  listOf(objectOf(item["content"])["parts"])
    .map((part) => stringOf(objectOf(part)["text"]))
    .join("");

const embeddingUnits = (usage: JsonObject | undefined) =>
  usage === undefined ? null : usableUnits({ input: usage["promptTokenCount"] });

/** POST /models/{model}:embedContent and :batchEmbedContents. */
export function embedReply(request: VendorRequest, batch: boolean): Reply {
  const body = objectOf(request.body);
  const items = batch ? listOf(body["requests"]).map(objectOf) : [body];
  const texts = items.map(textOf);
  if (texts.length === 0 || texts.includes("")) {
    return googleError(400, "* EmbedContentRequest.content: contents is not specified", request.bodyDigest);
  }
  const sizes = items.map((item) => numberOf(item["outputDimensionality"]) ?? 3_072);
  if (sizes.some((size) => !Number.isInteger(size) || size < 1 || size > 3_072)) {
    return googleError(400, "* EmbedContentRequest.output_dimensionality: out of range", request.bodyDigest);
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
