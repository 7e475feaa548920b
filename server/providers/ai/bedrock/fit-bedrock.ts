import type { GenerateTextInput } from "../../../contracts/ai/generate-text.ts";
import { openWarnings, withVendorOptions, type Fit, type WarnOfChange } from "../../_wire/fit.ts";
import { fitMessages, type MessageRules } from "../../_wire/fit-messages.ts";
import { fitStops } from "../../_wire/fit-stops.ts";
import { stringAt } from "../../_wire/json.ts";
import {
  effortOf,
  offeredEffort,
  thinkingAsked,
  thinkingNameOf,
  tokensOf,
  type Effort,
} from "../../_wire/thinking-asked.ts";
import { claudeModel } from "../_claude/claude-models.ts";

const rules: MessageRules = {
  saysNothing: (text) => text.trim() === "",
  takesBack: ({ providerOptions }) =>
    ["signature", "redactedData", "redactedContent"].some(
      (member) => stringAt(providerOptions?.["amazonBedrock"], member) !== undefined,
    ),
  // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolUseBlock.html
  toolCallId: (id) => id.replaceAll(/[^A-Za-z0-9_-]/g, "_").slice(0, 64),
};

/** The least thinking budget of Claude; it must stay below the output limit. */
const leastBudget = 1_024;

/** Claude's own name in a Bedrock id: `us.anthropic.claude-haiku-4-5-20251001-v1:0`. */
const claudeNameOf = (model: string): string | undefined =>
  /(?:^|\.)anthropic\.(claude-.+?)(?:-v\d+)?(?::\d+)?$/.exec(model)?.[1];

/** Efforts of other makers' models; Nova's highest takes no output limit, and is not offered. */
const effortsOf = (model: string): readonly [Effort, ...Effort[]] | undefined => {
  if (/(^|\.)openai\.gpt-oss/.test(model)) return ["low", "medium", "high"];
  if (/(^|\.)openai\.gpt-/.test(model)) return ["low", "medium", "high", "xhigh"];
  return /(^|\.)amazon\.nova-2/.test(model) ? ["low", "medium"] : undefined;
};

interface Thought {
  readonly input: GenerateTextInput;
  /** Taken out of the output limit. */
  readonly budget: number;
}

type Asked = ReturnType<typeof thinkingAsked>;

const thoughtOf = (
  input: GenerateTextInput,
  reasoningConfig: Readonly<Record<string, string | number>>,
  budget = 0,
): Thought => ({
  input: withVendorOptions(input, "amazonBedrock", { reasoningConfig }),
  budget,
});

const claudeThinks = (
  name: string,
  asked: Asked,
  plain: GenerateTextInput,
  limit: number,
  warn: WarnOfChange,
): Thought => {
  const none = { input: plain, budget: 0 };
  const { thinking } = claudeModel(name);
  const forced = plain.toolChoice === "required" || typeof plain.toolChoice === "object";
  if (asked.by === "nothing") return none;
  if (asked.by === "off") {
    if (thinking === "always") warn("reasoning", "this model always thinks");
    return none;
  }
  if (thinking === "none" || forced) {
    warn(
      "reasoning",
      thinking === "none"
        ? "left out: this model does not think"
        : "left out: a tool was forced, which excludes thinking",
    );
    return none;
  }
  if (thinking !== "budget") {
    const effort = offeredEffort(effortOf(asked, limit), ["low", "medium", "high"]);
    if (asked.by === "budget" || asked.effort !== effort)
      warn("reasoning", `${thinkingNameOf(asked)} became the effort ${effort}`);
    return thoughtOf(plain, { type: "adaptive", maxReasoningEffort: effort });
  }
  if (limit <= leastBudget) {
    warn(
      "reasoning",
      `left out: an output limit of ${limit} has no room for the least budget of ${leastBudget} tokens`,
    );
    return none;
  }
  const budget = Math.min(Math.max(tokensOf(asked, limit), leastBudget), limit - 1);
  if (asked.by === "effort" || budget !== asked.tokens)
    warn(
      "reasoning",
      `${thinkingNameOf(asked)} became a budget of ${budget} tokens out of the output limit of ${limit}`,
    );
  return thoughtOf(plain, { type: "enabled", budgetTokens: budget }, budget);
};

const othersThink = (
  model: string,
  asked: Asked,
  plain: GenerateTextInput,
  limit: number,
  warn: WarnOfChange,
): Thought => {
  const none = { input: plain, budget: 0 };
  if (asked.by === "nothing") return none;
  const levels = effortsOf(model);
  if (levels === undefined) {
    warn("reasoning", "left out: this model takes no effort to think with");
    return none;
  }
  if (asked.by === "off") {
    if (!/nova-2/.test(model)) warn("reasoning", "this model always thinks");
    return none;
  }
  const effort = offeredEffort(effortOf(asked, limit), levels);
  if (asked.by === "budget" || asked.effort !== effort)
    warn("reasoning", `${thinkingNameOf(asked)} became the effort ${effort}`);
  return thoughtOf(plain, { type: "enabled", maxReasoningEffort: effort });
};

/** Bedrock's rules: those of Converse, and of each maker's models how they think. */
export const fitBedrock: Fit = (input, { model, maxOutputTokens: limit }) => {
  const { warn, warnings } = openWarnings();
  const conversation = fitMessages(fitStops(input, { refusesBlank: true }, warn), rules, warn);
  const { reasoning: _effort, reasoningBudget: _tokens, parallelToolCalls, ...plain } = conversation;
  const claude = claudeNameOf(model);
  const asked = thinkingAsked(input);
  const { input: thought, budget } =
    claude === undefined
      ? othersThink(model, asked, plain, limit, warn)
      : claudeThinks(claude, asked, plain, limit, warn);
  if (parallelToolCalls === false && claude === undefined)
    warn("parallelToolCalls", "this model cannot be told to call one tool at a time");
  const fitted =
    parallelToolCalls === false && claude !== undefined
      ? withVendorOptions(thought, "anthropic", { disableParallelToolUse: true })
      : thought;
  // The adapter adds the budget to what it is given.
  return { input: fitted, maxOutputTokens: limit - budget, warnings };
};
