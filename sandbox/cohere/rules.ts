import { countTokens } from "../count-tokens.ts";
import { finiteNumberOf, listOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { invalid } from "../refusal.ts";
import type { RefusalRule } from "../refusal.ts";
import { findMisfit } from "../shape.ts";
import type { ObjectShape } from "../shape.ts";
import { cohereChatShape, cohereEmbedShape, rerankShape } from "./shapes.ts";

/** A model with what it takes. */
export interface CohereModel {
  readonly id: string;
  readonly serves: "chat" | "embed" | "rerank";
  /** Tokens that it writes at most. */
  readonly maxOutput: number;
  readonly thinks: boolean;
}

interface Asked {
  readonly body: JsonObject;
  readonly model: CohereModel;
}

type CohereRule = RefusalRule<Asked>;

const fits =
  (shape: ObjectShape): CohereRule =>
  ({ body }) => {
    const misfit = findMisfit(shape, body);
    if (misfit === undefined) return undefined;
    const place = misfit.path.join(".");
    return invalid(
      misfit.problem === "unknown"
        ? `unknown field: parameter '${place}' is not a valid field`
        : misfit.problem === "missing"
          ? `invalid request: ${place} is required`
          : `invalid type: parameter '${place}' is of type ${typeof misfit.value} but should be of type ${misfit.wanted.join(" or ")}.`,
    );
  };

const messagesIn = (body: JsonObject) => listOf(body["messages"]).map(objectOf);

// The sentences are those that https://docs.cohere.com/reference/errors lists.
const onePenalty: CohereRule = ({ body }) =>
  body["frequency_penalty"] !== undefined && body["presence_penalty"] !== undefined
    ? invalid("invalid request: cannot specify both frequency_penalty and presence_penalty.")
    : undefined;

const someMessage: CohereRule = ({ body }) => {
  const messages = messagesIn(body);
  if (messages.length === 0) return invalid("invalid request: list of messages must not be empty");
  return messages.some(
    ({ role, content, tool_calls: calls }) => role !== "assistant" && content === "" && calls === undefined,
  )
    ? invalid("message must not be empty in a turn")
    : undefined;
};

const outputLimit: CohereRule = ({ body, model }) => {
  const asked = finiteNumberOf(body["max_tokens"]);
  return asked !== undefined && asked > model.maxOutput
    ? invalid(
        `too many tokens: max tokens must be less than or equal to ${model.maxOutput}, the maximum output for this model - received ${asked}.`,
      )
    : undefined;
};

// https://docs.cohere.com/docs/structured-outputs
const plainFormat: CohereRule = ({ body }) => {
  if (objectOf(body["response_format"])["type"] !== "json_object") return undefined;
  if (listOf(body["documents"]).length > 0)
    return invalid("invalid request: response_format is not supported with RAG.");
  return listOf(body["tools"]).length > 0
    ? invalid("invalid request: response_format is not supported with tools.")
    : undefined;
};

// https://docs.cohere.com/docs/reasoning
const thinking: CohereRule = ({ body, model }) => {
  const asked = objectOf(body["thinking"]);
  if (asked["type"] !== "enabled") return undefined;
  if (!model.thinks) return invalid(`invalid request: thinking is not supported for model ${model.id}`);
  const budget = finiteNumberOf(asked["token_budget"]);
  return budget !== undefined && budget < 1
    ? invalid("invalid request: thinking.token_budget must be positive")
    : undefined;
};

// https://docs.cohere.com/docs/tool-use-overview: a result answers a call of the turn before
const answeredCalls: CohereRule = ({ body }) => {
  const called = new Set<string>();
  for (const message of messagesIn(body)) {
    for (const call of listOf(message["tool_calls"])) called.add(stringOf(objectOf(call)["id"]));
    if (message["role"] === "tool" && !called.has(stringOf(message["tool_call_id"])))
      return invalid("invalid request: tool_call_id must match the id of a tool call of a previous message.");
  }
  return undefined;
};

const fewStops: CohereRule = ({ body }) =>
  listOf(body["stop_sequences"]).length > 5
    ? invalid("invalid request: stop_sequences must have at most 5 elements.")
    : undefined;

/** Everything that POST /v2/chat refuses here. */
export const cohereChatRules: readonly CohereRule[] = [
  fits(cohereChatShape),
  someMessage,
  onePenalty,
  outputLimit,
  plainFormat,
  thinking,
  answeredCalls,
  fewStops,
];

const someDocuments: CohereRule = ({ body }) => {
  const documents = listOf(body["documents"]);
  if (documents.length === 0) return invalid("invalid request: list of documents must not be empty");
  return documents.length > 10_000
    ? invalid(`too many documents: the maximum is 10000 and ${documents.length} were sent.`)
    : undefined;
};

// …/docs/reranking-best-practices: at most 2,048 tokens
const someQuery: CohereRule = ({ body }) => {
  const query = stringOf(body["query"]);
  if (query.trim() === "") return invalid("invalid request: query must not be empty or be only whitespace");
  return countTokens(query) > 2_048 ? invalid("too many tokens: the query is longer than 2048 tokens.") : undefined;
};

const positive: CohereRule = ({ body }) => {
  const wrong = ["top_n", "max_tokens_per_doc"].find((name) => (finiteNumberOf(body[name]) ?? 1) < 1);
  return wrong === undefined ? undefined : invalid(`invalid request: ${wrong} must be at least 1`);
};

/** Everything that POST /v2/rerank refuses here. */
export const rerankRules: readonly CohereRule[] = [fits(rerankShape), someQuery, someDocuments, positive];

// https://docs.cohere.com/reference/embed, `texts`
const someTexts: CohereRule = ({ body }) => {
  const { length } = listOf(body["texts"]);
  if (length === 0) return invalid("invalid request: at least one of texts, images or inputs must be provided");
  return length > 96
    ? invalid(`invalid request: total number of texts must be at most 96 - received ${length}`)
    : undefined;
};

// Ibid., `output_dimension`: of embed-v4 and newer
const dimension: CohereRule = ({ body, model }) => {
  const asked = body["output_dimension"];
  if (asked === undefined) return undefined;
  if (!model.id.startsWith("embed-v4"))
    return invalid("invalid request: output_dimension is not supported by the provided model");
  return [256, 512, 1_024, 1_536].includes(finiteNumberOf(asked) ?? 0)
    ? undefined
    : invalid("invalid request: output_dimension must be one of 256, 512, 1024, 1536");
};

/** Everything that POST /v2/embed refuses here. */
export const embedRules: readonly CohereRule[] = [fits(cohereEmbedShape), someTexts, dimension];
