import type { Fit } from "../../_wire/fit.ts";

/** Says that a schema is asked for in words: DeepSeek knows JSON, and no schemas. */
export const fitDeepSeek =
  (fit: Fit): Fit =>
  (input, io) => {
    const fitted = fit(input, io);
    if (input.responseFormat?.type !== "json" || input.responseFormat.schema === undefined) return fitted;
    const details = "the schema is asked for in the instructions; the vendor does not enforce it";
    return { ...fitted, warnings: [...fitted.warnings, { type: "compatibility", setting: "responseFormat", details }] };
  };
