import { isObject, listOf, finiteNumberOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { invalid } from "../refusal.ts";
import type { RefusalRule } from "../refusal.ts";
import type { GeminiModel } from "./models.ts";
import { currentTurn, isThoughtSignature, thinkingConfigOf } from "./thinking.ts";

/** What the rules of generateContent look at. */
export interface GenerateInput {
  readonly body: JsonObject;
  readonly model: GeminiModel;
}

export type GenerateRule = RefusalRule<GenerateInput>;

// Budgets by model, and levels from Gemini 3 on: https://ai.google.dev/gemini-api/docs/thinking#set-budget
const budgetOrLevel: GenerateRule = ({ body }) => {
  const { thinkingBudget, thinkingLevel } = thinkingConfigOf(body);
  return thinkingBudget !== undefined && thinkingLevel !== undefined
    ? invalid("You can only set only one of thinking budget and thinking level.")
    : undefined;
};

const budgetInRange: GenerateRule = ({ body, model: { thinking } }) => {
  const budget = finiteNumberOf(thinkingConfigOf(body)["thinkingBudget"]);
  if (budget === undefined || budget === -1) return undefined;
  if (thinking.by === "none") return invalid("Thinking is not enabled for this model.");
  if (thinking.by === "level") return budget < -1 ? invalid(`The thinking budget ${budget} is invalid.`) : undefined;
  if (budget === 0) {
    return thinking.off ? undefined : invalid("Budget 0 is invalid. This model only works in thinking mode.");
  }
  return budget < thinking.least || budget > thinking.most
    ? invalid(
        `The thinking budget ${budget} is invalid. Please choose a value between ${thinking.least} and ${thinking.most}.`,
      )
    : undefined;
};

const levelOffered: GenerateRule = ({ body, model: { thinking } }) => {
  const { thinkingLevel } = thinkingConfigOf(body);
  if (thinkingLevel === undefined) return undefined;
  if (thinking.by !== "level") return invalid("Thinking level is not supported for this model.");
  const level = stringOf(thinkingLevel).toLowerCase();
  return thinking.levels.includes(level)
    ? undefined
    : invalid(`Thinking level ${level.toUpperCase()} is not supported for this model.`);
};

const thoughtsOffered: GenerateRule = ({ body, model: { thinking } }) =>
  thinking.by === "none" && thinkingConfigOf(body)["includeThoughts"] === true
    ? invalid("Thinking is not enabled for this model.")
    : undefined;

// In the current turn, the first call of each step: https://ai.google.dev/gemini-api/docs/thought-signatures
const callsAreSigned: GenerateRule = ({ body, model }) => {
  if (!model.signs) return undefined;
  for (const [index, content] of currentTurn(body)) {
    if (content["role"] !== "model") continue;
    const call = listOf(content["parts"])
      .map(objectOf)
      .find((part) => isObject(part["functionCall"]));
    if (call === undefined || call["thoughtSignature"] !== undefined) continue;
    const name = stringOf(objectOf(call["functionCall"])["name"]);
    return invalid(
      `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${name}\` , position ${index + 1}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.`,
    );
  }
  return undefined;
};

const signaturesAreWhole: GenerateRule = ({ body }) =>
  listOf(body["contents"])
    .flatMap((content) => listOf(objectOf(content)["parts"]).map(objectOf))
    .every((part) => part["thoughtSignature"] === undefined || isThoughtSignature(part["thoughtSignature"]))
    ? undefined
    : invalid("Corrupted thought signature.");

/** What is refused about thinking and its signatures. */
export const geminiThinkingRules: readonly GenerateRule[] = [
  budgetOrLevel,
  budgetInRange,
  levelOffered,
  thoughtsOffered,
  callsAreSigned,
  signaturesAreWhole,
];
