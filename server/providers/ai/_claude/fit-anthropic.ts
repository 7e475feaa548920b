import type { GenerateTextInput } from "../../../contracts/ai/generate-text.ts";
import { openWarnings, withVendorOptions, type Fit, type WarnOfChange } from "../../_wire/fit.ts";
import { fitMessages, type MessageRules } from "../../_wire/fit-messages.ts";
import { fitStops } from "../../_wire/fit-stops.ts";
import { recordAt, stringAt, type JsonRecord } from "../../_wire/json.ts";
import {
  effortOf,
  efforts,
  thinkingNameOf,
  thinkingAsked,
  tokensOf,
  type ThinkingAsked,
} from "../../_wire/thinking-asked.ts";
import { beginsUnsigned } from "./begins-unsigned.ts";
import { claudeModel, type ClaudeModel } from "./claude-models.ts";

/** The least thinking budget there is; it must stay below the output limit. */
const leastBudget = 1_024;

const rules: MessageRules = {
  saysNothing: (text) => text.trim() === "",
  takesBack: ({ providerOptions }) =>
    stringAt(providerOptions?.["anthropic"], "signature") !== undefined ||
    stringAt(providerOptions?.["anthropic"], "redactedData") !== undefined,
  toolCallId: (id) => id.replaceAll(/[^A-Za-z0-9_-]/g, "_"),
};

const jsonInstruction = "Answer with one valid JSON object and nothing else: no prose, no code fence.";

/** Anthropic has no JSON without a schema. */
const fitFormat = (input: GenerateTextInput, warn: WarnOfChange): GenerateTextInput => {
  if (input.responseFormat?.type !== "json" || input.responseFormat.schema !== undefined) return input;
  warn("responseFormat", "JSON without a schema was asked for in words, which this vendor does not enforce");
  const { responseFormat: _format, ...rest } = input;
  return {
    ...rest,
    instructions: input.instructions === undefined ? jsonInstruction : `${input.instructions}\n\n${jsonInstruction}`,
  };
};

/** Thinking as the caller may have asked for it in Anthropic's own words. */
const ownThinking = ({ providerOptions }: GenerateTextInput): JsonRecord | undefined =>
  recordAt(providerOptions?.["anthropic"], "thinking");

const askedOf = (input: GenerateTextInput): ThinkingAsked => {
  const own = ownThinking(input);
  if (own === undefined) return thinkingAsked(input);
  if (own["type"] === "disabled") return { by: "off" };
  const { budgetTokens } = own;
  if (own["type"] === "enabled")
    return { by: "budget", tokens: typeof budgetTokens === "number" ? budgetTokens : leastBudget };
  const effort = stringAt(input.providerOptions?.["anthropic"], "effort");
  // Its own default.
  return { by: "effort", effort: efforts.find((one) => one === effort) ?? "high" };
};

/** The request with nothing said about thinking. */
const unasked = ({ reasoning: _effort, reasoningBudget: _tokens, ...input }: GenerateTextInput): GenerateTextInput => {
  const options = input.providerOptions?.["anthropic"];
  if (options?.["thinking"] === undefined) return input;
  const { thinking: _thinking, ...rest } = options;
  return { ...input, providerOptions: { ...input.providerOptions, anthropic: rest } };
};

const forcesTool = ({ toolChoice }: GenerateTextInput): boolean =>
  toolChoice === "required" || typeof toolChoice === "object";

interface Thought {
  readonly input: GenerateTextInput;
  /** Taken out of the output limit. */
  readonly budget: number;
}

/** Thinking as the model offers it, or none where it would be refused. */
const fitThinking = (input: GenerateTextInput, model: ClaudeModel, limit: number, warn: WarnOfChange): Thought => {
  const asked = askedOf(input);
  const plain = unasked(input);
  const off = (): Thought => ({
    input: model.thinking === "none" || model.thinking === "budget" ? plain : { ...plain, reasoning: "none" },
    budget: 0,
  });
  const dropped = (why: string): Thought => {
    warn("reasoning", `left out: ${why}`);
    return off();
  };
  if (model.thinking === "always" && forcesTool(input)) {
    warn("toolChoice", "not forced: this model always thinks, and may not be forced to a tool while it does");
    return fitThinking({ ...input, toolChoice: "auto" }, model, limit, warn);
  }
  if (asked.by === "nothing") return { input: plain, budget: 0 };
  if (asked.by === "off") return off();
  if (model.thinking === "none") return dropped("this model does not think");
  if (forcesTool(input)) return dropped("a tool was forced, which excludes thinking");
  if (model.thinking !== "budget") {
    const own = ownThinking(input)?.["type"];
    if (own !== undefined && own !== "enabled") return { input, budget: 0 };
    const effort = effortOf(asked, limit);
    if (asked.by === "budget") warn("reasoning", `a budget of ${asked.tokens} tokens became the effort ${effort}`);
    return { input: { ...plain, reasoning: effort }, budget: 0 };
  }
  if (limit <= leastBudget) {
    return dropped(`an output limit of ${limit} has no room for the least budget of ${leastBudget} tokens`);
  }
  if (beginsUnsigned(input)) {
    return dropped("the turn under way came back without the signed thinking that it began with");
  }
  const budget = Math.min(Math.max(tokensOf(asked, limit), leastBudget), limit - 1);
  if (asked.by === "effort" || budget !== asked.tokens) {
    warn(
      "reasoning",
      `${thinkingNameOf(asked)} became a budget of ${budget} tokens out of the output limit of ${limit}`,
    );
  }
  const thinking = { type: "enabled", budgetTokens: budget };
  return { input: withVendorOptions(plain, "anthropic", { thinking }), budget };
};

/** Claude's rules, as its API documents them. */
export const fitAnthropic: Fit = (input, io) => {
  const { warn, warnings } = openWarnings();
  const model = claudeModel(io.model);
  const limit = Math.min(io.maxOutputTokens, model.maxOutput);
  if (limit < io.maxOutputTokens) warn("maxOutputTokens", `lowered to the model's own ${limit}`);
  const conversation = fitMessages(fitStops(fitFormat(input, warn), { refusesBlank: true }, warn), rules, warn);
  const { input: thought, budget } = fitThinking(conversation, model, limit, warn);
  const { parallelToolCalls, ...rest } = thought;
  if (rest.webSearch?.contextSize !== undefined)
    warn("webSearch.contextSize", "left out: this vendor's search cannot be told");
  const fitted =
    parallelToolCalls === false ? withVendorOptions(rest, "anthropic", { disableParallelToolUse: true }) : rest;
  // The adapter adds the budget to what it is given.
  return { input: fitted, maxOutputTokens: limit - budget, warnings };
};
