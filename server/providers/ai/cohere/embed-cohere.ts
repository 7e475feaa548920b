import type { EmbedInput } from "../../../contracts/ai/embed.ts";
import type { AiVendor, ProviderIo } from "../../../contracts/ai-vendor.ts";
import { embedDirectly } from "../../_wire/embed-directly.ts";
import { arrayAt, recordAt } from "../../_wire/json.ts";
import { cohereErrors } from "./cohere-errors.ts";
import { cohereEmbeddingReader } from "./cohere-reader.ts";

// https://docs.cohere.com/reference/embed, `texts`
const mostTexts = 96;

const bodyOf = ({ values, dimensions, providerOptions }: EmbedInput, model: string) => {
  const { inputType, truncate } = providerOptions?.cohere ?? {};
  return {
    model,
    texts: values,
    // What most embed first; what is sought with says `search_query`.
    input_type: inputType ?? "search_document",
    embedding_types: ["float"],
    output_dimension: dimensions,
    truncate,
  };
};

/** `embed` over POST /v2/embed. */
export const embedCohere = (
  headers: (io: ProviderIo) => Readonly<Record<string, string>>,
): NonNullable<AiVendor["embed"]> =>
  embedDirectly({
    dialect: {
      reader: cohereEmbeddingReader,
      errors: cohereErrors,
      enforceLimits: (body) => body,
      usageName: "meta",
    },
    ask: (input, io) => ({ path: "/v2/embed", headers: headers(io), body: bodyOf(input, io.model) }),
    vectorsIn: (document) => arrayAt(recordAt(document, "embeddings"), "float"),
    mostTexts: () => mostTexts,
  });
