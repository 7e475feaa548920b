import { openWarnings, withVendorOptions, type Fit } from "../../_wire/fit.ts";
import { fitStops } from "../../_wire/fit-stops.ts";
import { splitToolFiles } from "../../_wire/split-tool-files.ts";
import { withoutEmptyTexts } from "../../_wire/without-empty-texts.ts";
import { effortOf, thinkingAsked } from "../../_wire/thinking-asked.ts";

/** What servers of OpenAI's dialect take; `countsThinking` for those that know a budget for it. */
export const fitCompatible =
  (vendor: string, countsThinking: boolean): Fit =>
  (input, { maxOutputTokens }) => {
    const { warn, warnings } = openWarnings();
    const { reasoning, reasoningBudget, parallelToolCalls, ...rest } = splitToolFiles(
      withoutEmptyTexts(fitStops(input, {}, warn)),
      warn,
    );
    const asked = thinkingAsked(input);
    let fitted = reasoning === undefined ? rest : { ...rest, reasoning };
    if (asked.by === "budget") {
      const tokens = Math.min(asked.tokens, maxOutputTokens - 1);
      if (countsThinking && tokens > 0) {
        if (tokens < asked.tokens)
          warn("reasoning", `a budget of ${asked.tokens} tokens was lowered to ${tokens}, below the output limit`);
        fitted = withVendorOptions(rest, vendor, { reasoning: { max_tokens: tokens } });
      } else {
        const effort = effortOf(asked, maxOutputTokens);
        warn("reasoning", `a budget of ${reasoningBudget} tokens became the effort ${effort}`);
        fitted = { ...rest, reasoning: effort };
      }
    }
    return {
      input:
        parallelToolCalls === undefined || (input.tools ?? []).length === 0
          ? fitted
          : withVendorOptions(fitted, vendor, { parallel_tool_calls: parallelToolCalls }),
      maxOutputTokens,
      warnings,
    };
  };
