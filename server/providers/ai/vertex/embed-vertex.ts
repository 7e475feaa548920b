import type { AiVendor } from "../../../contracts/ai-vendor.ts";
import type { EmbedInput } from "../../../contracts/ai/embed.ts";
import { Counts, unitsOf } from "../../_wire/counts.ts";
import type { Dialect } from "../../_wire/dialect.ts";
import { embedDirectly } from "../../_wire/embed-directly.ts";
import { arrayAt, recordAt, type JsonRecord } from "../../_wire/json.ts";
import type { Reader } from "../../_wire/reader.ts";
import { readingOf } from "../../_wire/usage-reading.ts";
import { googleErrors } from "../_gemini/google-errors.ts";
import { atProject } from "./at-project.ts";
import { signForVertex } from "./sign-for-vertex.ts";

const embeddingsIn = (document: unknown): readonly (JsonRecord | undefined)[] =>
  arrayAt(document, "predictions").map((prediction) => recordAt(prediction, "embeddings"));

/** Every prediction says what its own text took: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api */
const predictionReader = (): Reader => {
  let statistics: readonly unknown[] = [];
  let complete = false;
  return {
    read(document) {
      const embeddings = embeddingsIn(document);
      complete ||= embeddings.length > 0;
      statistics = embeddings.map((one) => recordAt(one, "statistics"));
    },
    done: () => undefined,
    begun: () => complete,
    reading(vendorRequestId) {
      const counts = new Counts();
      const told = statistics.map((one) => counts.at(one, "token_count"));
      const input = counts.sum(statistics, "token_count");
      const whole = told.length > 0 && told.every((count) => count !== undefined);
      const { units, notes } = readingOf(unitsOf({ input }), whole, counts);
      return {
        units,
        final: complete && whole,
        ...(notes.length === 0 ? {} : { notes }),
        rawUsage: statistics.length === 0 ? undefined : statistics,
        responseModel: undefined,
        vendorRequestId,
        deliveredBytes: 0,
        complete,
      };
    },
  };
};

const dialect: Dialect = {
  reader: predictionReader,
  errors: googleErrors,
  enforceLimits: (body) => body,
  usageName: "statistics",
  sign: signForVertex,
};

const bodyOf = ({ values, dimensions, providerOptions }: EmbedInput) => ({
  instances: values.map((content) => ({ content, task_type: providerOptions?.google?.taskType })),
  parameters: { outputDimensionality: dimensions, autoTruncate: false },
});

const predict = embedDirectly({
  dialect,
  ask: (input, io) => ({
    path: "/models/{model}:predict",
    values: { model: io.model },
    headers: {},
    body: bodyOf(input),
  }),
  vectorsIn: (document) => embeddingsIn(document).map((one) => one?.values),
});

/** `embed` over :predict, which is what Vertex's models of text have. */
export const embedVertex: NonNullable<AiVendor["embed"]> = (input, io) => predict(input, atProject(io));
