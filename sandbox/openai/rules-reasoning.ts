import { listOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { invalid } from "../refusal.ts";
import type { OpenaiModel } from "./models.ts";
import { given, listed } from "./openai-rule.ts";
import type { OpenaiRule } from "./openai-rule.ts";
import { searchToolOf } from "./web-search.ts";

const order = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];
const offered = (efforts: readonly string[]): string => listed(order.filter((one) => efforts.includes(one)));

/** Reasoning is on unless a model that can do without was told so, or left alone. */
function reasons({ efforts }: OpenaiModel, effort: unknown): boolean {
  if (efforts === undefined) return false;
  return (given(effort) ? effort : efforts[0]) !== "none";
}

// https://platform.openai.com/docs/api-reference/chat/create#chat-create-reasoning_effort
const chatEffort: OpenaiRule = ({ body, model: { efforts } }) => {
  const effort = body["reasoning_effort"];
  if (!given(effort)) return undefined;
  if (efforts === undefined) return invalid("Unrecognized request argument supplied: reasoning_effort");
  return efforts.includes(stringOf(effort))
    ? undefined
    : invalid(
        `Unsupported value: 'reasoning_effort' does not support '${String(effort)}' with this model. Supported values are: ${offered(efforts)}.`,
        "reasoning_effort",
        "unsupported_value",
      );
};

// https://platform.openai.com/docs/api-reference/responses/create#responses-create-reasoning
const responsesEffort: OpenaiRule = ({ body, named, model: { efforts } }) => {
  const reasoning = objectOf(body["reasoning"]);
  const field = ["effort", "summary", "generate_summary"].find((name) => given(reasoning[name]));
  if (field !== undefined && efforts === undefined) {
    const param = `reasoning.${field}`;
    return invalid(
      `Unsupported parameter: '${param}' is not supported with this model.`,
      param,
      "unsupported_parameter",
    );
  }
  const { effort } = reasoning;
  return !given(effort) || efforts?.includes(stringOf(effort)) === true
    ? undefined
    : invalid(
        `Unsupported value: '${String(effort)}' is not supported with the '${named}' model. Supported values are: ${offered(efforts ?? [])}.`,
        "reasoning.effort",
        "unsupported_value",
      );
};

// https://platform.openai.com/docs/api-reference/chat/create#chat-create-max_tokens: not for reasoning models.
const completionTokens: OpenaiRule = ({ body, model }) =>
  given(body["max_tokens"]) && model.efforts !== undefined && Number.isFinite(model.maxOutput)
    ? invalid(
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        "max_tokens",
        "unsupported_parameter",
      )
    : undefined;

const fixedWhileReasoning = ["temperature", "top_p", "presence_penalty", "frequency_penalty"] as const;
const defaults = { temperature: 1, top_p: 1, presence_penalty: 0, frequency_penalty: 0 } as const;
const neverWhileReasoning = ["logprobs", "top_logprobs", "logit_bias"] as const;

// What reasoning models do not take: https://platform.openai.com/docs/guides/reasoning, …/guides/latest-model#parameter-compatibility
const samplingOf =
  (effortOf: (body: JsonObject) => unknown): OpenaiRule =>
  ({ body, model }) => {
    if (!Number.isFinite(model.maxOutput) || !reasons(model, effortOf(body))) return undefined;
    for (const name of neverWhileReasoning) {
      if (given(body[name]) && body[name] !== false) {
        return invalid(
          `Unsupported parameter: '${name}' is not supported with this model.`,
          name,
          "unsupported_parameter",
        );
      }
    }
    const name = fixedWhileReasoning.find((one) => given(body[one]) && body[one] !== defaults[one]);
    return name === undefined
      ? undefined
      : invalid(
          `Unsupported value: '${name}' does not support ${JSON.stringify(body[name])} with this model. Only the default (${defaults[name]}) value is supported.`,
          name,
          "unsupported_value",
        );
  };

/** What chat completions refuse about reasoning. */
export const chatReasoningRules: readonly OpenaiRule[] = [
  chatEffort,
  completionTokens,
  samplingOf((body) => body["reasoning_effort"]),
];

// https://platform.openai.com/docs/guides/reasoning#encrypted-reasoning-items: of reasoning models. In the words that clients met.
const encryptedOfNone: OpenaiRule = ({ body, model: { efforts } }) =>
  efforts === undefined && listOf(body["include"]).includes("reasoning.encrypted_content")
    ? invalid("Encrypted content is not supported with this model.", "include", null)
    : undefined;

// https://platform.openai.com/docs/guides/tools-web-search#limitations. In the words that clients met.
const searchWithThought: OpenaiRule = ({ body, named }) => {
  if (searchToolOf(body) === undefined) return undefined;
  if (named.startsWith("gpt-4.1-nano"))
    return invalid(`Hosted tool 'web_search' is not supported with ${named}.`, "tools", null);
  if (objectOf(objectOf(body["text"])["format"])["type"] === "json_object")
    return invalid("Web Search cannot be used with JSON mode.", null, null);
  return objectOf(body["reasoning"])["effort"] === "minimal"
    ? invalid("The following tools cannot be used with reasoning.effort 'minimal': web_search.", "tools", null)
    : undefined;
};

/** What responses refuse about it. */
export const responsesReasoningRules: readonly OpenaiRule[] = [
  responsesEffort,
  encryptedOfNone,
  searchWithThought,
  samplingOf((body) => objectOf(body["reasoning"])["effort"]),
];
