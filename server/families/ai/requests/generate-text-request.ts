import { ai } from "../../../contracts/ai.ts";
import { GenerateTextOutput, type GenerateTextInput } from "../../../contracts/ai/generate-text.ts";
import { measureText } from "./measure-text.ts";
import { refuseUnpricedOptions } from "./refuse-unpriced-options.ts";
import { typedAnswer } from "./typed-answer.ts";

const stored = GenerateTextOutput.omit({ nexus: true, usage: true });

/**
 * `ai.generateText` for the call path. With a JSON response format the vendor is asked to keep to the schema; the text
 * is handed over as it came, and checking it is the caller's.
 */
export const generateTextRequest = (input: GenerateTextInput) => {
  refuseUnpricedOptions(input);
  return typedAnswer(
    { operation: ai.generateText, input, ...measureText(input) },
    { ask: (vendor, io) => vendor.generateText?.(input, io), stored },
  );
};
