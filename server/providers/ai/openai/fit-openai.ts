import { openWarnings, withVendorOptions, type Fit } from "../../_wire/fit.ts";
import { fitStops } from "../../_wire/fit-stops.ts";
import { splitToolFiles } from "../../_wire/split-tool-files.ts";
import { withoutEmptyTexts } from "../../_wire/without-empty-texts.ts";
import { effortOf, thinkingAsked } from "../../_wire/thinking-asked.ts";
import { reasons } from "./reasons.ts";

/** OpenAI's rules for chat completions, beside those that its adapter knows. */
export const fitOpenAi: Fit = (input, { model, maxOutputTokens }) => {
  const { warn, warnings } = openWarnings();
  const {
    reasoning: _effort,
    reasoningBudget: _tokens,
    parallelToolCalls,
    ...rest
  } = splitToolFiles(withoutEmptyTexts(fitStops(input, { most: 4 }, warn)), warn);
  const asked = thinkingAsked(input);
  const thinks = asked.by === "effort" || asked.by === "budget";
  const effort = thinks ? effortOf(asked, maxOutputTokens) : ("none" as const);
  if (thinks && !reasons(model)) warn("reasoning", "left out: this model does not reason");
  else if (asked.by === "budget") warn("reasoning", `a budget of ${asked.tokens} tokens became the effort ${effort}`);
  const fitted = asked.by === "nothing" || !reasons(model) ? rest : { ...rest, reasoning: effort };
  return {
    input:
      parallelToolCalls === undefined || (input.tools ?? []).length === 0
        ? fitted
        : withVendorOptions(fitted, "openai", { parallelToolCalls }),
    maxOutputTokens,
    warnings,
  };
};
