import { countTokens } from "../count-tokens.ts";
import { embedText } from "../embed-text.ts";
import { finiteNumberOf, listOf, objectOf, stringOf } from "../read-json.ts";
import { findMisfit } from "../shape.ts";
import type { ObjectShape } from "../shape.ts";
import { usableUnits } from "../units.ts";
import { jsonReply } from "../vendor.ts";
import type { VendorReply, VendorRequest } from "../vendor.ts";
import { vertexError } from "./vertex-error.ts";

// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api
const shape: ObjectShape = {
  fields: {
    instances: {
      list: {
        fields: {
          content: "string",
          title: "string",
          task_type: {
            words: [
              "RETRIEVAL_QUERY",
              "RETRIEVAL_DOCUMENT",
              "SEMANTIC_SIMILARITY",
              "CLASSIFICATION",
              "CLUSTERING",
              "QUESTION_ANSWERING",
              "FACT_VERIFICATION",
              "CODE_RETRIEVAL_QUERY",
            ],
          },
        },
        required: ["content"],
      },
    },
    parameters: { fields: { autoTruncate: "boolean", outputDimensionality: "integer" } },
  },
  required: ["instances"],
};

/** The models of :predict, by what their vectors have and how many texts they take at once (ibid.). */
export const predictModels: Readonly<Record<string, { readonly dimensions: number; readonly most: number }>> = {
  "gemini-embedding-001": { dimensions: 3_072, most: 1 },
  "text-embedding-005": { dimensions: 768, most: 250 },
  "text-multilingual-embedding-002": { dimensions: 768, most: 250 },
};

const longest = 2_048;

/** POST …:predict. */
export function predictReply(request: VendorRequest, model: string): VendorReply {
  const body = objectOf(request.body);
  const refuse = (message: string) => vertexError(400, message);
  const misfit = findMisfit(shape, body);
  if (misfit !== undefined)
    return refuse(`Invalid JSON payload received. ${misfit.problem} field "${misfit.path.join(".")}".`);
  const { dimensions = 768, most = 1 } = predictModels[model] ?? {};
  const texts = listOf(body["instances"]).map((one) => stringOf(objectOf(one)["content"]));
  const parameters = objectOf(body["parameters"]);
  if (texts.length === 0 || texts.includes("")) return refuse("The text content is empty.");
  if (texts.length > most)
    return refuse(`${texts.length} instance(s) is over the limit of ${most} per prediction request.`);
  const size = finiteNumberOf(parameters["outputDimensionality"]) ?? dimensions;
  if (size < 1 || size > dimensions) return refuse(`outputDimensionality must be between 1 and ${dimensions}.`);
  const tokens = texts.map(countTokens);
  const over = tokens.find((count) => count > longest);
  if (over !== undefined && parameters["autoTruncate"] === false)
    return refuse(`The input token count is ${over} but the model supports up to ${longest}.`);
  const used = tokens.map((count) => Math.min(count, longest));
  const told = used.map((count) => request.telling.edit({ token_count: count, truncated: count === longest }));
  const sum = (counts: readonly unknown[]) =>
    counts.every((count) => typeof count === "number")
      ? counts.reduce<number>((all, count) => all + count, 0)
      : undefined;
  return jsonReply(
    200,
    {},
    {
      predictions: texts.map((text, at) => ({
        embeddings: { values: [...embedText(text, size)], ...(told[at] === undefined ? {} : { statistics: told[at] }) },
      })),
    },
    {
      units: usableUnits({ input: sum(used) }),
      reported: told.includes(undefined) ? null : usableUnits({ input: sum(told.map((one) => one?.["token_count"])) }),
    },
  );
}
