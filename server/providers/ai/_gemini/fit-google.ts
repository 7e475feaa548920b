import type { GenerateTextInput } from "../../../contracts/ai/generate-text.ts";
import { searchToolName, type WebSearch } from "../../../contracts/ai/web-search.ts";
import { openWarnings, withVendorOptions, type Fit, type WarnOfChange } from "../../_wire/fit.ts";
import { fitMessages, type MessageRules } from "../../_wire/fit-messages.ts";
import { fitStops } from "../../_wire/fit-stops.ts";
import { stringAt } from "../../_wire/json.ts";
import { effortOf, thinkingNameOf, offeredEffort, thinkingAsked, tokensOf } from "../../_wire/thinking-asked.ts";
import { geminiThinking, type GeminiThinking } from "./gemini-models.ts";

const isSigned = ({ providerOptions }: { readonly providerOptions?: unknown }): boolean =>
  typeof providerOptions === "object" &&
  providerOptions !== null &&
  "google" in providerOptions &&
  stringAt(providerOptions.google, "thoughtSignature") !== undefined;

const rules: MessageRules = {
  saysNothing: (text) => text === "",
  takesBack: isSigned,
  // Summaries of thoughts; the signature is on the part that follows them.
  toldOnly: ({ providerOptions }) => providerOptions === undefined,
  // A signature may come on a text that says nothing.
  mustStay: (part) => part.type === "text" && isSigned(part),
};

const fitLevel = (
  input: GenerateTextInput,
  { levels }: Extract<GeminiThinking, { by: "level" }>,
  limit: number,
  warn: WarnOfChange,
): GenerateTextInput => {
  const asked = thinkingAsked(input);
  if (asked.by === "nothing") return input;
  const thinkingLevel = asked.by === "off" ? levels[0] : offeredEffort(effortOf(asked, limit), levels);
  if (asked.by === "off") warn("reasoning", `this model always thinks; its lowest level is ${thinkingLevel}`);
  else if (asked.by === "budget" || asked.effort !== thinkingLevel) {
    warn("reasoning", `${thinkingNameOf(asked)} became the level ${thinkingLevel}`);
  }
  return withVendorOptions(input, "google", { thinkingConfig: { thinkingLevel, includeThoughts: asked.by !== "off" } });
};

const fitBudget = (
  input: GenerateTextInput,
  { least, most, off }: Extract<GeminiThinking, { by: "budget" }>,
  limit: number,
  warn: WarnOfChange,
): GenerateTextInput => {
  const asked = thinkingAsked(input);
  if (asked.by === "nothing") return input;
  if (asked.by === "off") {
    if (!off) warn("reasoning", `this model always thinks; its least budget is ${least} tokens`);
    return withVendorOptions(input, "google", { thinkingConfig: { thinkingBudget: off ? 0 : least } });
  }
  // Thinking is taken out of the output limit, and something must be left of it to answer with.
  const room = Math.max(least, Math.min(most, limit - 1));
  const thinkingBudget = Math.min(Math.max(tokensOf(asked, limit), least), room);
  if (asked.by === "effort" || thinkingBudget !== asked.tokens) {
    warn(
      "reasoning",
      `${thinkingNameOf(asked)} became a budget of ${thinkingBudget} tokens out of the output limit of ${limit}`,
    );
  }
  return withVendorOptions(input, "google", { thinkingConfig: { thinkingBudget, includeThoughts: true } });
};

const fitThinking = (input: GenerateTextInput, model: string, limit: number, warn: WarnOfChange): GenerateTextInput => {
  const thinking = geminiThinking(model);
  if (thinking.by === "level") return fitLevel(input, thinking, limit, warn);
  if (thinking.by === "budget") return fitBudget(input, thinking, limit, warn);
  const { by } = thinkingAsked(input);
  if (by === "effort" || by === "budget") warn("reasoning", "left out: this model does not think");
  return input;
};

/** Google's search is asked for as it is: https://ai.google.dev/gemini-api/docs/google-search */
const warnOfSearch = (search: WebSearch, warn: WarnOfChange): void => {
  const { maxUses, allowedDomains, blockedDomains, contextSize, userLocation } = search;
  if (maxUses !== undefined)
    warn("webSearch.maxUses", "left out: this vendor bills the prompt, however often it searches");
  const lost = { allowedDomains, blockedDomains, contextSize, userLocation };
  for (const [setting, value] of Object.entries(lost))
    if (value !== undefined) warn(`webSearch.${setting}`, "left out: this vendor's search cannot be told");
};

/** Before Gemini 3 a search and a format exclude each other: https://ai.google.dev/gemini-api/docs/structured-output */
const fitFormat = (input: GenerateTextInput, warn: WarnOfChange): GenerateTextInput => {
  const { responseFormat, ...rest } = input;
  if (input.webSearch === undefined || responseFormat?.type !== "json") return input;
  warn("responseFormat", "asked for in words: this model does not search within a format");
  const schema =
    responseFormat.schema === undefined ? "" : ` that fits this JSON Schema: ${JSON.stringify(responseFormat.schema)}`;
  const asked = `Answer with one valid JSON object and nothing else, no prose and no code fence${schema}.`;
  return { ...rest, instructions: input.instructions === undefined ? asked : `${input.instructions}\n\n${asked}` };
};

/** Gemini's rules, as its API documents them. */
export const fitGoogle: Fit = (input, { model, maxOutputTokens }) => {
  const { warn, warnings } = openWarnings();
  const conversation = fitMessages(fitStops(fitFormat(input, warn), { most: 5 }, warn), rules, warn);
  const {
    reasoning: _effort,
    reasoningBudget: _tokens,
    parallelToolCalls,
    ...fitted
  } = fitThinking(conversation, model, maxOutputTokens, warn);
  if (fitted.webSearch !== undefined) warnOfSearch(fitted.webSearch, warn);
  // Google's search is no function that could be chosen.
  if (typeof fitted.toolChoice === "object" && fitted.toolChoice.toolName === searchToolName) {
    warn("toolChoice", "left out: this vendor searches when it sees fit");
    delete fitted.toolChoice;
  }
  if (parallelToolCalls === false) warn("parallelToolCalls", "this vendor cannot be told to call one tool at a time");
  return { input: fitted, maxOutputTokens, warnings };
};
