import type { GenerateTextInput } from "../../../contracts/ai/generate-text.ts";
import type { Fit } from "../../_wire/fit.ts";

type Setting = "temperature" | "topP" | "presencePenalty" | "frequencyPenalty" | "stopSequences";

const without = (input: GenerateTextInput, settings: readonly Setting[]): GenerateTextInput => {
  const kept = { ...input };
  for (const setting of settings) delete kept[setting];
  return kept;
};

/** Leaves out of a typed request what some models refuse, and says so. */
export const leaveOut =
  (settings: readonly Setting[], refusedBy: (model: string) => boolean) =>
  (fit: Fit): Fit =>
  (input, io) => {
    const given = refusedBy(io.model) ? settings.filter((setting) => input[setting] !== undefined) : [];
    if (given.length === 0) return fit(input, io);
    const fitted = fit(without(input, given), io);
    const left = given.map((setting) => ({
      type: "compatibility" as const,
      setting,
      details: "left out: this model does not take it",
    }));
    return { ...fitted, warnings: [...fitted.warnings, ...left] };
  };
