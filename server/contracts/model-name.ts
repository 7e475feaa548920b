import { z } from "zod";

/** Letters and digits, with `_`, `-` and single dots between or behind them; no dot ends a segment. */
const segment = "[A-Za-z0-9](?:[A-Za-z0-9_-]|\\.(?=[A-Za-z0-9_-]))*";

/** Two colons stand in names of OpenAI's fine-tuned models that have no suffix. */
const separator = "(?:/|::?|@)";

/** The grammar of model names; vendors narrow it. */
export const modelNamePattern = new RegExp(`^${segment}(?:${separator}${segment})*$`);

/**
 * `vendor/model`; a bare model id is accepted where the door or the organization says whose it is. A name is data: it
 * holds nothing that an address, a header or a path could take for its own.
 */
export const ModelName = z
  .string()
  .min(1)
  .max(256)
  .regex(modelNamePattern, "vendor/model: letters, digits, and . _ - between them; / : @ between parts")
  .describe("vendor/model, for example openai/gpt-4o-mini");
