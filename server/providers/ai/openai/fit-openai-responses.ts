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
  // https://platform.openai.com/docs/guides/tools-web-search#limitations: with so little thinking there is no search.
  const tooLittle = input.webSearch !== undefined && input.reasoning === "minimal";
  const fitted = fitOpenAi(tooLittle ? { ...rest, reasoning: "low" } : rest, io);
  return {
    ...fitted,
    input: withVendorOptions(fitted.input, "openai", { store: false }),
    warnings: [
      ...fitted.warnings,
      ...(tooLittle
        ? [
            {
              type: "compatibility",
              setting: "reasoning",
              details: "minimal became low: the model searches with no less",
            },
          ]
        : []),
      ...lost.map((setting) => ({ type: "unsupported", setting, details: "left out: this model does not take it" })),
    ],
  };
};
