import { isObject, listOf, finiteNumberOf, objectOf, stringOf } from "../read-json.ts";
import { invalid } from "../refusal.ts";
import { blocksOf, isThinking, loopStart, messagesOf, thinkingOf } from "./content.ts";
import type { MessagesRule } from "./messages-rule.ts";
import { hasBeta, isGenuine, thinkingMode } from "./thinking.ts";

const manual = "https://docs.claude.com/en/docs/build-with-claude/extended-thinking";

// Which kind of thinking a model has: https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking
const offeredKind: MessagesRule = ({ body, model }) => {
  const type = thinkingOf(body)?.["type"];
  const refused = (sentence: string) => invalid(sentence);
  if (type === "enabled" && model.thinking === "none") return refused(`"${model.id}" does not support thinking.`);
  if (type === "enabled" && (model.thinking === "adaptive" || model.thinking === "always")) {
    return refused(
      '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
    );
  }
  if (type === "adaptive" && (model.thinking === "none" || model.thinking === "budget")) {
    return refused("adaptive thinking is not supported on this model");
  }
  return type === "disabled" && model.thinking === "always"
    ? refused('"thinking.type.disabled" is not supported for this model.')
    : undefined;
};

// budget_tokens: https://platform.claude.com/docs/en/api/messages#body-thinking
const leastBudget: MessagesRule = ({ body }) => {
  const thinking = thinkingOf(body);
  if (thinking?.["type"] !== "enabled") return undefined;
  const budget = thinking["budget_tokens"];
  if (budget === undefined) return invalid("thinking.enabled.budget_tokens: Field required");
  if (!Number.isInteger(budget)) return invalid("thinking.enabled.budget_tokens: Input should be a valid integer");
  return (finiteNumberOf(budget) ?? 0) < 1_024
    ? invalid("thinking.enabled.budget_tokens: Input should be greater than or equal to 1024")
    : undefined;
};

// Interleaved thinking counts the budget over a whole turn: …/extended-thinking#interleaved-thinking
const budgetBelowLimit: MessagesRule = ({ body, headers }) => {
  const thinking = thinkingOf(body);
  if (thinking?.["type"] !== "enabled") return undefined;
  if (hasBeta(headers, "interleaved-thinking-") && listOf(body["tools"]).length > 0) return undefined;
  return (finiteNumberOf(body["max_tokens"]) ?? 0) <= (finiteNumberOf(thinking["budget_tokens"]) ?? 0)
    ? invalid(
        `\`max_tokens\` must be greater than \`thinking.budget_tokens\`. Please consult our documentation at ${manual}#max-tokens-and-context-window-size`,
      )
    : undefined;
};

// …/extended-thinking#feature-compatibility: no other temperature, no top_k, top_p from 0.95 to 1, no forced tool.
const compatibleSettings: MessagesRule = ({ body, model }) => {
  if (thinkingMode(body, model) === "off") return undefined;
  const seeManual = `Please consult our documentation at ${manual}#important-considerations-when-using-extended-thinking`;
  const { temperature, top_k, top_p } = body;
  if (temperature !== undefined && temperature !== null && temperature !== 1) {
    return invalid(`\`temperature\` may only be set to 1 when thinking is enabled. ${seeManual}`);
  }
  if (top_k !== undefined && top_k !== null)
    return invalid(`\`top_k\` must be unset when thinking is enabled. ${seeManual}`);
  if (typeof top_p === "number" && top_p < 0.95) {
    return invalid(`\`top_p\` must be greater than or equal to 0.95 or unset when thinking is enabled. ${seeManual}`);
  }
  return undefined;
};

const freeToolChoice: MessagesRule = ({ body, model }) => {
  const type = objectOf(body["tool_choice"])["type"];
  const forces = type === "any" || type === "tool";
  return forces && (thinkingMode(body, model) !== "off" || !model.forcedTools)
    ? invalid("Thinking may not be enabled when tool_choice forces tool use.")
    : undefined;
};

// …/extended-thinking#preserving-thinking-blocks: with a budget, a turn begins with its thinking, also when it comes back.
const turnBeginsWithThinking: MessagesRule = ({ body, model }) => {
  if (thinkingMode(body, model) !== "budget") return undefined;
  const messages = messagesOf(body);
  const last = messages.length - 1;
  const at = messages[last]?.["role"] === "assistant" ? last : loopStart(messages);
  const [first] = blocksOf(at === undefined ? undefined : messages[at]?.["content"]);
  if (at === undefined || first === undefined || isThinking(first)) return undefined;
  return invalid(
    `messages.${at}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${stringOf(first["type"])}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks). We recommend you include thinking blocks from previous turns. To avoid this requirement, disable \`thinking\`. Please consult our documentation at ${manual}`,
  );
};

// Blocks come back as they were given: …/extended-thinking#thinking-encryption. Every one is looked at, also of past turns.
const unchangedBlocks: MessagesRule = ({ body, model }) => {
  for (const [index, message] of messagesOf(body).entries()) {
    if (message["role"] !== "assistant" || !Array.isArray(message["content"])) continue;
    for (const [at, block] of blocksOf(message["content"]).entries()) {
      if (!isObject(block) || !isThinking(block)) continue;
      const place = `messages.${index}.content.${at}`;
      const kind = stringOf(block["type"]);
      for (const field of kind === "thinking" ? ["signature", "thinking"] : ["data"]) {
        if (typeof block[field] !== "string") return invalid(`${place}.${kind}.${field}: Field required`);
      }
      if (!isGenuine(block, model)) {
        return invalid(`${place}: Invalid \`${kind === "thinking" ? "signature" : "data"}\` in \`${kind}\` block`);
      }
    }
  }
  return undefined;
};

/** What is refused about thinking. */
export const claudeThinkingRules: readonly MessagesRule[] = [
  offeredKind,
  leastBudget,
  budgetBelowLimit,
  compatibleSettings,
  freeToolChoice,
  turnBeginsWithThinking,
  unchangedBlocks,
];
