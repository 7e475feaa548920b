import type { GenerateTextInput } from "../../../contracts/ai/generate-text.ts";
import { openWarnings, withVendorOptions, type Fit, type WarnOfChange } from "../../_wire/fit.ts";
import { fitMessages, type MessageRules } from "../../_wire/fit-messages.ts";
import { fitStops } from "../../_wire/fit-stops.ts";
import { thinkingAsked, thinkingNameOf, tokensOf } from "../../_wire/thinking-asked.ts";

const rules: MessageRules = {
  saysNothing: (text) => text.trim() === "",
  // Thinking is not taken back: docs.cohere.com/docs/reasoning.
  takesBack: () => false,
  toldOnly: ({ providerOptions }) => providerOptions === undefined,
};

const thinks = (model: string): boolean => /reasoning|command-a-plus/.test(model);

const fitThinking = (input: GenerateTextInput, model: string, limit: number, warn: WarnOfChange): GenerateTextInput => {
  const asked = thinkingAsked(input);
  if (!thinks(model)) {
    if (asked.by === "effort" || asked.by === "budget") warn("reasoning", "left out: this model does not think");
    return input;
  }
  if (asked.by === "nothing") return input;
  if (asked.by === "off") return withVendorOptions(input, "cohere", { thinking: { type: "disabled" } });
  // Thinking is taken out of the output limit, and something must be left of it to answer with.
  const tokenBudget = Math.max(Math.min(tokensOf(asked, limit), limit - 1), 1);
  if (asked.by === "effort" || tokenBudget !== asked.tokens)
    warn(
      "reasoning",
      `${thinkingNameOf(asked)} became a budget of ${tokenBudget} tokens out of the output limit of ${limit}`,
    );
  return withVendorOptions(input, "cohere", { thinking: { type: "enabled", tokenBudget } });
};

/** Of the two penalties one is taken: docs.cohere.com/reference/errors. */
const fitPenalties = (input: GenerateTextInput, warn: WarnOfChange): GenerateTextInput => {
  const { presencePenalty, ...rest } = input;
  if (presencePenalty === undefined || input.frequencyPenalty === undefined) return input;
  warn("presencePenalty", "left out: this vendor takes one of the two penalties");
  return rest;
};

/** Cohere's rules, as its API documents them. */
export const fitCohere: Fit = (input, { model, maxOutputTokens }) => {
  const { warn, warnings } = openWarnings();
  const conversation = fitMessages(fitStops(fitPenalties(input, warn), { most: 5 }, warn), rules, warn);
  const {
    reasoning: _effort,
    reasoningBudget: _tokens,
    parallelToolCalls,
    ...fitted
  } = fitThinking(conversation, model, maxOutputTokens, warn);
  if (parallelToolCalls === false) warn("parallelToolCalls", "this vendor cannot be told to call one tool at a time");
  return { input: fitted, maxOutputTokens, warnings };
};
