import type { EmbedInput } from "../../../contracts/ai/embed.ts";
import { Counts, unitsOf } from "../../_wire/counts.ts";
import type { Dialect } from "../../_wire/dialect.ts";
import { embedDirectly } from "../../_wire/embed-directly.ts";
import { arrayAt, isRecord, recordAt, type JsonRecord } from "../../_wire/json.ts";
import type { Reader } from "../../_wire/reader.ts";
import { readingOf } from "../../_wire/usage-reading.ts";
import { bedrockErrors } from "./bedrock-errors.ts";
import { isTitan } from "./bedrock-models.ts";
import { signForBedrock } from "./sign-for-bedrock.ts";

// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed-v4.html, `texts`
const mostTextsOfCohere = 96;

/** Titan tells its tokens in the answer: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html */
const embeddingReader = (): Reader => {
  let answer: JsonRecord | undefined;
  return {
    read(document) {
      if (isRecord(document)) answer = document;
    },
    done: () => undefined,
    begun: () => answer !== undefined,
    reading(vendorRequestId) {
      const counts = new Counts();
      const input = counts.at(answer, "inputTextTokenCount");
      const { units, whole, notes } = readingOf(unitsOf({ input }), input !== undefined, counts);
      return {
        units,
        final: whole,
        ...(notes.length === 0 ? {} : { notes }),
        rawUsage: input === undefined ? undefined : { inputTextTokenCount: input },
        responseModel: undefined,
        vendorRequestId,
        deliveredBytes: 0,
        complete: answer !== undefined,
      };
    },
  };
};

const dialect: Dialect = {
  reader: embeddingReader,
  errors: bedrockErrors,
  enforceLimits: (body) => body,
  sign: signForBedrock,
};

/** https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html */
const askTitan = ({ values, dimensions, providerOptions }: EmbedInput) => ({
  inputText: values[0],
  dimensions,
  normalize: providerOptions?.bedrock?.["normalize"],
});

/** …/model-parameters-embed-v3.html, …/model-parameters-embed-v4.html */
const askCohere = ({ values, dimensions, providerOptions }: EmbedInput) => ({
  texts: values,
  // What most embed first; what is sought with says `search_query`.
  input_type: providerOptions?.bedrock?.["inputType"] ?? "search_document",
  embedding_types: ["float"],
  output_dimension: dimensions,
  truncate: providerOptions?.bedrock?.["truncate"],
});

/** `embed` over InvokeModel, in the format of who made the model. */
export const embedBedrock = embedDirectly({
  dialect,
  ask: (input, { model }) => ({
    path: "/model/{model}/invoke",
    values: { model },
    headers: {},
    body: isTitan(model) ? askTitan(input) : askCohere(input),
  }),
  vectorsIn: (document, { model }) =>
    isTitan(model)
      ? [isRecord(document) ? document["embedding"] : undefined]
      : arrayAt(recordAt(document, "embeddings"), "float"),
  mostTexts: (model) => (isTitan(model) ? 1 : mostTextsOfCohere),
  // What is billed, for every model; the adapter of the AI SDK reads it, too.
  tokensHeader: "x-amzn-bedrock-input-token-count",
});
