import { countInput } from "../compose-answer.ts";
import { isObject, listOf, finiteNumberOf, objectOf } from "../read-json.ts";
import { invalid } from "../refusal.ts";
import { given } from "./openai-rule.ts";
import type { OpenaiRule } from "./openai-rule.ts";
import { readChatRequest, contentText } from "./read-request.ts";
import { readResponsesRequest } from "./read-responses-request.ts";

/** A numeric field and the range that the API reference gives it. */
const range =
  (name: string, least: number, most: number, kind: "integer" | "decimal"): OpenaiRule =>
  ({ body }) => {
    const value = finiteNumberOf(body[name]);
    if (value === undefined || (value >= least && value <= most)) return undefined;
    const [side, sign, limit] = value < least ? ["below minimum", ">=", least] : ["above maximum", "<=", most];
    return invalid(
      `Invalid '${name}': ${kind} ${side} value. Expected a value ${sign} ${limit}, but got ${value} instead.`,
      name,
      `${kind}_${value < least ? "below_min" : "above_max"}_value`,
    );
  };

// https://developers.openai.com/api/docs/guides/background#limits
const backgroundIsStored: OpenaiRule = ({ body }) =>
  body["background"] === true && body["store"] === false
    ? invalid("Background mode requires 'store' to be true.", "store", null)
    : undefined;

const unlimited = Number.POSITIVE_INFINITY;

// https://platform.openai.com/docs/api-reference/chat/create
const chatRanges: readonly OpenaiRule[] = [
  range("temperature", 0, 2, "decimal"),
  range("top_p", 0, 1, "decimal"),
  range("presence_penalty", -2, 2, "decimal"),
  range("frequency_penalty", -2, 2, "decimal"),
  range("n", 1, 128, "integer"),
  range("top_logprobs", 0, 20, "integer"),
  range("max_tokens", 1, unlimited, "integer"),
  range("max_completion_tokens", 1, unlimited, "integer"),
];

// https://platform.openai.com/docs/api-reference/responses/create#responses-create-max_output_tokens
const responsesRanges: readonly OpenaiRule[] = [
  range("temperature", 0, 2, "decimal"),
  range("top_p", 0, 1, "decimal"),
  range("top_logprobs", 0, 20, "integer"),
  range("max_output_tokens", 16, unlimited, "integer"),
];

// https://platform.openai.com/docs/models: what a model gives out at most
const mostTokens =
  (name: string): OpenaiRule =>
  ({ body, model }) => {
    const asked = finiteNumberOf(body[name]) ?? 0;
    return asked > model.maxOutput
      ? invalid(
          `${name} is too large: ${asked}. This model supports at most ${model.maxOutput} completion tokens, whereas you provided ${asked}.`,
          name,
          "invalid_value",
        )
      : undefined;
  };

const oneLimit: OpenaiRule = ({ body }) =>
  given(body["max_tokens"]) && given(body["max_completion_tokens"])
    ? invalid(
        "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
        "max_tokens",
        "invalid_parameter_combination",
      )
    : undefined;

// https://platform.openai.com/docs/api-reference/chat/create#chat-create-stop
const fourStops: OpenaiRule = ({ body }) => {
  const { length } = listOf(body["stop"]);
  return length > 4
    ? invalid(
        `Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with length ${length} instead.`,
        "stop",
        "array_above_max_length",
      )
    : undefined;
};

// https://platform.openai.com/docs/api-reference/chat/create#chat-create-stream_options
const optionsOfStreams: OpenaiRule = ({ body }) =>
  isObject(body["stream_options"]) && body["stream"] !== true
    ? invalid("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options")
    : undefined;

const tooLong = (most: number, asked: number) =>
  invalid(
    `This model's maximum context length is ${most} tokens. However, your messages resulted in ${asked} tokens. Please reduce the length of the messages.`,
    "messages",
    "context_length_exceeded",
  );

// https://platform.openai.com/docs/models: the context window
const chatContext: OpenaiRule = ({ body, model }) => {
  const { text, audio } = countInput(readChatRequest(body, model));
  return text + audio > model.context ? tooLong(model.context, text + audio) : undefined;
};

const responsesContext: OpenaiRule = ({ body, model }) =>
  body["truncation"] !== "auto" && countInput(readResponsesRequest(body, model)).text > model.context
    ? invalid(
        "Your input exceeds the context window of this model. Please adjust your input and try again.",
        "input",
        "context_length_exceeded",
      )
    : undefined;

// https://platform.openai.com/docs/guides/structured-outputs#json-mode
const saysJson = (texts: readonly string[]): boolean => texts.some((text) => /json/i.test(text));

const chatJsonMode: OpenaiRule = ({ body }) =>
  objectOf(body["response_format"])["type"] === "json_object" &&
  !saysJson(listOf(body["messages"]).map((message) => contentText(objectOf(message)["content"])))
    ? invalid(
        "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
        "messages",
      )
    : undefined;

const responsesJsonMode: OpenaiRule = ({ body }) => {
  const { input } = body;
  const texts =
    typeof input === "string" ? [input] : listOf(input).map((item) => contentText(objectOf(item)["content"]));
  return objectOf(objectOf(body["text"])["format"])["type"] === "json_object" && !saysJson(texts)
    ? invalid(
        "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.",
        "input",
      )
    : undefined;
};

// Names of tools and schemas: https://platform.openai.com/docs/guides/structured-outputs
const schemaName =
  (nameOf: (input: Parameters<OpenaiRule>[0]) => unknown, place: string): OpenaiRule =>
  (input) => {
    const name = nameOf(input);
    return typeof name === "string" && !/^[a-zA-Z0-9_-]{1,64}$/.test(name)
      ? invalid(
          `Invalid '${place}': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
          place,
          "invalid_value",
        )
      : undefined;
  };

/** What chat completions refuse by number and size. */
export const chatLimits: readonly OpenaiRule[] = [
  ...chatRanges,
  oneLimit,
  mostTokens("max_tokens"),
  mostTokens("max_completion_tokens"),
  fourStops,
  optionsOfStreams,
  schemaName(
    ({ body }) => objectOf(objectOf(body["response_format"])["json_schema"])["name"],
    "response_format.json_schema.name",
  ),
  chatJsonMode,
  chatContext,
];

/** What responses refuse by number and size. */
export const responsesLimits: readonly OpenaiRule[] = [
  ...responsesRanges,
  backgroundIsStored,
  mostTokens("max_output_tokens"),
  optionsOfStreams,
  schemaName(({ body }) => objectOf(objectOf(body["text"])["format"])["name"], "text.format.name"),
  responsesJsonMode,
  responsesContext,
];

/** Nothing to do is refused before anything else. */
export const emptyList =
  (name: string): OpenaiRule =>
  ({ body }) =>
    Array.isArray(body[name]) && listOf(body[name]).length === 0
      ? invalid(
          `Invalid '${name}': empty array. Expected an array with minimum length 1, but got an empty array instead.`,
          name,
          "empty_array",
        )
      : undefined;
