import { countTokens } from "../count-tokens.ts";
import { listOf, finiteNumberOf, stringOf } from "../read-json.ts";
import { invalid } from "../refusal.ts";
import type { OpenaiRule } from "./openai-rule.ts";
import { embeddingsFit } from "./rules-shape.ts";

/** Tokens of each input: a text, a list of token ids, or a list of either. */
export function inputTokens(input: unknown): readonly number[] {
  if (typeof input === "string") return [countTokens(input)];
  const list = listOf(input);
  if (typeof list[0] === "number") return [list.length];
  return list.map((one) => (Array.isArray(one) ? one.length : countTokens(stringOf(one))));
}

// https://platform.openai.com/docs/api-reference/embeddings/create#embeddings-create-input: no empty text, 2,048 at most
const someInputs: OpenaiRule = ({ body }) => {
  const { input } = body;
  const listed = listOf(input);
  const kinds = new Set(listed.map((one) => (Array.isArray(one) ? "list" : typeof one)));
  const mixed = kinds.size > 1 || [...kinds].some((kind) => !["string", "number", "list"].includes(kind));
  return mixed || inputTokens(input).length === 0 || inputTokens(input).includes(0)
    ? invalid(
        "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.",
        null,
      )
    : undefined;
};

const countedInputs: OpenaiRule = ({ body }) => {
  const { length } = inputTokens(body["input"]);
  return length > 2_048
    ? invalid(
        `Invalid 'input': array too long. Expected an array with maximum length 2048, but got an array with length ${length} instead.`,
        "input",
        "array_above_max_length",
      )
    : undefined;
};

const inputContext: OpenaiRule = ({ body, model }) => {
  const tokens = inputTokens(body["input"]);
  const longest = tokens.reduce((most, one) => Math.max(most, one), 0);
  if (longest > model.context) {
    return invalid(
      `This model's maximum context length is ${model.context} tokens, however you requested ${longest} tokens (${longest} in your prompt; 0 for the completion). Please reduce your prompt; or completion length.`,
      null,
    );
  }
  const all = tokens.reduce((sum, one) => sum + one, 0);
  return all > 300_000
    ? invalid(
        `Invalid 'input': maximum request size is 300000 tokens per request, but got ${all} tokens.`,
        "input",
        "max_tokens_per_request",
      )
    : undefined;
};

// https://platform.openai.com/docs/api-reference/embeddings/create#embeddings-create-dimensions: from version 3 on
const offeredDimensions: OpenaiRule = ({ body, model }) => {
  const asked = finiteNumberOf(body["dimensions"]);
  if (asked === undefined) return undefined;
  if (model.dimensions === undefined)
    return invalid("This model does not support specifying dimensions.", "dimensions");
  if (asked < 1) {
    return invalid(
      `Invalid 'dimensions': integer below minimum value. Expected a value >= 1, but got ${asked} instead.`,
      "dimensions",
      "integer_below_min_value",
    );
  }
  return asked > model.dimensions
    ? invalid(
        `Invalid value for 'dimensions' = ${asked}. Must be less than or equal to ${model.dimensions}.`,
        "dimensions",
      )
    : undefined;
};

/** Everything that POST /embeddings refuses. */
export const embeddingsRules: readonly OpenaiRule[] = [
  embeddingsFit,
  someInputs,
  countedInputs,
  inputContext,
  offeredDimensions,
];

/** What a self-hosted server refuses. */
export const selfHostedEmbeddings: readonly OpenaiRule[] = [someInputs, offeredDimensions];
