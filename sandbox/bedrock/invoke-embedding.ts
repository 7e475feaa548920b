import { countTokens } from "../count-tokens.ts";
import { embedText } from "../embed-text.ts";
import { finiteNumberOf, listOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { firstRefusal, invalid } from "../refusal.ts";
import type { Refusal, RefusalRule } from "../refusal.ts";
import { findMisfit } from "../shape.ts";
import type { ObjectShape } from "../shape.ts";
import { usableUnits } from "../units.ts";
import { jsonReply } from "../vendor.ts";
import type { VendorReply, VendorRequest } from "../vendor.ts";

const malformed = (what: string): Refusal =>
  invalid(`Malformed input request: ${what}, please reformat your input and try again.`);

const fits =
  (shape: ObjectShape): RefusalRule<JsonObject> =>
  (body) => {
    const misfit = findMisfit(shape, body);
    if (misfit === undefined) return undefined;
    const place = `#${misfit.path.length > 1 ? `/${misfit.path.slice(0, -1).join("/")}` : ""}`;
    const name = misfit.path.at(-1) ?? "";
    if (misfit.problem === "unknown") return malformed(`${place}: extraneous key [${name}] is not permitted`);
    if (misfit.problem === "missing") return malformed(`${place}: required key [${name}] not found`);
    return malformed(`#/${misfit.path.join("/")}: expected ${misfit.wanted.join(" or ")}`);
  };

/** What one kind of model takes and gives. */
interface EmbeddingKind {
  readonly rules: readonly RefusalRule<JsonObject>[];
  readonly textsIn: (body: JsonObject) => readonly string[];
  readonly dimensionsIn: (body: JsonObject) => number;
  /** Without the tokens, which are told as `telling` wants. */
  readonly answer: (vectors: readonly (readonly number[])[], body: JsonObject, told: number | undefined) => JsonObject;
}

// https://docs.aws.amazon.com/bedrock/latest/userguide/titan-embedding-models.html
const titanTexts: RefusalRule<JsonObject> = ({ inputText }) => {
  const text = stringOf(inputText);
  if (text === "") return malformed("#/inputText: expected minLength: 1, actual: 0");
  if (text.length > 50_000) return malformed(`expected maxLength: 50000, actual: ${text.length}`);
  const tokens = countTokens(text);
  return tokens > 8_192
    ? invalid(`400 Bad Request: Too many input tokens. Max input tokens: 8192, request input token count: ${tokens} `)
    : undefined;
};

const oneOf =
  (name: string, offered: readonly number[]): RefusalRule<JsonObject> =>
  ({ [name]: asked }) =>
    asked === undefined || offered.includes(finiteNumberOf(asked) ?? 0)
      ? undefined
      : malformed(`#/${name}: ${JSON.stringify(asked)} is not a valid enum value`);

const titan = (fields: ObjectShape["fields"], usual: number): EmbeddingKind => ({
  rules: [
    fits({ fields: { inputText: "string", ...fields }, required: ["inputText"] }),
    titanTexts,
    oneOf("dimensions", [256, 512, 1_024]),
  ],
  textsIn: (body) => [stringOf(body["inputText"])],
  dimensionsIn: (body) => finiteNumberOf(body["dimensions"]) ?? usual,
  answer: ([embedding], _body, told) => ({
    embedding,
    ...(told === undefined ? {} : { inputTextTokenCount: told }),
  }),
});

// …/userguide/model-parameters-embed-v3.html, …/model-parameters-embed-v4.html, `texts`
const cohereTexts =
  (longest: number): RefusalRule<JsonObject> =>
  (body) => {
    const texts = listOf(body["texts"]).map(stringOf);
    if (texts.length === 0 || texts.length > 96)
      return malformed(
        `#/texts: expected ${texts.length === 0 ? "minItems: 1" : "maxItems: 96"}, actual: ${texts.length}`,
      );
    const long = texts.find(({ length }) => length > longest);
    return long === undefined ? undefined : malformed(`expected maxLength: ${longest}, actual: ${long.length}`);
  };

const types = { list: { words: ["float", "int8", "uint8", "binary", "ubinary"] } };
const inputTypes = { words: ["search_document", "search_query", "classification", "clustering"] };

const cohere = (fields: ObjectShape["fields"], usual: number, longest: number): EmbeddingKind => ({
  rules: [
    fits({
      fields: { texts: { list: "string" }, input_type: inputTypes, embedding_types: types, ...fields },
      required: ["texts", "input_type"],
    }),
    cohereTexts(longest),
    oneOf("output_dimension", [256, 512, 1_024, 1_536]),
  ],
  textsIn: (body) => listOf(body["texts"]).map(stringOf),
  dimensionsIn: (body) => finiteNumberOf(body["output_dimension"]) ?? usual,
  answer: (vectors, body) => ({
    id: "4f4bd6ef-8f4d-4b8e-9a9e-0c5d3a1d7c55",
    ...(body["embedding_types"] === undefined
      ? { embeddings: vectors, response_type: "embeddings_floats" }
      : { embeddings: { float: vectors }, response_type: "embeddings_by_type" }),
    texts: body["texts"],
  }),
});

// …/userguide/model-parameters-titan-embed-text.html: version 1 takes the text alone
const kinds: readonly (readonly [RegExp, EmbeddingKind])[] = [
  [
    /^amazon\.titan-embed-text-v2:0$/,
    titan(
      { dimensions: "integer", normalize: "boolean", embeddingTypes: { list: { words: ["float", "binary"] } } },
      1_024,
    ),
  ],
  [/^amazon\.titan-embed-(text-v1|g1-text-02)$/, titan({}, 1_536)],
  [
    /^cohere\.embed-(english|multilingual)-v3$/,
    cohere({ truncate: { words: ["NONE", "START", "END"] } }, 1_024, 2_048),
  ],
  [
    /^((us|eu|global)\.)?cohere\.embed-v4:0$/,
    cohere(
      { output_dimension: "integer", max_tokens: "integer", truncate: { words: ["NONE", "LEFT", "RIGHT"] } },
      1_536,
      Number.POSITIVE_INFINITY,
    ),
  ],
];

/** What embeds under this name, if anything does. */
export const embeddingKindOf = (model: string): EmbeddingKind | undefined =>
  kinds.find(([name]) => name.test(model))?.[1];

/** POST /model/{model}/invoke, of a model that embeds. Its tokens are told in a header; Titan's in the answer, too. */
export function invokeEmbedding(
  request: VendorRequest,
  kind: EmbeddingKind,
  refuse: (refusal: Refusal) => VendorReply,
): VendorReply {
  const body = objectOf(request.body);
  const refusal = firstRefusal(kind.rules, body);
  if (refusal !== undefined) return refuse(refusal);
  const texts = kind.textsIn(body);
  const input = texts.reduce((sum, text) => sum + countTokens(text), 0);
  const told = finiteNumberOf(request.telling.edit({ input })?.["input"]);
  const vectors = texts.map((text) => [...embedText(text, kind.dimensionsIn(body))]);
  return jsonReply(
    200,
    {
      "x-amzn-requestid": request.bodyDigest.slice(0, 36),
      ...(told === undefined ? {} : { "x-amzn-bedrock-input-token-count": String(told) }),
    },
    kind.answer(vectors, body, told),
    { units: usableUnits({ input }), reported: told === undefined ? null : usableUnits({ input: told }) },
  );
}
