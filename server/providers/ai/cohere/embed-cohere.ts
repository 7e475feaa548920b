import type { EmbedInput } from "../../../contracts/ai/embed.ts";
import type { AiVendor, ProviderIo } from "../../../contracts/ai-vendor.ts";
import { nothingUsable } from "../../_wire/ask-model.ts";
import type { Dialect } from "../../_wire/dialect.ts";
import { arrayAt, recordAt } from "../../_wire/json.ts";
import { meteredOf } from "../../_wire/reader.ts";
import { openTap } from "../../_wire/tap.ts";
import { failure } from "../../_wire/vendor-failure.ts";
import { cohereErrors } from "./cohere-errors.ts";
import { cohereEmbeddingReader } from "./cohere-reader.ts";

// https://docs.cohere.com/reference/embed, `texts`
const mostTexts = 96;

const dialect: Dialect = {
  reader: cohereEmbeddingReader,
  errors: cohereErrors,
  enforceLimits: (body) => body,
  usageName: "meta",
};

const isVector = (vector: unknown): vector is number[] =>
  Array.isArray(vector) && vector.length > 0 && vector.every((one) => typeof one === "number" && Number.isFinite(one));

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
export const embedCohere =
  (headers: (io: ProviderIo) => Readonly<Record<string, string>>): NonNullable<AiVendor["embed"]> =>
  async (input, io) => {
    if (input.values.length > mostTexts)
      throw failure(
        { kind: "not_sent", code: "CAPABILITY_MISSING", about: "route" },
        { message: `This vendor takes at most ${mostTexts} texts in one request.` },
      );
    const tap = openTap(dialect, io);
    const { document } = await tap.answer({
      method: "POST",
      path: "/v2/embed",
      headers: { ...headers(io), "content-type": "application/json" },
      body: JSON.stringify(bodyOf(input, io.model)),
    });
    const embeddings = arrayAt(recordAt(document, "embeddings"), "float").filter(isVector);
    const metered = meteredOf(tap.reading());
    if (embeddings.length !== input.values.length) throw nothingUsable().with(metered);
    return { ...metered, result: { embeddings } };
  };
