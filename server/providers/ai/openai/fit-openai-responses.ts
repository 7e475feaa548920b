import { withVendorOptions, type Fit } from "../../_wire/fit.ts";
import { fitOpenAi } from "./fit-openai.ts";

const dropped = ["stopSequences", "seed", "presencePenalty", "frequencyPenalty"] as const;

/** The same for responses, which have no stop sequences, seeds and penalties, and are not kept by OpenAI. */
export const fitOpenAiResponses: Fit = (input, io) => {
  const lost = dropped.filter((setting) => input[setting] !== undefined);
  const {
    stopSequences: _stops,
    seed: _seed,
    presencePenalty: _presence,
    frequencyPenalty: _frequency,
    ...rest
  } = input;
  const fitted = fitOpenAi(rest, io);
  return {
    ...fitted,
    input: withVendorOptions(fitted.input, "openai", { store: false }),
    warnings: [
      ...fitted.warnings,
      ...lost.map((setting) => ({ type: "unsupported", setting, details: "left out: this model does not take it" })),
    ],
  };
};
