import type { GenerateTextInput } from "../../../contracts/ai/generate-text.ts";
import type { Fit } from "../../_wire/fit.ts";
import { fitEfforts, type OfferedEfforts } from "../_openai-chat/fit-efforts.ts";
import { thinksAlways } from "./thinks-always.ts";

/** https://docs.x.ai/developers/model-capabilities/text/reasoning, where each model has the efforts that it takes. */
const effortsOf = (model: string): OfferedEfforts | undefined => {
  if (model.startsWith("grok-3-mini")) return { levels: ["low", "high"], off: false };
  if (model.startsWith("grok-4.3")) return { levels: ["low", "medium", "high"], off: true };
  if (/^grok-(4\.5|latest)/.test(model)) return { levels: ["low", "medium", "high"], off: false };
  return /^grok-(4\.[6-9]|[5-9])/.test(model) ? { levels: ["low", "medium", "high", "xhigh"], off: false } : undefined;
};

const refused = ["presencePenalty", "frequencyPenalty", "stopSequences"] as const;

/** …/text/reasoning: penalties and stop sequences are refused by models that think. */
const withoutPenalties =
  (fit: Fit): Fit =>
  (input, io) => {
    const given = thinksAlways(io.model) ? refused.filter((setting) => input[setting] !== undefined) : [];
    if (given.length === 0) return fit(input, io);
    const { presencePenalty: _presence, frequencyPenalty: _frequency, stopSequences: _stops, ...rest } = input;
    const kept: GenerateTextInput = rest;
    const fitted = fit(kept, io);
    const left = given.map((setting) => ({
      type: "compatibility" as const,
      setting,
      details: "left out: this model does not take it",
    }));
    return { ...fitted, warnings: [...fitted.warnings, ...left] };
  };

/** What Grok takes of a typed request. */
export const fitXai = (fit: Fit): Fit => withoutPenalties(fitEfforts(effortsOf)(fit));
