import type { GenerateTextInput } from "../../contracts/ai/generate-text.ts";
import type { WarnOfChange } from "./fit.ts";

interface StopRules {
  /** As many as the vendor documents to take. */
  readonly most?: number;
  /** Blank ones are refused, not only empty ones. */
  readonly refusesBlank?: boolean;
}

/** Stop sequences as a vendor accepts them; those left out are reported as warnings. */
export const fitStops = (
  input: GenerateTextInput,
  { most = Number.POSITIVE_INFINITY, refusesBlank = false }: StopRules,
  warn: WarnOfChange,
): GenerateTextInput => {
  const { stopSequences: asked, ...rest } = input;
  if (asked === undefined) return input;
  const usable = asked.filter((stop) => (refusesBlank ? stop.trim() : stop) !== "");
  const kept = usable.slice(0, most);
  if (kept.length === asked.length) return input;
  if (usable.length < asked.length) warn("stopSequences", "blank ones were left out");
  if (kept.length < usable.length) warn("stopSequences", `all but the first ${most} were left out`);
  return kept.length === 0 ? rest : { ...rest, stopSequences: kept };
};
